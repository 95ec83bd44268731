package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.List;

/**
 * Where fees go, and the numbers of what lives beside the markets: rewards, insurance, models,
 * modules. Amounts are token base units.
 *
 * @param oracleBps share of fees that oracles get, 1/10,000; at least 2,000
 * @param insuranceBps the insurance pool's
 * @param treasuryBps the treasury's; at most 5,000
 * @param rewardEpochS seconds in which fees are counted together
 * @param emissionBps rewards of an epoch, at most, in 1/10,000 of its fees; at most 9,000
 * @param rootDelayS seconds in which a root of rewards can be vetoed
 * @param coverTermS seconds that an insurance lasts
 * @param challengerRewardMax greatest reward of any challenger out of a slash
 * @param modelBond bond behind a model that a stranger registers
 * @param modelBondS seconds for which it answers
 * @param moduleDelayS seconds for everybody to withdraw before an announced module may act
 */
public record FundParams(
    int oracleBps,
    int insuranceBps,
    int treasuryBps,
    long rewardEpochS,
    int emissionBps,
    long rootDelayS,
    long coverTermS,
    BigInteger challengerRewardMax,
    BigInteger modelBond,
    long modelBondS,
    long moduleDelayS) {
  private static final long DAY_S = 86_400;
  private static final BigInteger TEN_DOLLARS = BigInteger.valueOf(10_000_000);

  /** Weeks and days: what a network begins with. */
  public static FundParams standard() {
    return new FundParams(
        6_000,
        1_000,
        3_000,
        7 * DAY_S,
        5_000,
        2 * DAY_S,
        90 * DAY_S,
        TEN_DOLLARS,
        TEN_DOLLARS,
        30 * DAY_S,
        14 * DAY_S);
  }

  List<Param> split() {
    return List.of(
        Param.u16("split.oracleBps", oracleBps, "1/10,000 of fees"),
        Param.u16("split.insuranceBps", insuranceBps, "1/10,000 of fees"),
        Param.u16("split.treasuryBps", treasuryBps, "1/10,000 of fees"));
  }
}
