package network.assay.oracle.node.bond;

import java.math.BigDecimal;
import java.math.BigInteger;
import network.assay.oracle.node.OracleProblem;

/** Amounts of the token as people write them. */
final class Dollars {
  private static final int DECIMALS = 6;
  private static final int TEXT_MAX = 40;

  private Dollars() {}

  static String text(BigInteger units) {
    return new BigDecimal(units, DECIMALS).stripTrailingZeros().toPlainString() + " dollars";
  }

  /** Whole tokens to base units; refuses what is negative or does not come out even. */
  static BigInteger parse(String text) {
    try {
      BigDecimal amount = new BigDecimal(text.substring(0, Math.min(text.length(), TEXT_MAX)));
      if (text.length() > TEXT_MAX || amount.signum() < 0 || Math.abs(amount.scale()) > TEXT_MAX) {
        throw new NumberFormatException();
      }
      return amount.movePointRight(DECIMALS).toBigIntegerExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw new OracleProblem(
          "want an amount in dollars with at most "
              + DECIMALS
              + " decimals such as 5000, got "
              + text.substring(0, Math.min(text.length(), TEXT_MAX)),
          e);
    }
  }
}
