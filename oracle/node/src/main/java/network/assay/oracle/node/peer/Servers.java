package network.assay.oracle.node.peer;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.service.PeerPin;
import network.assay.oracle.node.Metrics;
import network.assay.oracle.node.committee.WireCodec;

/** The two gRPC servers: one for anybody, one for oracles only. */
public final class Servers implements AutoCloseable {
  /** An opening of 124 rows, or a chunk, with room; no larger message is read from a stranger. */
  static final int INGRESS_BYTES_MAX = 1024 * 1024 + 64 * 1024;

  private final Server ingress;
  private final Server peers;

  private Servers(Server ingress, Server peers) {
    this.ingress = ingress;
    this.peers = peers;
  }

  /**
   * A message between oracles of committees up to 13 with full batches; larger committees propose
   * smaller batches.
   */
  public static int peerBytesMax() {
    return WireCodec.bytesMax(13, 9);
  }

  public static Servers start(
      PeerTransport transport,
      Directory directory,
      HostPort ingressAt,
      HostPort peersAt,
      BindableService ingressService,
      BindableService peerService,
      Metrics metrics)
      throws IOException {
    Server ingress =
        transport
            .forAgents(ingressAt.host(), ingressAt.port())
            .maxInboundMessageSize(INGRESS_BYTES_MAX)
            .intercept(new CallLimit(metrics))
            .addService(ingressService)
            .build()
            .start();
    try {
      Server peers =
          transport
              .forPeers(peersAt.host(), peersAt.port(), directory::known)
              .maxInboundMessageSize(peerBytesMax())
              .addService(
                  ServerInterceptors.intercept( // the last is asked first
                      peerService,
                      new SenderInterceptor(directory, metrics),
                      PeerPin.interceptor()))
              .build()
              .start();
      return new Servers(ingress, peers);
    } catch (IOException | RuntimeException e) {
      ingress.shutdownNow();
      throw e;
    }
  }

  /** Where a server listens; port 0 takes a free one. */
  public record HostPort(String host, int port) {}

  public int ingressPort() {
    return ingress.getPort();
  }

  public int peerPort() {
    return peers.getPort();
  }

  @Override
  public void close() {
    ingress.shutdownNow();
    peers.shutdownNow();
    try {
      boolean ended =
          ingress.awaitTermination(5, TimeUnit.SECONDS)
              && peers.awaitTermination(5, TimeUnit.SECONDS);
      if (!ended) {
        throw new IllegalStateException("a gRPC server did not stop within 10 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
