package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.List;

/**
 * The numbers of the market for metered jobs, fixed at deployment; see IRateBook.Params.
 *
 * @param closeValue token base units
 */
public record RateParams(
    int feeBps,
    long noticeS,
    long closeWindowS,
    long closeWindowMaxS,
    BigInteger closeValue,
    long windowMinS,
    long windowMaxS,
    long orderWindowMaxS) {
  private static final BigInteger DOLLAR = BigInteger.valueOf(1_000_000);

  /** Windows of seconds. */
  public static RateParams development() {
    return new RateParams(0, 5, 10, 30, DOLLAR.multiply(BigInteger.valueOf(100)), 1, 3_600, 3_600);
  }

  List<Param> members() {
    return List.of(
        Param.u16("feeBps", feeBps, "1/10,000 of what a voucher pays"),
        Param.u32("noticeS", noticeS, "seconds from a consumer's stop to its effect"),
        Param.u32(
            "closeWindowS",
            closeWindowS,
            "seconds after a job's end in which vouchers and verdicts are taken, at least"),
        Param.u32("closeWindowMaxS", closeWindowMaxS, "seconds, at most"),
        Param.u96("closeValue", closeValue, "token base units up to which the least window holds"),
        Param.u32("windowMinS", windowMinS, "seconds, least time of a job"),
        Param.u32("windowMaxS", windowMaxS, "seconds, greatest time of a job when it is opened"),
        Param.u32(
            "orderWindowMaxS", orderWindowMaxS, "seconds from opening to an order's deadline"));
  }
}
