package network.assay.contracts.protocol;

import java.math.BigInteger;

/**
 * Job ids, known before the transaction: {@code uint64(uint256(H(orderHash ‖ uint256(attempt))))}.
 */
public final class JobIds {
  private JobIds() {}

  /** The id of an attempt, counted from 1; 64 unsigned bits. */
  public static long of(Bytes32 orderHash, int attempt) {
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
