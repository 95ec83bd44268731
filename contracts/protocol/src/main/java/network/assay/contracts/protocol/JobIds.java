package network.assay.contracts.protocol;

import java.math.BigInteger;

/**
 * Job ids, known before the transaction: the low 63 bits of {@code H(orderHash ‖
 * uint256(attempt))}, below a bit that says which market the job is of: 0 for fixed prices, 1 for
 * metered ones.
 */
public final class JobIds {
  private JobIds() {}

  /** The id of an attempt, counted from 1, in the market of fixed prices. */
  public static long of(Bytes32 orderHash, int attempt) {
    return low(orderHash, attempt) & Long.MAX_VALUE;
  }

  /** The id of an attempt in the market of metered jobs; 64 unsigned bits. */
  public static long metered(Bytes32 orderHash, int attempt) {
    return low(orderHash, attempt) | Long.MIN_VALUE;
  }

  private static long low(Bytes32 orderHash, int attempt) {
    if (attempt < 1 || attempt > 255) {
      throw new ProtocolException("OUT_OF_RANGE", "an attempt from 1 to 255", attempt);
    }
    byte[] words = Bytes.start().raw(orderHash).u256(BigInteger.valueOf(attempt)).toArray();
    return Keccak.hash(words).toUnsigned().longValue();
  }

  public static String text(long jobId) {
    return Long.toUnsignedString(jobId);
  }
}
