package network.assay.oracle.node.peer;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.service.PeerPin;
import network.assay.oracle.node.Metrics;

/**
 * Names the sender of each call by the key of its connection, and bounds how much one peer may have
 * under way: refused before a byte of the message is read.
 */
final class SenderInterceptor implements ServerInterceptor {
  /** The oracle whose key this call's connection showed. */
  static final Context.Key<Address> SENDER = Context.key("assay-oracle");

  /** Twice what an honest peer has under way: its messages and its questions. */
  private static final int CALLS_MAX = 64;

  private final Directory directory;
  private final Metrics metrics;
  private final Map<Address, Semaphore> underWay = new ConcurrentHashMap<>();

  SenderInterceptor(Directory directory, Metrics metrics) {
    this.directory = directory;
    this.metrics = metrics;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Optional<Address> sender = PeerPin.current().flatMap(directory::oracleOf);
    if (sender.isEmpty()) {
      metrics.count("peer_unknown");
      call.close(
          Status.UNAUTHENTICATED.withDescription("UNKNOWN_PIN: no oracle's key"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Semaphore places = underWay.computeIfAbsent(sender.get(), _ -> new Semaphore(CALLS_MAX));
    if (!places.tryAcquire()) {
      metrics.count("peer_too_busy");
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription("TOO_MANY_CALLS: at most " + CALLS_MAX),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Context context = Context.current().withValue(SENDER, sender.get());
    return new Releasing<>(Contexts.interceptCall(context, call, headers, next), places);
  }

  /** Gives the place back once, however the call ends. */
  private static final class Releasing<Q>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    private final Semaphore places;
    private final AtomicBoolean released = new AtomicBoolean();

    Releasing(ServerCall.Listener<Q> inner, Semaphore places) {
      super(inner);
      this.places = places;
    }

    private void release() {
      if (released.compareAndSet(false, true)) {
        places.release();
      }
    }

    @Override
    public void onComplete() {
      release();
      super.onComplete();
    }

    @Override
    public void onCancel() {
      release();
      super.onCancel();
    }
  }
}
