package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.List;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Report;

/** Settlement: reports in, pay and slashes out. */
public final class SettlementCalls {
  private static final String SETTLE = "settle";
  private static final int VERDICTS_BYTES_MAX = 256 * 53;
  private static final int CARDS_BYTES_MAX = 256 * JobCard.SIZE;

  private final ContractReader reader;
  private final Address contract;

  SettlementCalls(ContractReader reader, Address contract) {
    this.reader = reader;
    this.contract = contract;
  }

  /** Pay and stake of an account that a bucket holds. */
  public record Holding(BigInteger amount, BigInteger lock) {
    public boolean isZero() {
      return amount.signum() == 0 && lock.signum() == 0;
    }
  }

  /** What {@code claim} would move now. */
  public Holding claimable(Address account) {
    Words in =
        reader.read(
            "claimable of " + account, contract, Abi.call("claimableOf", Abi.address(account)));
    return new Holding(in.unsigned(256), in.unsigned(256));
  }

  /** What still waits for its challenge window. */
  public Holding pending(Address account) {
    Words in =
        reader.read("pending of " + account, contract, Abi.call("pendingOf", Abi.address(account)));
    return new Holding(in.unsigned(256), in.unsigned(256));
  }

  /**
   * Settles a report.
   *
   * @param cards one for each verdict, in their order; a wrong one only postpones its own verdict,
   *     and none at all postpones every one
   */
  public TxIntent settle(
      String id, Report report, byte[] verdicts, List<JobCard> cards, QuorumSignatures quorum) {
    return TxIntent.call(
        id,
        contract,
        Abi.call(
            SETTLE,
            Abi.struct(report),
            Abi.bytes(verdicts),
            Abi.bytes(packed(cards)),
            Abi.u256(BigInteger.valueOf(quorum.bitmask())),
            Abi.bytes(quorum.signatures())));
  }

  private static byte[] packed(List<JobCard> cards) {
    Bytes all = Bytes.start();
    cards.forEach(card -> all.raw(card.pack()));
    return all.toArray();
  }

  public TxIntent claim(String id, Address account) {
    return TxIntent.call(id, contract, Abi.call("claim", Abi.address(account)));
  }

  public TxIntent slash(String id, long jobId, JobCard card, JobOutcome outcome) {
    return TxIntent.call(
        id, contract, Abi.call("slash", Abi.u64(jobId), Abi.card(card), Abi.outcome(outcome)));
  }

  /** What a settle transaction carried; enough for a receipt. */
  public record Settled(Report report, byte[] verdicts, QuorumSignatures quorum) {}

  /** Reads a settle transaction's input. */
  public static Settled parse(String input) {
    String selector = selector();
    if (!input.startsWith(selector)) {
      throw new ProtocolException(
          "NOT_SETTLE", selector, input.substring(0, Math.min(10, input.length())));
    }
    Words in = Words.of("0x" + input.substring(10));
    Bytes words = Bytes.start();
    for (int i = 0; i < Report.TYPE.fields().size(); i++) {
      words.raw(in.bytes32());
    }
    byte[] verdicts = in.bytes(VERDICTS_BYTES_MAX);
    in.bytes(CARDS_BYTES_MAX);
    long bitmask = in.unsigned(63).longValueExact();
    return new Settled(
        Report.fromWords(words.toArray()),
        verdicts,
        new QuorumSignatures(bitmask, in.bytes(64 * 31)));
  }

  private static String selector() {
    String any =
        Abi.call(
            SETTLE,
            Abi.struct(new Report(0, 0, 0, 0, 0, Bytes32.ZERO, Bytes32.ZERO)),
            Abi.bytes(new byte[0]),
            Abi.bytes(new byte[0]),
            Abi.u256(BigInteger.ZERO),
            Abi.bytes(new byte[0]));
    return any.substring(0, 10);
  }
}
