package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.List;

/**
 * What oracles stake and when they are paid, fixed at deployment; see IOracleStake.Params. Amounts
 * are token base units.
 */
public record OracleParams(
    BigInteger bondMin,
    BigInteger rewardCap,
    long unbondingDelayS,
    long answersAfterS,
    long bondGraceS,
    long payPeriodS) {
  private static final BigInteger DOLLAR = BigInteger.valueOf(1_000_000);

  /**
   * Ten dollars, due within an hour.
   *
   * @param overlapS for which a committee answers after its rotation
   */
  public static OracleParams development(long overlapS) {
    long answersAfterS = 600;
    return new OracleParams(
        DOLLAR.multiply(BigInteger.TEN),
        DOLLAR,
        overlapS + answersAfterS + 1,
        answersAfterS,
        3_600,
        10);
  }

  List<Param> members() {
    return List.of(
        Param.u96("bondMin", bondMin, "token base units, least stake of a seated oracle's key"),
        Param.u96("rewardCap", rewardCap, "token base units for the proof of a contradiction"),
        Param.u32("unbondingDelayS", unbondingDelayS, "seconds until stake may leave"),
        Param.u32(
            "answersAfterS", answersAfterS, "seconds from a report until nobody can question it"),
        Param.u32("bondGraceS", bondGraceS, "seconds for the first committee to stake"),
        Param.u32("payPeriodS", payPeriodS, "seconds between two payments of oracles"));
  }
}
