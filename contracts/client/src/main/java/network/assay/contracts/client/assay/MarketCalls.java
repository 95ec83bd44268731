package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.List;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Fail;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.WorkCommit;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.Type;

/**
 * JobMarket: one job's life. Writes are intents for a TransactionSender; {@code id} is the caller's
 * idempotency key.
 */
public final class MarketCalls {
  private final ContractReader reader;
  private final Address market;
  private final ShownJobs shown;

  MarketCalls(ContractReader reader, Address market, ShownJobs shown) {
    this.reader = reader;
    this.market = market;
    this.shown = shown;
  }

  /**
   * A payment: the token's authorisation, or for a prior balance times 0 and the Order's signature.
   *
   * @param validAfter exclusive, Unix seconds; validBefore likewise
   */
  public record Payment(long validAfter, long validBefore, Signature signature) {
    Type<?> abi() {
      return Abi.tuple(Abi.u40(validAfter), Abi.u40(validBefore), Abi.bytes(signature.toArray()));
    }
  }

  /** The job; state NONE where there is none of this id. */
  public JobFacts job(long jobId) {
    Words in =
        reader.read("job " + Long.toUnsignedString(jobId), market, Abi.call("job", Abi.u64(jobId)));
    return new JobFacts(
        JobState.of(in.u8()),
        in.u40(),
        in.u64(),
        in.unsigned(176),
        in.bool(),
        in.bool(),
        in.bool(),
        in.bool());
  }

  /** Whether this is the card of the job; from REPORTED on only together with its outcome. */
  public boolean isBoundTo(long jobId, JobCard card) {
    return reader
        .read(
            "binding of job " + Long.toUnsignedString(jobId),
            market,
            Abi.call("isBoundTo", Abi.u64(jobId), Abi.card(card)))
        .bool();
  }

  /** Whether the job was reported so. */
  public boolean isReportedAs(long jobId, JobCard card, JobOutcome outcome) {
    return reader
        .read(
            "outcome of job " + Long.toUnsignedString(jobId),
            market,
            Abi.call("isReportedAs", Abi.u64(jobId), Abi.card(card), Abi.outcome(outcome)))
        .bool();
  }

  /** What must be shown of a job, from the market's own logs. */
  public JobCardFold shown(long jobId) {
    return shown.of(jobId);
  }

  /** Sum of the prices that joined a device's offers; it never falls. */
  public BigInteger volumeOf(Address device) {
    return reader
        .read("volume of a device", market, Abi.call("volumeOf", Abi.address(device)))
        .u96();
  }

  public int activeJobs(Address device) {
    return reader
        .read("jobs of a device", market, Abi.call("activeJobs", Abi.address(device)))
        .u16();
  }

  public long nonceFloor(Address device) {
    return reader
        .read("nonce floor of a device", market, Abi.call("nonceFloor", Abi.address(device)))
        .u64();
  }

  public boolean newJobsPaused() {
    return reader.read("pause of new jobs", market, Abi.call("newJobsPaused")).bool();
  }

  public MarketParams params() {
    return MarketParams.read(reader.read("market parameters", market, Abi.call("params")));
  }

  public TxIntent fund(String id, Order order, Payment payment) {
    return TxIntent.call(id, market, Abi.call("fund", Abi.struct(order), payment.abi()));
  }

  public TxIntent open(
      String id, Order order, Payment payment, Offer offer, Signature offerSignature) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "open",
            Abi.struct(order),
            payment.abi(),
            Abi.struct(offer),
            Abi.bytes(offerSignature.toArray())));
  }

  /**
   * Pays, joins and accepts in one transaction. The offer's own signature is not needed: the
   * device's Accept names it.
   */
  public TxIntent openAccepted(
      String id,
      Order order,
      Payment payment,
      Offer offer,
      Bytes32 inputRoot,
      Signature acceptSignature) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "openAccepted",
            Abi.struct(order),
            payment.abi(),
            Abi.struct(offer),
            Abi.bytes32(inputRoot),
            Abi.bytes(acceptSignature.toArray())));
  }

  /** One prepaid Order of a batch, with what its consumer and its device signed. */
  public record BatchItem(
      Order order, Signature orderSignature, Bytes32 inputRoot, Signature acceptSignature) {
    DynamicStruct abi() {
      return new DynamicStruct(
          Abi.struct(order),
          Abi.bytes(orderSignature.toArray()),
          Abi.bytes32(inputRoot),
          Abi.bytes(acceptSignature.toArray()));
    }
  }

  /**
   * Opens many prepaid Orders that one offer fits, each with its device's Accept. Those consumed,
   * not paid for any more or without room on the device are left out.
   */
  public TxIntent openBatch(String id, List<BatchItem> items, Offer offer) {
    List<DynamicStruct> all = items.stream().map(BatchItem::abi).toList();
    return TxIntent.call(
        id,
        market,
        Abi.call("openBatch", new DynamicArray<>(DynamicStruct.class, all), Abi.struct(offer)));
  }

  /**
   * Joins an offer to a funded attempt.
   *
   * @param amount what the attempt was funded with
   */
  public TxIntent join(
      String id,
      Order order,
      int attempt,
      BigInteger amount,
      Offer offer,
      Signature offerSignature) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "join",
            Abi.struct(order),
            Abi.u8(attempt),
            Abi.u96(amount),
            Abi.struct(offer),
            Abi.bytes(offerSignature.toArray())));
  }

  public TxIntent accept(
      String id, Order order, int attempt, JobCard card, Accept accept, Signature deviceSignature) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "accept",
            Abi.struct(order),
            Abi.u8(attempt),
            Abi.bytes32(accept.offerHash()),
            Abi.card(card),
            Abi.bytes32(accept.inputRoot()),
            Abi.bytes(deviceSignature.toArray())));
  }

  public TxIntent postCommit(
      String id,
      Order order,
      Bytes32 offerHash,
      JobCard card,
      WorkCommit commit,
      Signature deviceSignature) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "postCommit",
            Abi.struct(order),
            Abi.bytes32(offerHash),
            Abi.card(card),
            Abi.struct(commit),
            Abi.bytes(deviceSignature.toArray())));
  }

  public TxIntent fail(String id, JobCard card, Fail fail, Signature deviceSignature) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "fail",
            Abi.u64(fail.jobId()),
            Abi.card(card),
            Abi.bytes32(fail.reasonHash()),
            Abi.bytes(deviceSignature.toArray())));
  }

  public TxIntent cancel(String id, long jobId, JobCard card) {
    return TxIntent.call(id, market, Abi.call("cancel", Abi.u64(jobId), Abi.card(card)));
  }

  public TxIntent expire(String id, long jobId, JobCard card) {
    StaticStruct shown = new StaticStruct(Abi.u64(jobId), Abi.card(card));
    return TxIntent.call(
        id, market, Abi.call("expire", new DynamicArray<>(StaticStruct.class, List.of(shown))));
  }

  public TxIntent retry(String id, Order order, int attempt, Bytes32 offerHash, JobCard card) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "retry", Abi.struct(order), Abi.u8(attempt), Abi.bytes32(offerHash), Abi.card(card)));
  }

  public TxIntent raiseNonceFloor(String id, Address device, long floor) {
    return TxIntent.call(
        id, market, Abi.call("raiseNonceFloor", Abi.address(device), Abi.u64(floor)));
  }
}
