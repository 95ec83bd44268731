package network.assay.oracle.node.testing;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Draw;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.service.NodeCertificate;
import network.assay.contracts.wire.AckCertificate;
import network.assay.contracts.wire.BundleChunk;
import network.assay.contracts.wire.OpeningMessage;
import network.assay.contracts.wire.OracleIngressGrpc;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.TelemetryBatchMessage;
import network.assay.oracle.node.evidence.Wire;
import network.assay.oracle.node.peer.PinnedTls;

/**
 * What a device's agent does towards the oracles, step by step so that a test can leave one out.
 */
public final class TestAgent implements AutoCloseable {
  private static final int CHUNK_BYTES = 100_000;

  private final Map<Integer, ManagedChannel> channels = new HashMap<>();

  public TestAgent(TestCommittee committee) {
    PinnedTls tls =
        new PinnedTls(NodeCertificate.generate(), Executors.newVirtualThreadPerTaskExecutor());
    for (int i = 0; i < committee.size(); i++) {
      Bytes32 pin = committee.tls(i).pin();
      channels.put(i, tls.toPeer("127.0.0.1", committee.ingressPort(i), pin::equals).build());
    }
  }

  /** Towards oracles at these loopback ports, with these pins. */
  public TestAgent(List<Integer> ports, List<Bytes32> pins) {
    PinnedTls tls =
        new PinnedTls(NodeCertificate.generate(), Executors.newVirtualThreadPerTaskExecutor());
    for (int i = 0; i < ports.size(); i++) {
      Bytes32 pin = pins.get(i);
      channels.put(i, tls.toPeer("127.0.0.1", ports.get(i), pin::equals).build());
    }
  }

  public OracleIngressGrpc.OracleIngressBlockingStub ask(int oracle) {
    return OracleIngressGrpc.newBlockingStub(channels.get(oracle))
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  /** Uploads to one oracle; throws its refusal. */
  public SignedStruct upload(int oracle, long jobId, byte[] bundle) {
    return stream(oracle, chunks(jobId, bundle.length, bundle, CHUNK_BYTES));
  }

  public static List<BundleChunk> chunks(long jobId, int announced, byte[] bundle, int chunkBytes) {
    List<BundleChunk> chunks = new ArrayList<>();
    for (int at = 0; at < bundle.length; at += chunkBytes) {
      BundleChunk.Builder chunk =
          BundleChunk.newBuilder()
              .setData(ByteString.copyFrom(bundle, at, Math.min(chunkBytes, bundle.length - at)));
      if (at == 0) {
        chunk.setJobId(jobId).setTotalBytes(announced);
      }
      chunks.add(chunk.build());
    }
    return chunks;
  }

  public SignedStruct stream(int oracle, List<BundleChunk> chunks) {
    CompletableFuture<SignedStruct> ack = new CompletableFuture<>();
    StreamObserver<BundleChunk> to =
        OracleIngressGrpc.newStub(channels.get(oracle))
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .putBundle(
                new StreamObserver<>() {
                  @Override
                  public void onNext(SignedStruct value) {
                    ack.complete(value);
                  }

                  @Override
                  public void onError(Throwable refusal) {
                    ack.completeExceptionally(refusal);
                  }

                  @Override
                  public void onCompleted() {}
                });
    for (BundleChunk chunk : chunks) {
      if (ack.isDone()) {
        break;
      }
      to.onNext(chunk);
    }
    if (!ack.isDone()) {
      to.onCompleted();
    }
    try {
      return ack.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StatusRuntimeException refusal ? refusal : e;
    }
  }

  /** An upload in the middle. */
  public static final class Upload {
    private final ClientCallStreamObserver<BundleChunk> to;

    private Upload(ClientCallStreamObserver<BundleChunk> to) {
      this.to = to;
    }

    public void send(BundleChunk chunk) {
      to.onNext(chunk);
    }

    public void cancel() {
      to.cancel("enough", null);
    }
  }

  /** Begins an upload and leaves it to the caller; its answer is dropped. */
  public Upload begin(int oracle) {
    StreamObserver<BundleChunk> to =
        OracleIngressGrpc.newStub(channels.get(oracle))
            .putBundle(
                new StreamObserver<>() {
                  @Override
                  public void onNext(SignedStruct value) {}

                  @Override
                  public void onError(Throwable refusal) {}

                  @Override
                  public void onCompleted() {}
                });
    return new Upload((ClientCallStreamObserver<BundleChunk>) to);
  }

  /** Uploads to these oracles and makes the certificate of their answers. */
  public AckCertificate certificate(TestJob job, byte[] bundle, Collection<Integer> oracles) {
    AckCertificate.Builder out =
        AckCertificate.newBuilder()
            .setJobId(job.id())
            .setBundleHash(Wire.bytes(EvidenceBundle.hash(bundle)));
    oracles.forEach(oracle -> out.addAcks(upload(oracle, job.id(), bundle)));
    return out.build();
  }

  /** Shows the certificate to these oracles; the union of the rows that they draw. */
  public SortedSet<Integer> draws(
      TestJob job, AckCertificate certificate, Collection<Integer> oracles) {
    SortedSet<Integer> rows = new TreeSet<>();
    for (int oracle : oracles) {
      rows.addAll(rows(job, ask(oracle).putCertificate(certificate)));
    }
    return rows;
  }

  public static SortedSet<Integer> rows(TestJob job, SignedStruct reveal) {
    DrawReveal words = DrawReveal.fromWords(reveal.getWords().toByteArray());
    return Draw.rows(words.drawSeed(), job.id(), job.workRoot(), job.rows());
  }

  /** Sends an opening of these rows to these oracles. */
  public void open(TestJob job, Collection<Integer> rows, Collection<Integer> oracles) {
    OpeningMessage message = message(job.open(rows));
    for (int oracle : oracles) {
      var _ = ask(oracle).putOpening(message);
    }
  }

  public static OpeningMessage message(TestJob.SignedOpening opening) {
    return OpeningMessage.newBuilder()
        .setOpening(Wire.struct(opening.opening(), opening.signature()))
        .setContent(ByteString.copyFrom(opening.content()))
        .build();
  }

  public static TelemetryBatchMessage message(EvidenceBundle.SignedBatch batch) {
    return TelemetryBatchMessage.newBuilder()
        .setBatch(Wire.struct(batch.batch(), batch.signature()))
        .build();
  }

  /** The whole way of honest evidence. */
  public void deliver(TestJob job, Collection<Integer> oracles) {
    AckCertificate certificate = certificate(job, job.bundle(), oracles);
    open(job, draws(job, certificate, oracles), oracles);
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
