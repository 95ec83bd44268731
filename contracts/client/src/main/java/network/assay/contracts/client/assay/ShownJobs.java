package network.assay.contracts.client.assay;

import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.ProtocolException;

/**
 * Cards from the market's logs, for command lines that follow nothing. Looks back from the head in
 * steps until the job's beginning is found.
 */
final class ShownJobs {
  /** Some endpoints answer for no more blocks at once. */
  private static final long BLOCKS_EACH = 5_000;

  private final RpcEndpoints rpc;
  private final AssayEvents events;
  private final Deployment at;

  ShownJobs(RpcEndpoints rpc, AssayEvents events, Deployment at) {
    this.rpc = rpc;
    this.events = events;
    this.at = at;
  }

  JobCardFold of(long jobId) {
    List<AssayEvent.OfJob> found = new ArrayList<>();
    long head = rpc.read("the head", node -> node.headNumber());
    for (long to = head; to >= at.deployBlock(); to -= BLOCKS_EACH) {
      found.addAll(0, between(Math.max(at.deployBlock(), to - BLOCKS_EACH + 1), to, jobId));
      if (!found.isEmpty() && isBeginning(found.getFirst())) {
        JobCardFold fold = new JobCardFold();
        found.forEach(fold::take);
        return fold;
      }
    }
    throw new ProtocolException(
        "UNKNOWN_JOB", "a job that was funded on chain " + at.chainId(), JobIds.text(jobId));
  }

  private static boolean isBeginning(AssayEvent.OfJob event) {
    return event instanceof AssayEvent.JobFunded || event instanceof AssayEvent.JobOpened;
  }

  private List<AssayEvent.OfJob> between(long from, long to, long jobId) {
    List<ChainLog> logs =
        rpc.read(
            "events of job " + JobIds.text(jobId),
            node -> node.logs(from, to, List.of(at.market().hex())));
    List<AssayEvent.OfJob> found = new ArrayList<>();
    for (ChainLog log : logs) {
      events
          .decode(log)
          .filter(AssayEvent.OfJob.class::isInstance)
          .map(AssayEvent.OfJob.class::cast)
          .filter(event -> event.jobId() == jobId)
          .ifPresent(found::add);
    }
    return found;
  }
}
