package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.List;
import network.assay.contracts.client.assay.DeploymentStep.Argument;
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

  /** Each number with its unit, for people. */
  List<Argument> described() {
    return List.of(
        new Argument("lockBps", "" + lockBps, "1/10,000 of the price, stake locked at Accept"),
        new Argument("slashBps", "" + slashBps, "1/10,000 of the price, stake taken for FRAUD"),
        new Argument(
            "penaltyBps", "" + penaltyBps, "1/10,000 of the price, taken when time ran out"),
        new Argument("feeBps", "" + feeBps, "1/10,000 of the provider's pay"),
        new Argument(
            "challengeWindowS", "" + challengeWindowS, "seconds from report to finality, at least"),
        new Argument("challengeWindowMaxS", "" + challengeWindowMaxS, "seconds, at most"),
        new Argument(
            "challengeValue",
            "" + challengeValue,
            "token base units up to which the least window holds"),
        new Argument("bucketS", "" + bucketS, "seconds, grain of finality"),
        new Argument("reportExtensionS", "" + reportExtensionS, "seconds, once"),
        new Argument("retryGraceS", "" + retryGraceS, "seconds"),
        new Argument("windowMinS", "" + windowMinS, "seconds, least window of an order"),
        new Argument("windowMaxS", "" + windowMaxS, "seconds, greatest window of an order"),
        new Argument(
            "orderWindowMaxS", "" + orderWindowMaxS, "seconds from funding to its deadline"),
        new Argument("attemptsMaxMax", "" + attemptsMaxMax, "attempts"),
        new Argument("compensationCap", "" + compensationCap, "token base units for one job"));
  }

  Type<?> abi() {
    return Abi.tuple(
        Abi.u32(lockBps),
        Abi.u32(slashBps),
        Abi.u32(penaltyBps),
        Abi.u16(feeBps),
        Abi.u32(challengeWindowS),
        Abi.u32(challengeWindowMaxS),
        Abi.u96(challengeValue),
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
