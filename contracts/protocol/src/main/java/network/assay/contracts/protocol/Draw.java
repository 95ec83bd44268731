package network.assay.contracts.protocol;

import java.math.BigInteger;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which rows one oracle's secret seed draws; committed in its Ack before the provider can know
 * them.
 */
public final class Draw {
  private Draw() {}

  /** {@code H(u64 jobId ‖ bundleHash ‖ oracle ‖ drawSeed)}. */
  public static Bytes32 commitment(long jobId, Bytes32 bundleHash, Address oracle, Bytes32 seed) {
    return Keccak.hash(Bytes.start().u64(jobId).raw(bundleHash).raw(oracle).raw(seed).toArray());
  }

  /** The drawn row numbers, ascending, without repeats. */
  public static SortedSet<Integer> rows(Bytes32 seed, long jobId, Bytes32 workRoot, int rows) {
    if (rows < 1) {
      throw new ProtocolException("OUT_OF_RANGE", "at least one row", rows);
    }
    SortedSet<Integer> drawn = new TreeSet<>();
    for (int t = 0; t < VerificationPolicy.SAMPLED_DRAWS; t++) {
      Bytes32 hash = Keccak.hash(Bytes.start().raw(seed).u64(jobId).raw(workRoot).u32(t).toArray());
      drawn.add(hash.toUnsigned().mod(BigInteger.valueOf(rows)).intValueExact());
    }
    return drawn;
  }
}
