package network.assay.contracts.client.assay;

import java.math.BigInteger;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.JobState;

/**
 * A job as the market has it; see IJobMarket.JobView.
 *
 * @param state with FINAL where it is that
 * @param amount in escrow; from ASSIGNED on the price
 * @param deadline of the state, chain time in seconds
 * @param deviceIndex 0 before ASSIGNED
 * @param epoch of the committee that answers for it; 0 before RUNNING
 * @param lock stake that Accept locked or would lock
 * @param retryable attempts left, and any offer may be joined
 */
public record JobFacts(
    JobState state,
    BigInteger amount,
    long deadline,
    long deviceIndex,
    long epoch,
    Address consumer,
    Address provider,
    BigInteger lock,
    boolean retryable,
    boolean extended,
    boolean fraud,
    boolean slashed) {}
