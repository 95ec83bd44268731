package network.assay.contracts.client.assay;

import java.math.BigInteger;
import org.web3j.abi.datatypes.Type;

/**
 * The market's numbers, fixed at deployment; see IJobMarket.Params. Names carry their units: bps
 * are 1/10,000, S seconds.
 *
 * @param compensationCap token base units
 */
public record MarketParams(
    long lockBps,
    long slashBps,
    long penaltyBps,
    int feeBps,
    long challengeWindowS,
    long bucketS,
    long reportExtensionS,
    long retryGraceS,
    long windowMinS,
    long windowMaxS,
    long orderWindowMaxS,
    int attemptsMaxMax,
    BigInteger compensationCap) {
  /** Windows of seconds: for development chains, where nobody waits for hours. */
  public static MarketParams development() {
    return new MarketParams(
        20_000, 30_000, 1_000, 0, 4, 4, 30, 10, 1, 3_600, 3_600, 5, new BigInteger("100000000"));
  }

  /** For a public test network. */
  public static MarketParams testnet() {
    return new MarketParams(
        20_000,
        30_000,
        1_000,
        100,
        3_600,
        3_600,
        3_600,
        600,
        10,
        604_800,
        604_800,
        5,
        new BigInteger("100000000"));
  }

  /**
   * Seconds that a committee must answer after its rotation: from the last Accept of its epoch to
   * the last moment at which that job may be reported.
   */
  public long overlapS() {
    return 2 * windowMaxS + reportExtensionS + 1;
  }

  static MarketParams read(Words in) {
    return new MarketParams(
        in.u32(), in.u32(), in.u32(), in.u16(), in.u32(), in.u32(), in.u32(), in.u32(), in.u32(),
        in.u32(), in.u32(), in.u8(), in.u96());
  }

  Type<?> abi() {
    return Abi.tuple(
        Abi.u32(lockBps),
        Abi.u32(slashBps),
        Abi.u32(penaltyBps),
        Abi.u16(feeBps),
        Abi.u32(challengeWindowS),
        Abi.u32(bucketS),
        Abi.u32(reportExtensionS),
        Abi.u32(retryGraceS),
        Abi.u32(windowMinS),
        Abi.u32(windowMaxS),
        Abi.u32(orderWindowMaxS),
        Abi.u8(attemptsMaxMax),
        Abi.u96(compensationCap));
  }
}
