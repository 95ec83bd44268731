package network.assay.oracle.collateral;

import java.time.Duration;
import java.time.Instant;

/**
 * The time within which an item says that it holds, both ends included. Whole seconds: every source
 * has no more.
 */
public record Validity(Instant from, Instant until) {
  /** Vendors' roots live for 30 years; whatever says more is no collateral. */
  public static final Duration LENGTH_MAX = Duration.ofDays(60 * 366);

  public Validity {
    if (until.isBefore(from)) {
      throw new CollateralException("BACKWARDS_VALIDITY", until, "no earlier than " + from);
    }
    if (Duration.between(from, until).compareTo(LENGTH_MAX) > 0) {
      throw new CollateralException(
          "ENDLESS_VALIDITY", from + " to " + until, "at most " + LENGTH_MAX.toDays() + " days");
    }
  }

  public boolean covers(Instant at) {
    return !at.isBefore(from) && !at.isAfter(until);
  }

  /** The time in which both hold. */
  Validity and(Validity other) {
    Instant start = from.isAfter(other.from) ? from : other.from;
    Instant end = until.isBefore(other.until) ? until : other.until;
    return new Validity(start, end.isBefore(start) ? start : end);
  }
}
