package network.assay.coordinator.app.agents;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import network.assay.contracts.service.Tls;
import network.assay.contracts.wire.JobQuery;
import network.assay.contracts.wire.JobView;
import network.assay.contracts.wire.OracleIngressGrpc;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks oracles what they know of a job. What they say is checked by whoever uses it. */
public final class OracleClients implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OracleClients.class);
  private static final int TIMEOUT_S = 5;

  /** A leaf, a path and some findings. */
  private static final int ANSWER_BYTES_MAX = 256 * 1024;

  private final List<ManagedChannel> channels = new ArrayList<>();

  public OracleClients(List<OracleTarget> targets) {
    for (OracleTarget target : targets) {
      channels.add(
          NettyChannelBuilder.forTarget(target.target())
              .sslContext(Tls.anonymousClientTo(target.pin()))
              .maxInboundMessageSize(ANSWER_BYTES_MAX)
              .build());
    }
  }

  /** One question to each oracle, in the order of the configuration. */
  public List<Function<Long, Optional<JobView>>> questions() {
    return channels.stream().<Function<Long, Optional<JobView>>>map(c -> id -> ask(c, id)).toList();
  }

  private static Optional<JobView> ask(ManagedChannel channel, long jobId) {
    try {
      return Optional.of(
          OracleIngressGrpc.newBlockingStub(channel)
              .withDeadlineAfter(TIMEOUT_S, TimeUnit.SECONDS)
              .getJob(JobQuery.newBuilder().setJobId(jobId).build()));
    } catch (StatusRuntimeException e) {
      LOG.debug("an oracle did not answer: {}", e.getStatus());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
