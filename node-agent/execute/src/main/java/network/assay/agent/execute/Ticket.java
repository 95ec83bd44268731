package network.assay.agent.execute;

import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;

/**
 * An assignment whose bytes were found to belong together; made by {@link Admission#examine}.
 *
 * @param attempt counted from 1; with orderHash it gives the job id
 */
public record Ticket(
    Assignment assignment, JobSpec spec, Bytes32 orderHash, Bytes32 offerHash, int attempt) {

  public long jobId() {
    return assignment.jobId();
  }

  public Order order() {
    return assignment.order();
  }

  public Offer offer() {
    return assignment.offer().message();
  }

  /** What the device signs when it takes the job. */
  public Accept accept() {
    return new Accept(jobId(), orderHash, offerHash, spec.inputRoot());
  }
}
