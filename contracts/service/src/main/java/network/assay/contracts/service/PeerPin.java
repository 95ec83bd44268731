package network.assay.contracts.service;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import network.assay.contracts.protocol.Bytes32;
import org.jspecify.annotations.Nullable;

/** Which pinned key the caller of a gRPC method has shown in its TLS handshake. */
public final class PeerPin {
  private static final Context.Key<Bytes32> KEY = Context.key("assay-peer-pin");

  private PeerPin() {}

  /** Add it to every server that asks {@link #current()}. */
  public static ServerInterceptor interceptor() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        @Nullable SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        Context context =
            pin(session)
                .map(pin -> Context.current().withValue(KEY, pin))
                .orElseGet(Context::current);
        return Contexts.interceptCall(context, call, headers, next);
      }
    };
  }

  /** The caller's pin, within a gRPC method; empty where it showed no key. */
  public static Optional<Bytes32> current() {
    return Optional.ofNullable(KEY.get());
  }

  private static Optional<Bytes32> pin(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(NodeCertificate.pinOf(session.getPeerCertificates()[0].getPublicKey()));
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}
