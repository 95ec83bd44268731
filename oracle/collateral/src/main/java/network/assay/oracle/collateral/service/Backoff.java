package network.assay.oracle.collateral.service;

import java.time.Duration;

/**
 * How patiently a service is asked.
 *
 * @param triesMax of one question, the first included
 * @param first wait after a failure; doubled each time
 * @param waitMax longest wait, also where the service itself asks for a longer one: then we give up
 */
public record Backoff(int triesMax, Duration first, Duration waitMax) {
  /** AMD's KDS takes one question in ten seconds. */
  public static Backoff standard() {
    return new Backoff(4, Duration.ofSeconds(2), Duration.ofSeconds(30));
  }

  public Backoff {
    if (triesMax < 1 || triesMax > 16 || first.isNegative() || waitMax.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "want 1 to 16 tries and 0 ≤ first ≤ waitMax, got "
              + triesMax
              + ", "
              + first
              + ", "
              + waitMax);
    }
  }

  /** The wait after a failed try, counted from 1. */
  Duration after(int tries) {
    Duration wait = first.multipliedBy(1L << Math.min(tries - 1, 20));
    return wait.compareTo(waitMax) > 0 ? waitMax : wait;
  }
}
