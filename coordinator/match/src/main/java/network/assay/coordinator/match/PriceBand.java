package network.assay.coordinator.match;

import java.math.BigInteger;

/**
 * Prices that count as equal when a node is chosen. Below 32 every price is a band of its own;
 * above that a band is as wide as a sixteenth of its lowest price, or less. So good packing costs a
 * consumer less than 1/16 over the cheapest that fits, and never more than he allows.
 */
final class PriceBand {
  private static final int BITS = 5;
  private static final int STEPS = 1 << (BITS - 1);

  private PriceBand() {}

  /** The band's number, which grows with the price. */
  static int of(BigInteger price) {
    int exponent = Math.max(0, price.bitLength() - BITS);
    return exponent * STEPS + price.shiftRight(exponent).intValueExact();
  }
}
