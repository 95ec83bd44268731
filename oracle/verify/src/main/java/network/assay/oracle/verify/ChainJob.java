package network.assay.oracle.verify;

import java.math.BigInteger;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobState;

/**
 * A job as the chain has it: the trust anchor that everything in the evidence is held against.
 *
 * @param jobId 64 unsigned bits
 * @param orderHash digest of the order that the job was opened with
 * @param offerHash digest of the offer that was joined to it
 * @param device the key that accepted
 * @param price what an OK pays, token base units
 * @param epoch of the committee at Accept: only that committee reports the job
 * @param acceptedAt chain time of the Accept, seconds
 */
public record ChainJob(
    long jobId,
    JobState state,
    Bytes32 orderHash,
    Bytes32 offerHash,
    Address device,
    BigInteger price,
    long epoch,
    long acceptedAt) {

  /** Refuses what no contract of ours can hold. */
  public ChainJob {
    if (price.signum() < 0 || price.bitLength() > 96) {
      throw new IllegalArgumentException("want a price that fits 96 unsigned bits, got " + price);
    }
  }
}
