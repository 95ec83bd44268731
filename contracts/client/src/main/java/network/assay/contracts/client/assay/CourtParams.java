package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.List;

/**
 * The dispute court's numbers, fixed at deployment; see IDisputeCourt.Params. Amounts are token
 * base units. {@code draw} is the PanelDraw's.
 */
public record CourtParams(
    long answerWindowS,
    long voteWindowS,
    long graceS,
    int demandsMax,
    BigInteger demandBondMin,
    long demandBondBps,
    BigInteger challengeBondMin,
    long challengeBondBps,
    long forfeitBps,
    BigInteger forfeitMax,
    BigInteger rewardMax,
    BigInteger panelDeposit,
    BigInteger panelPenalty,
    DrawParams draw) {
  /** Windows of seconds. */
  public static CourtParams development() {
    return new CourtParams(
        30,
        60,
        10,
        5,
        dollars(1),
        2_000,
        dollars(2),
        1_000,
        5_000,
        dollars(10),
        dollars(10),
        dollars(5),
        dollars(3),
        DrawParams.development());
  }

  private static BigInteger dollars(long count) {
    return BigInteger.valueOf(count * 1_000_000);
  }

  /** Seconds by which a dispute can outlast a verdict's challenge window. */
  public long disputeS() {
    return Math.max(answerWindowS, voteWindowS) + graceS;
  }

  List<Param> members() {
    return List.of(
        Param.u32("answerWindowS", answerWindowS, "seconds for a provider to answer a demand"),
        Param.u32("voteWindowS", voteWindowS, "seconds for the appeal panel to vote"),
        Param.u32("graceS", graceS, "seconds beyond both, until a dispute expires"),
        Param.u8("demandsMax", demandsMax, "demands for openings of one job"),
        Param.u96("demandBondMin", demandBondMin, "token base units, the first demand's bond"),
        Param.u32("demandBondBps", demandBondBps, "1/10,000 of the price, if that is more"),
        Param.u96("challengeBondMin", challengeBondMin, "token base units, a challenge's bond"),
        Param.u32("challengeBondBps", challengeBondBps, "1/10,000 of the price, if that is more"),
        Param.u32("forfeitBps", forfeitBps, "1/10,000 of a lost bond that the counterparty gets"),
        Param.u96("forfeitMax", forfeitMax, "token base units of it, at most"),
        Param.u96("rewardMax", rewardMax, "token base units out of a slash, for the challenger"),
        Param.u96("panelDeposit", panelDeposit, "token base units that a named member deposits"),
        Param.u96("panelPenalty", panelPenalty, "token base units that silence costs any member"));
  }
}
