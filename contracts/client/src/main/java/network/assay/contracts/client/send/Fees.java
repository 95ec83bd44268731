package network.assay.contracts.client.send;

import java.math.BigInteger;
import java.util.Optional;

/**
 * EIP-1559 fees of one attempt, wei per gas. A replacement raises both by at least 12.5 %, which
 * every client takes (geth asks 10 %, Erigon and Nethermind too; Besu none).
 */
public record Fees(BigInteger priority, BigInteger max) {
  private static final BigInteger SEVEN = BigInteger.valueOf(7);

  public Fees {
    if (priority.signum() < 0 || priority.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "want 0 ≤ priority ≤ max, got " + priority + " and " + max);
    }
  }

  /** Twice the base fee (six full blocks of rises) and the priority fee, at most {@code maxCap}. */
  public static Fees first(BigInteger baseFee, BigInteger priority, BigInteger maxCap) {
    BigInteger max = baseFee.shiftLeft(1).add(priority).min(maxCap);
    return new Fees(priority.min(max), max);
  }

  /**
   * The next attempt's fees; empty where the cap leaves no room for a rise that nodes would take.
   */
  public Optional<Fees> bumped(BigInteger baseFee, BigInteger maxCap) {
    BigInteger priorityNext = raised(priority);
    BigInteger maxNext = raised(max).max(baseFee.shiftLeft(1).add(priorityNext)).min(maxCap);
    if (maxNext.compareTo(raised(max)) < 0 || maxNext.compareTo(priorityNext) < 0) {
      return Optional.empty();
    }
    return Optional.of(new Fees(priorityNext, maxNext));
  }

  /** × 9/8, rounded up, and at least 1 more. */
  private static BigInteger raised(BigInteger fee) {
    return fee.add(fee.add(SEVEN).shiftRight(3).max(BigInteger.ONE));
  }
}
