package network.assay.oracle.node.app;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import network.assay.contracts.service.NodeCertificate;
import network.assay.contracts.service.Tls;
import network.assay.contracts.wire.OracleIngressGrpc;
import network.assay.contracts.wire.OracleIngressGrpc.OracleIngressBlockingStub;
import network.assay.oracle.node.OracleConfig;
import network.assay.oracle.node.OracleProblem;

/** Asks the operator's own running node, found and authenticated by its configuration. */
final class LocalNode {
  private LocalNode() {}

  static <T> T ask(Path configFile, Function<OracleIngressBlockingStub, T> question) {
    OracleConfig config = OracleConfig.read(configFile, System.getenv());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(config.ingressListen().host(), config.ingressListen().port())
            .sslContext(Tls.anonymousClientTo(NodeCertificate.load(config.tlsFile()).pin()))
            .build();
    try {
      return question.apply(
          OracleIngressGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS));
    } catch (StatusRuntimeException e) {
      throw new OracleProblem(
          "the node at " + config.ingressListen() + " does not answer: " + e.getStatus().getCode(),
          e);
    } finally {
      channel.shutdownNow();
    }
  }

  /** Refuses what is no job id. */
  static long jobId(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new OracleProblem("want a job id, 1 to 2^64-1 in decimal digits, got " + text, e);
    }
  }
}
