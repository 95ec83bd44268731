package network.assay.oracle.report;

/**
 * Local waiting times, in milliseconds; nothing here needs to be equal on all nodes.
 *
 * @param roundMs time for round 0 of an agreement; doubles each round up to {@code roundMaxMs}
 * @param resendMs first wait before observations and shares are sent again; doubles up to {@code
 *     resendMaxMs}
 * @param attemptMs wait for agreement after our reveal before a job is observed again
 * @param catchUpMs patience with being behind before a decision is asked for
 * @param staggerMs between one oracle's turn to transmit and the next one's
 */
public record Timings(
    long roundMs,
    long roundMaxMs,
    long resendMs,
    long resendMaxMs,
    long attemptMs,
    long catchUpMs,
    long staggerMs) {
  public Timings {
    positive("roundMs", roundMs, roundMaxMs);
    positive("resendMs", resendMs, resendMaxMs);
    positive("attemptMs", attemptMs, Long.MAX_VALUE);
    positive("catchUpMs", catchUpMs, Long.MAX_VALUE);
    positive("staggerMs", staggerMs, Long.MAX_VALUE);
  }

  /** For nodes that are some ten milliseconds apart. */
  public static Timings standard() {
    return new Timings(2_000, 60_000, 1_000, 15_000, 10_000, 500, 2_000);
  }

  public long round(long round) {
    return doubled(roundMs, round, roundMaxMs);
  }

  public long resend(long times) {
    return doubled(resendMs, times, resendMaxMs);
  }

  private static long doubled(long base, long times, long max) {
    long value = base;
    for (long i = 0; i < times && value < max; i++) {
      value *= 2;
    }
    return Math.min(value, max);
  }

  private static void positive(String name, long value, long max) {
    if (value <= 0 || value > max || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          name + ": want 1 to " + Math.min(max, Integer.MAX_VALUE) + " ms, got " + value);
    }
  }
}
