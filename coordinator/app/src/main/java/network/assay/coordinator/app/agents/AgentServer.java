package network.assay.coordinator.app.agents;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.service.NodeCertificate;
import network.assay.contracts.service.Tls;

/** Serves agents over TLS with a key that they pin. */
public final class AgentServer implements AutoCloseable {
  private static final int MESSAGE_BYTES_MAX = 512 * 1024;
  private static final int CALLS_PER_CONNECTION_MAX = 16;

  private final Server server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  public AgentServer(AgentService service, NodeCertificate certificate, String host, int port) {
    try {
      this.server =
          NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
              // Agents show no certificate: their device key signs inside.
              .sslContext(Tls.serverForAll(certificate, pin -> false))
              .executor(executor)
              .maxInboundMessageSize(MESSAGE_BYTES_MAX)
              .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
              .keepAliveTime(30, TimeUnit.SECONDS)
              .permitKeepAliveTime(10, TimeUnit.SECONDS)
              .permitKeepAliveWithoutCalls(true)
              .handshakeTimeout(10, TimeUnit.SECONDS)
              .addService(service)
              .build()
              .start();
    } catch (IOException e) {
      executor.close();
      throw new UncheckedIOException("cannot serve agents on " + host + ":" + port, e);
    }
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    executor.shutdownNow();
  }
}
