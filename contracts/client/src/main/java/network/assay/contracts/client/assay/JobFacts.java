package network.assay.contracts.client.assay;

import java.math.BigInteger;
import network.assay.contracts.protocol.JobState;

/**
 * A job as the market keeps it; see IJobBook.JobView. Everything else is on its card.
 *
 * @param state with FINAL where it is that
 * @param deadline of the state, chain time in seconds
 * @param epoch of the committee that answers for it; 0 before RUNNING
 * @param binding of the card; from REPORTED on of card and outcome
 * @param retryable attempts left, and any offer may be joined
 */
public record JobFacts(
    JobState state,
    long deadline,
    long epoch,
    BigInteger binding,
    boolean retryable,
    boolean extended,
    boolean fraud,
    boolean slashed) {}
