package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.List;

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
    long challengeWindowMaxS,
    BigInteger challengeValue,
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
        20_000,
        30_000,
        1_000,
        0,
        4,
        4,
        new BigInteger("100000000"),
        4,
        30,
        10,
        1,
        3_600,
        3_600,
        5,
        new BigInteger("100000000"));
  }

  /** For a public test network. */
  public static MarketParams testnet() {
    return new MarketParams(
        20_000,
        30_000,
        1_000,
        100,
        3_600,
        14_400,
        new BigInteger("100000000"),
        14_400,
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
        in.u32(), in.u32(), in.u32(), in.u16(), in.u32(), in.u32(), in.u96(), in.u32(), in.u32(),
        in.u32(), in.u32(), in.u32(), in.u32(), in.u8(), in.u96());
  }

  List<Param> members() {
    return List.of(
        Param.u32("lockBps", lockBps, "1/10,000 of the price, stake locked at Accept"),
        Param.u32("slashBps", slashBps, "1/10,000 of the price, stake taken for FRAUD"),
        Param.u32("penaltyBps", penaltyBps, "1/10,000 of the price, taken when time ran out"),
        Param.u16("feeBps", feeBps, "1/10,000 of the provider's pay"),
        Param.u32(
            "challengeWindowS", challengeWindowS, "seconds from report to finality, at least"),
        Param.u32("challengeWindowMaxS", challengeWindowMaxS, "seconds, at most"),
        Param.u96(
            "challengeValue",
            challengeValue,
            "token base units up to which the least window holds"),
        Param.u32("bucketS", bucketS, "seconds, grain of finality"),
        Param.u32("reportExtensionS", reportExtensionS, "seconds, once"),
        Param.u32("retryGraceS", retryGraceS, "seconds"),
        Param.u32("windowMinS", windowMinS, "seconds, least window of an order"),
        Param.u32("windowMaxS", windowMaxS, "seconds, greatest window of an order"),
        Param.u32("orderWindowMaxS", orderWindowMaxS, "seconds from funding to its deadline"),
        Param.u8("attemptsMaxMax", attemptsMaxMax, "attempts"),
        Param.u96("compensationCap", compensationCap, "token base units for one job"));
  }
}
