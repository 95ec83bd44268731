package network.assay.coordinator.app;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import network.assay.contracts.service.NodeCertificate;
import network.assay.contracts.service.Tls;
import network.assay.contracts.wire.JobQuery;
import network.assay.contracts.wire.JobView;
import network.assay.contracts.wire.OracleIngressGrpc;
import network.assay.coordinator.app.agents.OracleTarget;

/** An oracle's answer to GetJob. */
final class TestOracle extends OracleIngressGrpc.OracleIngressImplBase implements AutoCloseable {
  final Map<Long, JobView> views = new ConcurrentHashMap<>();
  private final NodeCertificate certificate = NodeCertificate.generate();
  private final Server server;

  TestOracle() throws IOException {
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sslContext(Tls.serverForAll(certificate, pin -> false))
            .addService(this)
            .build()
            .start();
  }

  OracleTarget target() {
    return new OracleTarget("127.0.0.1:" + server.getPort(), certificate.pin());
  }

  @Override
  public void getJob(JobQuery query, StreamObserver<JobView> reply) {
    reply.onNext(
        views.getOrDefault(query.getJobId(), JobView.newBuilder().setPhase("UNKNOWN").build()));
    reply.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
