package network.assay.testchain.bench.scheduler;

import java.util.Arrays;

/** Durations in nanoseconds; of more than a million only the first million are kept. */
final class Samples {
  private static final int MAX = 1_000_000;

  private final long[] values = new long[MAX];
  private int count;

  void add(long ns) {
    if (count < MAX) {
      values[count++] = ns;
    }
  }

  /** In microseconds, rounded up. */
  long percentileUs(double percentile) {
    if (count == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    int at = (int) Math.min(count - 1L, Math.round(Math.ceil(percentile / 100 * count)) - 1);
    return Math.ceilDiv(sorted[at], 1_000L);
  }
}
