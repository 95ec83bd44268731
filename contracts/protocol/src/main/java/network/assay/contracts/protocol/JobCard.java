package network.assay.contracts.protocol;

import java.math.BigInteger;

/**
 * Everything that is fixed of a job so far. The market keeps only its hash: whoever moves the job
 * shows the card again. It can be rebuilt from the job's events alone.
 *
 * @param terms H(orderHash ‖ offerHash); offerHash 0 before an offer is joined
 * @param provider zero before an offer is joined
 * @param deviceIndex 0 before an offer is joined, 40 bits
 * @param amount in escrow, token base units; from ASSIGNED on the price
 */
public record JobCard(
    Bytes32 terms, Address consumer, Address provider, long deviceIndex, BigInteger amount) {
  /** Bytes of {@link #pack}. */
  public static final int SIZE = 89;

  private static final int BINDING_BITS = 176;
  private static final BigInteger BINDING_MASK =
      BigInteger.ONE.shiftLeft(BINDING_BITS).subtract(BigInteger.ONE);

  /** What ties a job to its Order and, once joined, to the offer. */
  public static Bytes32 termsOf(Bytes32 orderHash, Bytes32 offerHash) {
    return Keccak.hash(Bytes.start().raw(orderHash).raw(offerHash).toArray());
  }

  /** {@code terms 32 | consumer 20 | provider 20 | deviceIndex u40 | amount u96}. */
  public byte[] pack() {
    return Bytes.start()
        .raw(terms)
        .raw(consumer)
        .raw(provider)
        .u40(deviceIndex)
        .u96(amount)
        .toArray();
  }

  /** The low 176 bits of the packed card's hash: what the market keeps before REPORTED. */
  public BigInteger binding() {
    return low(pack());
  }

  /** What the market keeps from REPORTED on. */
  public BigInteger binding(JobOutcome outcome) {
    return low(Bytes.start().raw(pack()).raw(outcome.pack()).toArray());
  }

  private static BigInteger low(byte[] packed) {
    return Keccak.hash(packed).toUnsigned().and(BINDING_MASK);
  }
}
