package network.assay.contracts.protocol.work;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.ProtocolException;

/**
 * Which rows of which rounds of matrix work are to be opened, from randomness that was unknown when
 * the work was committed.
 *
 * <p>Numbers come from {@code H("assay/gemm/draw/v1" ‖ randomness ‖ u64 jobId ‖ workRoot ‖ u32 c)},
 * c = 0, 1, …: the first eight bytes as an unsigned number, refused where a remainder would be
 * biased, modulo what is drawn from; repeats are drawn again. First the rounds, then each round's
 * rows in ascending order of rounds.
 *
 * @param rows rows to open, ascending, by round, ascending
 */
public record MatrixDraw(SortedMap<Integer, SortedSet<Integer>> rows) {
  /** Rounds that are opened, or all where there are fewer. */
  public static final int ROUNDS = 3;

  /** Rows of each that are opened, or all where there are fewer. */
  public static final int ROWS = 128;

  /** More rounds than any card does in the time of a challenge. */
  public static final int ROUNDS_MAX = 1 << 20;

  private static final byte[] TAG = "assay/gemm/draw/v1".getBytes(StandardCharsets.UTF_8);

  public MatrixDraw {
    SortedMap<Integer, SortedSet<Integer>> copy = new TreeMap<>();
    rows.forEach((round, its) -> copy.put(round, new TreeSet<>(its)));
    rows = copy;
  }

  /**
   * Draws.
   *
   * @param rounds of the work, 1 to 2^20
   * @param n rows of each round
   */
  public static MatrixDraw of(
      Bytes32 randomness, long jobId, Bytes32 workRoot, long rounds, long n) {
    if (rounds < 1 || rounds > ROUNDS_MAX) {
      throw new ProtocolException("OUT_OF_RANGE", "1 to " + ROUNDS_MAX + " rounds", rounds);
    }
    if (n > Integer.MAX_VALUE || !OperandGenerator.isSize((int) n)) {
      throw new ProtocolException("WRONG_SIZE", "a multiple of 64 up to 65,536", n);
    }
    Numbers numbers =
        new Numbers(Bytes.start().raw(TAG).raw(randomness).u64(jobId).raw(workRoot).toArray());
    SortedMap<Integer, SortedSet<Integer>> drawn = new TreeMap<>();
    for (int round : numbers.distinct(ROUNDS, (int) rounds)) {
      drawn.put(round, new TreeSet<>());
    }
    drawn.replaceAll((round, none) -> numbers.distinct(ROWS, (int) n));
    return new MatrixDraw(drawn);
  }

  private static final class Numbers {
    private final byte[] prefix;
    private long counter;

    Numbers(byte[] prefix) {
      this.prefix = prefix;
    }

    SortedSet<Integer> distinct(int count, int below) {
      SortedSet<Integer> drawn = new TreeSet<>();
      while (drawn.size() < Math.min(count, below)) {
        drawn.add(next(below));
      }
      return drawn;
    }

    /** Of 2^64 numbers the last (2^64 mod below) would favour the small remainders. */
    private int next(int below) {
      long unfair = Long.remainderUnsigned(-below, below);
      while (true) {
        byte[] hash = Keccak.hash(prefix, Bytes.start().u32(counter++).toArray()).toArray();
        long number = ByteBuffer.wrap(hash).getLong();
        if (Long.compareUnsigned(number, -unfair) < 0 || unfair == 0) {
          return (int) Long.remainderUnsigned(number, below);
        }
      }
    }
  }
}
