package network.assay.oracle.node.chain;

import network.assay.contracts.protocol.JobState;
import network.assay.oracle.verify.ChainJob;

/**
 * A job as the chain has it now.
 *
 * @param deadlineS chain time after which only the state's default happens
 */
public record JobOnChain(ChainJob job, long deadlineS) {
  /** Whether a report in a block of this time would still settle it. */
  public boolean reportable(long chainTimeS) {
    return (job.state() == JobState.RUNNING || job.state() == JobState.COMMITTED)
        && chainTimeS <= deadlineS;
  }
}
