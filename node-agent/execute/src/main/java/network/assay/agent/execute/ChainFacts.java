package network.assay.agent.execute;

import java.math.BigInteger;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.JobState;

/**
 * What the agent read of a job from the chain by itself.
 *
 * @param amount in escrow, token base units; from ASSIGNED on the price
 * @param deadlineS of the state, chain time; for REPORTED and FINAL the challenge window's end
 * @param epoch of the committee that answers for the job; 0 before RUNNING
 * @param provider zero before ASSIGNED
 * @param bound whether the job is that of our order and offer
 * @param fraud whether it was reported as fraud
 * @param claimable whether the provider has pay or stake to claim now
 */
public record ChainFacts(
    JobState state,
    BigInteger amount,
    long deadlineS,
    long epoch,
    Address provider,
    boolean bound,
    boolean fraud,
    boolean claimable) {}
