package network.assay.oracle.node.peer;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import network.assay.oracle.node.Metrics;

/**
 * How many calls of strangers run at once; more are refused before a byte of their message is read.
 */
final class CallLimit implements ServerInterceptor {
  /**
   * Times the largest message this is the memory that strangers can take: 272 MiB, all of them at
   * their largest.
   */
  static final int CALLS_MAX = 256;

  private final Semaphore places = new Semaphore(CALLS_MAX);
  private final Metrics metrics;

  CallLimit(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!places.tryAcquire()) {
      metrics.count("ingress_too_busy");
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription("TOO_MANY_CALLS: come back in a second"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    AtomicBoolean released = new AtomicBoolean();
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
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
    };
  }
}
