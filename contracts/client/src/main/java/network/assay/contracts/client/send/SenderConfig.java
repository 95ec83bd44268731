package network.assay.contracts.client.send;

import java.math.BigInteger;
import java.time.Duration;

/**
 * How one key's transactions are sent.
 *
 * @param priorityFeePerGas wei to the block's producer on the first attempt
 * @param maxFeePerGasCap wei; never offered more, base fee included
 * @param gasMarginPercent added to the estimate
 * @param confirmations blocks, the transaction's own included, before an outcome is told; at least
 *     1
 * @param finalityBlocks blocks after which a transaction is no longer watched for reorganisations;
 *     at least confirmations
 * @param bumpAfter time without inclusion before the fee is raised
 * @param pollInterval pause between two looks at the chain
 * @param inFlightMax transactions sent and not yet mined, at most; the rest waits in the journal
 */
public record SenderConfig(
    BigInteger priorityFeePerGas,
    BigInteger maxFeePerGasCap,
    int gasMarginPercent,
    int confirmations,
    int finalityBlocks,
    Duration bumpAfter,
    Duration pollInterval,
    int inFlightMax) {
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  public SenderConfig {
    want(priorityFeePerGas.signum() >= 0, "priorityFeePerGas of at least 0", priorityFeePerGas);
    want(
        maxFeePerGasCap.compareTo(priorityFeePerGas) >= 0,
        "maxFeePerGasCap of at least the priority fee",
        maxFeePerGasCap);
    want(
        gasMarginPercent >= 0 && gasMarginPercent <= 100,
        "gasMarginPercent from 0 to 100",
        gasMarginPercent);
    want(confirmations >= 1, "confirmations of at least 1", confirmations);
    want(
        finalityBlocks >= confirmations,
        "finalityBlocks of at least confirmations",
        finalityBlocks);
    want(bumpAfter.toMillis() > 0, "bumpAfter above 0", bumpAfter);
    want(pollInterval.toMillis() > 0, "pollInterval above 0", pollInterval);
    want(inFlightMax >= 1 && inFlightMax <= 64, "inFlightMax from 1 to 64", inFlightMax);
  }

  /**
   * 1 gwei tip, 500 gwei cap, 20 % gas margin, 1 confirmation, final after 12 blocks, a raise every
   * 30 s, a look every 200 ms.
   */
  public static SenderConfig standard() {
    return new SenderConfig(
        GWEI,
        GWEI.multiply(BigInteger.valueOf(500)),
        20,
        1,
        12,
        Duration.ofSeconds(30),
        Duration.ofMillis(200),
        16);
  }

  private static void want(boolean holds, String wanted, Object got) {
    if (!holds) {
      throw new IllegalArgumentException("want " + wanted + ", got " + got);
    }
  }
}
