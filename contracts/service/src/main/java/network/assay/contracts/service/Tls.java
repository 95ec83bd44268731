package network.assay.contracts.service;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import network.assay.contracts.protocol.Bytes32;

/**
 * TLS 1.3 between our nodes, with keys pinned on both sides. For {@code
 * NettyServerBuilder.sslContext} and {@code NettyChannelBuilder.sslContext} of grpc-netty-shaded.
 */
public final class Tls {
  private static final String PROTOCOL = "TLSv1.3";

  private Tls() {}

  /** A server that talks only to clients with a trusted key: between oracles. */
  public static SslContext serverForPeers(NodeCertificate own, Predicate<Bytes32> isTrusted) {
    return server(own, isTrusted, ClientAuth.REQUIRE);
  }

  /**
   * A server for anybody: agents identify themselves by their device's signature inside. A client
   * that does present a certificate must have a trusted key; {@link PeerPin} tells the two apart.
   */
  public static SslContext serverForAll(NodeCertificate own, Predicate<Bytes32> isTrusted) {
    return server(own, isTrusted, ClientAuth.OPTIONAL);
  }

  private static SslContext server(
      NodeCertificate own, Predicate<Bytes32> isTrusted, ClientAuth clientAuth) {
    return build(
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(own.key(), own.certificate()), SslProvider.JDK)
            .clientAuth(clientAuth)
            .trustManager(new PinnedTrust(isTrusted)));
  }

  /** A client that shows its own key and talks only to the server with this pin. */
  public static SslContext clientTo(Bytes32 serverPin, NodeCertificate own) {
    return build(
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
            .keyManager(own.key(), own.certificate())
            .trustManager(new PinnedTrust(serverPin::equals)));
  }

  /**
   * A client that shows its own key and talks to servers whose pin passes at that moment: a
   * committee may rotate while the connection is being kept.
   */
  public static SslContext clientTo(Predicate<Bytes32> isTrusted, NodeCertificate own) {
    return build(
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
            .keyManager(own.key(), own.certificate())
            .trustManager(new PinnedTrust(isTrusted)));
  }

  /** A client without a key of its own that talks only to the server with this pin. */
  public static SslContext anonymousClientTo(Bytes32 serverPin) {
    return build(
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
            .trustManager(new PinnedTrust(serverPin::equals)));
  }

  private static SslContext build(SslContextBuilder builder) {
    try {
      return builder.protocols(PROTOCOL).build();
    } catch (SSLException e) {
      throw new IllegalStateException("cannot set up TLS: " + e.getMessage(), e);
    }
  }
}
