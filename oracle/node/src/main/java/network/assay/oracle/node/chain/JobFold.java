package network.assay.oracle.node.chain;

import java.math.BigInteger;
import java.util.Optional;
import network.assay.contracts.client.assay.AssayEvent;
import network.assay.contracts.client.assay.JobCardFold;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobState;
import network.assay.oracle.verify.ChainJob;

/** A job as the sum of its events, taken in the chain's order. */
final class JobFold {
  private final long jobId;
  private JobState state = JobState.NONE;
  private Bytes32 orderHash = Bytes32.ZERO;
  private Bytes32 offerHash = Bytes32.ZERO;
  private Address device = Address.ZERO;
  private BigInteger price = BigInteger.ZERO;
  private long epoch;
  private long acceptedAt;
  private long deadlineS;
  private final JobCardFold cards = new JobCardFold();

  JobFold(long jobId) {
    this.jobId = jobId;
  }

  /**
   * @param atS time of the event's block
   */
  void take(AssayEvent.OfJob event, long atS) {
    cards.take(event);
    switch (event) {
      case AssayEvent.JobFunded funded -> {
        state = JobState.FUNDED;
        orderHash = funded.orderHash();
      }
      case AssayEvent.JobAssigned assigned -> {
        state = JobState.ASSIGNED;
        offerHash = assigned.offerHash();
        device = assigned.device();
        price = assigned.price();
      }
      case AssayEvent.JobOpened opened -> {
        state = JobState.RUNNING;
        orderHash = opened.orderHash();
        offerHash = opened.offerHash();
        device = opened.device();
        price = opened.price();
        epoch = opened.epoch();
        deadlineS = opened.runUntil();
        acceptedAt = atS;
      }
      case AssayEvent.JobAccepted accepted -> {
        state = JobState.RUNNING;
        epoch = accepted.epoch();
        deadlineS = accepted.runUntil();
        acceptedAt = atS;
      }
      case AssayEvent.WorkCommitted committed -> {
        state = JobState.COMMITTED;
        deadlineS = committed.reportUntil();
      }
      case AssayEvent.ReportTimeExtended extended -> deadlineS = extended.reportUntil();
      case AssayEvent.JobReported reported -> state = JobState.REPORTED;
      case AssayEvent.JobExpired expired -> state = JobState.REFUNDED;
      case AssayEvent.JobFailed failed -> state = JobState.REFUNDED;
      case AssayEvent.JobCancelled cancelled -> state = JobState.CANCELLED;
      case AssayEvent.VerdictSkipped skipped -> {}
      case AssayEvent.JobRefunded refunded -> {}
      case AssayEvent.JobPenalised penalised -> {}
      case AssayEvent.JobSlashed slashed -> {}
    }
  }

  /** What the market wants to be shown; empty before the job was funded. */
  Optional<JobCard> card() {
    return cards.card();
  }

  /** Empty unless the job was accepted: before that it is no oracle's business. */
  Optional<JobOnChain> job() {
    if (epoch == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new JobOnChain(
            new ChainJob(jobId, state, orderHash, offerHash, device, price, epoch, acceptedAt),
            deadlineS));
  }
}
