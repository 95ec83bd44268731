package network.assay.agent.app.link;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import network.assay.agent.execute.Oracles;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Signed;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.EvidenceBundle.SignedBatch;
import network.assay.contracts.protocol.Opening;
import network.assay.contracts.protocol.TelemetryNonce;
import network.assay.contracts.wire.AckCertificate;
import network.assay.contracts.wire.BundleChunk;
import network.assay.contracts.wire.OpeningMessage;
import network.assay.contracts.wire.OracleIngressGrpc;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.TelemetryBatchMessage;
import network.assay.contracts.wire.TelemetryNonceRequest;

/** Oracles over gRPC: where they listen is configured, who they are stands on chain. */
public final class GrpcOracles implements Oracles, AutoCloseable {
  /** A little below what the wire allows (docs: 256 KiB). */
  private static final int CHUNK_BYTES = 192 * 1024;

  private static final int CALL_S = 20;

  private final Map<Address, Endpoint> endpoints;
  private final Channels channels;
  private final Address device;
  private final Map<Peer, ManagedChannel> open = new ConcurrentHashMap<>();

  /** A rotated key is another peer, even where it listens at the same place. */
  private record Peer(Endpoint endpoint, Bytes32 pin) {}

  /**
   * No connection is made before the first call.
   *
   * @param endpoints by the oracle's signing address
   */
  public GrpcOracles(Map<Address, Endpoint> endpoints, Channels channels, Address device) {
    this.endpoints = Map.copyOf(endpoints);
    this.channels = channels;
    this.device = device;
  }

  private ManagedChannel channel(Committee committee, Address oracle) throws PortException {
    int index = committee.indexOf(oracle);
    Endpoint endpoint = endpoints.get(oracle);
    if (index < 0 || endpoint == null) {
      throw new PortException(
          "oracle "
              + oracle
              + " of epoch "
              + committee.epoch()
              + " has no address in our configuration");
    }
    return open.computeIfAbsent(
        new Peer(endpoint, committee.pins().get(index)),
        peer -> channels.open(peer.endpoint(), peer.pin()));
  }

  private OracleIngressGrpc.OracleIngressBlockingV2Stub stub(Committee committee, Address oracle)
      throws PortException {
    return OracleIngressGrpc.newBlockingV2Stub(channel(committee, oracle))
        .withDeadlineAfter(CALL_S, TimeUnit.SECONDS);
  }

  private static String name(Address oracle) {
    return "oracle " + oracle;
  }

  @Override
  public Signed<TelemetryNonce> nonce(Committee committee, Address oracle, long jobId)
      throws PortException {
    TelemetryNonceRequest request =
        TelemetryNonceRequest.newBuilder()
            .setJobId(jobId)
            .setDevice(ByteString.copyFrom(device.toArray()))
            .build();
    try {
      SignedStruct answer = stub(committee, oracle).getTelemetryNonce(request);
      return Wire.read(name(oracle), answer, TelemetryNonce.TYPE, TelemetryNonce::fromWords);
    } catch (StatusException e) {
      throw Wire.failed(name(oracle), e);
    }
  }

  @Override
  public void telemetry(Committee committee, Address oracle, SignedBatch batch)
      throws PortException {
    TelemetryBatchMessage message =
        TelemetryBatchMessage.newBuilder()
            .setBatch(Wire.struct(batch.batch(), batch.signature()))
            .setSamples(ByteString.copyFrom(batch.samples()))
            .build();
    try {
      var _ = stub(committee, oracle).putTelemetry(message);
    } catch (StatusException e) {
      throw Wire.failed(name(oracle), e);
    }
  }

  @Override
  public Signed<Ack> bundle(Committee committee, Address oracle, long jobId, byte[] bundle)
      throws PortException {
    try {
      BlockingClientCall<BundleChunk, SignedStruct> call = stub(committee, oracle).putBundle();
      send(call, jobId, bundle);
      SignedStruct answer = call.read();
      if (answer == null) {
        throw new PortException(name(oracle) + " ended the call without an Ack");
      }
      return Wire.read(name(oracle), answer, Ack.TYPE, Ack::fromWords);
    } catch (StatusException e) {
      throw Wire.failed(name(oracle), e);
    } catch (StatusRuntimeException e) {
      throw Wire.failed(name(oracle), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PortException(name(oracle) + ": stopped while uploading", e);
    }
  }

  private static void send(
      BlockingClientCall<BundleChunk, SignedStruct> call, long jobId, byte[] bundle)
      throws StatusException, InterruptedException {
    for (int at = 0; at < bundle.length; at += CHUNK_BYTES) {
      BundleChunk.Builder chunk =
          BundleChunk.newBuilder()
              .setData(ByteString.copyFrom(bundle, at, Math.min(CHUNK_BYTES, bundle.length - at)));
      if (at == 0) {
        chunk.setJobId(jobId).setTotalBytes(bundle.length);
      }
      // False: the oracle has answered already, be it with a refusal; reading the answer says
      // which.
      if (!call.write(chunk.build())) {
        return;
      }
    }
    call.halfClose();
  }

  @Override
  public Signed<DrawReveal> certificate(
      Committee committee, Address oracle, long jobId, Bytes32 bundleHash, List<Signed<Ack>> acks)
      throws PortException {
    AckCertificate certificate =
        AckCertificate.newBuilder()
            .setJobId(jobId)
            .setBundleHash(ByteString.copyFrom(bundleHash.toArray()))
            .addAllAcks(acks.stream().map(Wire::signed).toList())
            .build();
    try {
      SignedStruct answer = stub(committee, oracle).putCertificate(certificate);
      return Wire.read(name(oracle), answer, DrawReveal.TYPE, DrawReveal::fromWords);
    } catch (StatusException e) {
      throw Wire.failed(name(oracle), e);
    }
  }

  @Override
  public void opening(Committee committee, Address oracle, Signed<Opening> opening, byte[] content)
      throws PortException {
    OpeningMessage message =
        OpeningMessage.newBuilder()
            .setOpening(Wire.signed(opening))
            .setContent(ByteString.copyFrom(content))
            .build();
    try {
      var _ = stub(committee, oracle).putOpening(message);
    } catch (StatusException e) {
      throw Wire.failed(name(oracle), e);
    }
  }

  @Override
  public void close() {
    open.values().forEach(ManagedChannel::shutdownNow);
  }
}
