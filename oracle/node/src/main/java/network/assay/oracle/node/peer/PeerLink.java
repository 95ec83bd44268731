package network.assay.oracle.node.peer;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.wire.Accepted;
import network.assay.contracts.wire.BundleChunk;
import network.assay.contracts.wire.BundleQuery;
import network.assay.contracts.wire.Decision;
import network.assay.contracts.wire.DecisionQuery;
import network.assay.contracts.wire.OraclePeerGrpc;
import network.assay.contracts.wire.PeerMessage;
import network.assay.oracle.node.Metrics;
import network.assay.oracle.node.evidence.Wire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one other oracle. Messages wait in a bounded queue and go out in order, several under
 * way at once; what failed for want of a connection is sent again, what the peer refused is not.
 */
final class PeerLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);

  /** Enough to fill a slow line; a peer answers each only after it is durable there. */
  private static final int UNDER_WAY_MAX = 32;

  private static final long DELIVER_MS = 15_000;
  private static final long QUERY_MS = 20_000;
  private static final long BACKOFF_MS_MIN = 100;
  private static final long BACKOFF_MS_MAX = 5_000;

  private final Address oracle;
  private final ManagedChannel channel;
  private final Metrics metrics;
  private final OutQueue queue;
  private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);
  private final Thread sender;
  private final Consumer<Address> onConnected;
  private volatile long backoffMs;
  private volatile boolean closed;
  private volatile boolean ready;

  PeerLink(Address oracle, ManagedChannel channel, Metrics metrics, Consumer<Address> onConnected) {
    this.oracle = oracle;
    this.channel = channel;
    this.metrics = metrics;
    this.onConnected = onConnected;
    this.queue = new OutQueue(() -> metrics.count("peer_messages_dropped"));
    this.sender = Thread.ofVirtual().name("assay-peer-" + oracle).unstarted(this::send);
  }

  void start() {
    watch(channel.getState(true));
    sender.start();
  }

  boolean connected() {
    return ready;
  }

  void add(PeerMessage message) {
    queue.add(message);
  }

  int waiting() {
    return queue.size();
  }

  private void watch(ConnectivityState state) {
    boolean now = state == ConnectivityState.READY;
    if (now && !ready) {
      ready = true;
      backoffMs = 0;
      onConnected.accept(oracle);
    } else if (!now) {
      ready = false;
    }
    if (state == ConnectivityState.IDLE && !closed) {
      channel.getState(
          true); // a connection that was lost is opened again, with gRPC's own back-off
    }
    if (state != ConnectivityState.SHUTDOWN && !closed) {
      channel.notifyWhenStateChanged(state, () -> watch(channel.getState(false)));
    }
  }

  private void send() {
    try {
      while (!closed) {
        PeerMessage message = queue.take();
        underWay.acquire();
        if (backoffMs > 0) {
          TimeUnit.MILLISECONDS.sleep(backoffMs);
        }
        deliver(message);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver(PeerMessage message) {
    OraclePeerGrpc.newStub(channel)
        .withDeadlineAfter(DELIVER_MS, TimeUnit.MILLISECONDS)
        .deliver(message, new Answer(message));
  }

  /** What became of one message. */
  private final class Answer implements StreamObserver<Accepted> {
    private final PeerMessage message;

    Answer(PeerMessage message) {
      this.message = message;
    }

    @Override
    public void onNext(Accepted accepted) {
      backoffMs = 0;
    }

    @Override
    public void onError(Throwable failure) {
      underWay.release();
      switch (Status.fromThrowable(failure).getCode()) {
        case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, CANCELLED -> again();
        default -> {
          metrics.count("peer_messages_refused");
          LOG.debug("{} refused {}: {}", oracle, message.getBodyCase(), failure.getMessage());
        }
      }
    }

    private void again() {
      if (!closed) {
        backoffMs = Math.clamp(backoffMs * 2, BACKOFF_MS_MIN, BACKOFF_MS_MAX);
        queue.putBack(message);
      }
    }

    @Override
    public void onCompleted() {
      underWay.release();
    }
  }

  /** The decision of a height; empty where the peer has none or does not answer. Blocks. */
  Optional<Decision> decision(long epoch, long seq) {
    try {
      return Optional.of(
          OraclePeerGrpc.newBlockingStub(channel)
              .withDeadlineAfter(QUERY_MS, TimeUnit.MILLISECONDS)
              .getDecision(DecisionQuery.newBuilder().setEpoch(epoch).setSeq(seq).build()));
    } catch (StatusRuntimeException e) {
      return Optional.empty();
    }
  }

  /** A bundle's bytes, unchecked but for their size; empty where the peer has none. Blocks. */
  Optional<byte[]> bundle(long jobId, Bytes32 bundleHash) {
    BundleQuery query =
        BundleQuery.newBuilder().setJobId(jobId).setBundleHash(Wire.bytes(bundleHash)).build();
    try {
      Iterator<BundleChunk> chunks =
          OraclePeerGrpc.newBlockingStub(channel)
              .withDeadlineAfter(QUERY_MS, TimeUnit.MILLISECONDS)
              .getBundle(query);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      while (chunks.hasNext()) {
        byte[] data = chunks.next().getData().toByteArray();
        if (out.size() + data.length > EvidenceBundle.BYTES_MAX) {
          return Optional.empty();
        }
        out.writeBytes(data);
      }
      return Optional.of(out.toByteArray());
    } catch (StatusRuntimeException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    closed = true;
    queue.close();
    sender.interrupt();
    channel.shutdownNow();
  }
}
