package network.assay.oracle.node.peer;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.service.NodeCertificate;
import network.assay.contracts.service.Tls;

/** TLS 1.3 over Netty; who may connect is decided by the key alone. */
public final class PinnedTls implements PeerTransport {
  private static final int METADATA_BYTES_MAX = 8 * 1024;
  private static final int CALLS_PER_CONNECTION_MAX = 64;

  private final NodeCertificate own;
  private final Executor executor;

  /**
   * @param executor runs what calls ask for; may block
   */
  public PinnedTls(NodeCertificate own, Executor executor) {
    this.own = own;
    this.executor = executor;
  }

  @Override
  public ManagedChannelBuilder<?> toPeer(String host, int port, Predicate<Bytes32> serverPins) {
    return NettyChannelBuilder.forAddress(host, port)
        .sslContext(Tls.clientTo(serverPins, own))
        .executor(executor);
  }

  @Override
  public ServerBuilder<?> forPeers(String host, int port, Predicate<Bytes32> clientPins) {
    return server(host, port, Tls.serverForPeers(own, clientPins));
  }

  @Override
  public ServerBuilder<?> forAgents(String host, int port) {
    // A key that an agent shows is neither asked for nor believed: its messages are signed.
    return server(host, port, Tls.serverForAll(own, pin -> true));
  }

  private ServerBuilder<?> server(String host, int port, SslContext context) {
    return NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
        .sslContext(context)
        .executor(executor)
        .maxInboundMetadataSize(METADATA_BYTES_MAX)
        .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
        .handshakeTimeout(10, TimeUnit.SECONDS)
        .permitKeepAliveTime(5, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .maxConnectionIdle(10, TimeUnit.MINUTES);
  }
}
