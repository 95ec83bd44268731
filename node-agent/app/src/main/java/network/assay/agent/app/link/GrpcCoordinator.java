package network.assay.agent.app.link;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import network.assay.agent.execute.Assignment;
import network.assay.agent.execute.Clock;
import network.assay.agent.execute.Coordinator;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Gpu;
import network.assay.agent.execute.LogLine;
import network.assay.agent.execute.NodeHardware;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Signed;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.AgentHello;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TelemetrySample;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.wire.AcceptMessage;
import network.assay.contracts.wire.CoordinatorAgentsGrpc;
import network.assay.contracts.wire.DataChunk;
import network.assay.contracts.wire.InputQuery;
import network.assay.contracts.wire.JobLog;
import network.assay.contracts.wire.JobProgress;
import network.assay.contracts.wire.NodeCard;
import network.assay.contracts.wire.OfferMessage;
import network.assay.contracts.wire.ResultChunk;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.WatchRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordinator over gRPC. What it sends is bounded and parsed here, and believed nowhere. */
public final class GrpcCoordinator implements Coordinator, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcCoordinator.class);
  private static final int CHUNK_BYTES = 192 * 1024;
  private static final int CALL_S = 20;
  private static final int NAME_CHARS_MAX = 64;
  private static final int CARD_CHARS_MAX = 96;
  private static final int VERSION_CHARS_MAX = 32;
  private static final int ENGINES_MAX = 8;

  private final ManagedChannel channel;
  private final DeviceSigner signer;
  private final Clock clock;
  private final String deviceName;
  private final SecureRandom random = new SecureRandom();

  public GrpcCoordinator(
      ManagedChannel channel, DeviceSigner signer, Clock clock, String deviceName) {
    this.channel = channel;
    this.signer = signer;
    this.clock = clock;
    this.deviceName = deviceName.substring(0, Math.min(NAME_CHARS_MAX, deviceName.length()));
  }

  private CoordinatorAgentsGrpc.CoordinatorAgentsBlockingV2Stub stub() {
    return CoordinatorAgentsGrpc.newBlockingV2Stub(channel);
  }

  private CoordinatorAgentsGrpc.CoordinatorAgentsBlockingV2Stub shortCall() {
    return stub().withDeadlineAfter(CALL_S, TimeUnit.SECONDS);
  }

  private Signed<AgentHello> hello() {
    byte[] nonce = new byte[Bytes32.SIZE];
    random.nextBytes(nonce);
    return signer.hello(clock.wallMs(), Bytes32.of(nonce));
  }

  @Override
  public void publish(Signed<Offer> offer, List<Bytes32> models, NodeHardware hardware)
      throws PortException {
    OfferMessage message =
        OfferMessage.newBuilder()
            .setOffer(Wire.signed(offer))
            .setDeviceName(deviceName)
            .addAllModels(models.stream().map(Bytes32::hex).toList())
            .setHardware(message(hardware))
            .build();
    try {
      var _ = shortCall().putOffer(message);
    } catch (StatusException e) {
      throw Wire.failed("coordinator", e);
    }
  }

  private static network.assay.contracts.wire.NodeHardware message(NodeHardware hardware) {
    network.assay.contracts.wire.NodeHardware.Builder out =
        network.assay.contracts.wire.NodeHardware.newBuilder()
            .setShared(hardware.shared())
            .setTee(hardware.tee())
            .setDriverVersion(clip(hardware.driverVersion(), VERSION_CHARS_MAX));
    hardware.engines().stream()
        .limit(ENGINES_MAX)
        .forEach(engine -> out.addEngines(clip(engine, VERSION_CHARS_MAX)));
    for (Gpu.Card card : hardware.cards()) {
      out.addCards(
          NodeCard.newBuilder()
              .setUuid(clip(card.uuid(), CARD_CHARS_MAX))
              .setModel(clip(card.name(), CARD_CHARS_MAX))
              .setVramBytes(
                  card.memoryBytes() == TelemetrySample.UNKNOWN_U64 ? 0 : card.memoryBytes())
              .setComputeCapability(card.computeCapability()));
    }
    return out.build();
  }

  private static String clip(String text, int charsMax) {
    return text.substring(0, Math.min(charsMax, text.length()));
  }

  @Override
  public void watch(Consumer<Assignment> sink, Consumer<Assignment> asked)
      throws PortException, InterruptedException {
    WatchRequest request = WatchRequest.newBuilder().setHello(Wire.signed(hello())).build();
    BlockingClientCall<?, network.assay.contracts.wire.Assignment> call =
        stub().watchAssignments(request);
    try {
      for (network.assay.contracts.wire.Assignment sent = call.read();
          sent != null;
          sent = call.read()) {
        parse(sent).ifPresent(sent.getAsked() ? asked : sink);
      }
      throw new PortException("coordinator: the stream of assignments ended");
    } catch (StatusException e) {
      throw Wire.failed("coordinator", e);
    } finally {
      call.cancel("the agent stops watching", null);
    }
  }

  /** One assignment that cannot be read must not hide those after it. */
  private static Optional<Assignment> parse(network.assay.contracts.wire.Assignment sent) {
    try {
      if (sent.getSpec().size() > EvidenceBundle.SPEC_BYTES_MAX) {
        throw new ProtocolException(
            "TOO_LONG",
            EvidenceBundle.SPEC_BYTES_MAX + " bytes of specification",
            sent.getSpec().size());
      }
      Order order = Wire.words(sent.getOrder(), Order.TYPE, Order::fromWords);
      Offer offer = Wire.words(sent.getOffer(), Offer.TYPE, Offer::fromWords);
      Signature signature = Signature.of(sent.getOffer().getSignature().toByteArray());
      return Optional.of(
          new Assignment(
              sent.getJobId(),
              order,
              new Signed<>(offer, signature),
              sent.getSpec().toByteArray()));
    } catch (ProtocolException e) {
      LOG.warn("coordinator sent an assignment that cannot be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void accept(Signed<Accept> accept) throws PortException {
    try {
      var _ =
          shortCall().putAccept(AcceptMessage.newBuilder().setAccept(Wire.signed(accept)).build());
    } catch (StatusException e) {
      throw Wire.failed("coordinator", e);
    }
  }

  @Override
  public byte[] input(long jobId, int bytesMax) throws PortException {
    InputQuery query =
        InputQuery.newBuilder().setJobId(jobId).setHello(Wire.signed(hello())).build();
    BlockingClientCall<?, DataChunk> call = shortCall().getInput(query);
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (DataChunk chunk = call.read(); chunk != null; chunk = call.read()) {
        chunk.getData().writeTo(out);
        if (out.size() > bytesMax) {
          throw new PortException("coordinator: want an input of " + bytesMax + " bytes, got more");
        }
      }
      return out.toByteArray();
    } catch (StatusException e) {
      throw Wire.failed("coordinator", e);
    } catch (java.io.IOException e) {
      throw new IllegalStateException("a buffer in memory cannot fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PortException("stopped while fetching the input", e);
    } finally {
      call.cancel("done", null);
    }
  }

  @Override
  public void deliver(long jobId, Signed<WorkCommit> commit, byte[] ciphertext)
      throws PortException {
    try {
      BlockingClientCall<ResultChunk, network.assay.contracts.wire.Accepted> call =
          shortCall().putResult();
      for (int at = 0; at < ciphertext.length; at += CHUNK_BYTES) {
        ResultChunk.Builder chunk =
            ResultChunk.newBuilder()
                .setData(
                    ByteString.copyFrom(
                        ciphertext, at, Math.min(CHUNK_BYTES, ciphertext.length - at)));
        if (at == 0) {
          chunk.setJobId(jobId).setTotalBytes(ciphertext.length).setWorkCommit(Wire.signed(commit));
        }
        if (!call.write(chunk.build())) {
          break;
        }
      }
      call.halfClose();
      if (call.read() == null) {
        throw new PortException("coordinator ended the call without taking the result");
      }
    } catch (StatusException e) {
      throw Wire.failed("coordinator", e);
    } catch (StatusRuntimeException e) {
      throw Wire.failed("coordinator", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PortException("stopped while delivering the result", e);
    }
  }

  @Override
  public Optional<byte[]> acceptance(long jobId) throws PortException {
    InputQuery query =
        InputQuery.newBuilder().setJobId(jobId).setHello(Wire.signed(hello())).build();
    try {
      SignedStruct signed = shortCall().getAcceptance(query);
      return Optional.of(
          Bytes.start()
              .raw(signed.getWords().toByteArray())
              .raw(signed.getSignature().toByteArray())
              .toArray());
    } catch (StatusException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw Wire.failed("coordinator", e);
    }
  }

  @Override
  public void log(long jobId, List<LogLine> lines) throws PortException {
    JobLog.Builder log = JobLog.newBuilder().setHello(Wire.signed(hello())).setJobId(jobId);
    for (LogLine line : lines) {
      log.addLines(
          network.assay.contracts.wire.LogLine.newBuilder()
              .setSeq(line.seq())
              .setAtMs(line.atMs())
              .setKind(line.kind())
              .setText(line.text()));
    }
    try {
      var _ = shortCall().putLog(log.build());
    } catch (StatusException e) {
      throw Wire.failed("coordinator", e);
    }
  }

  @Override
  public void progress(long jobId, String phase, String message) throws PortException {
    JobProgress progress =
        JobProgress.newBuilder()
            .setHello(Wire.signed(hello()))
            .setJobId(jobId)
            .setPhase(phase)
            .setMessage(message)
            .build();
    try {
      var _ = shortCall().putProgress(progress);
    } catch (StatusException e) {
      throw Wire.failed("coordinator", e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
