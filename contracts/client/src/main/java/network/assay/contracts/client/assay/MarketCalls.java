package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Collectors;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Fail;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.WorkCommit;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint64;

/**
 * JobMarket: one job's life. Writes are intents for a TransactionSender; {@code id} is the caller's
 * idempotency key.
 */
public final class MarketCalls {
  private final ContractReader reader;
  private final Address market;

  MarketCalls(ContractReader reader, Address market) {
    this.reader = reader;
    this.market = market;
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
        in.u96(),
        in.u40(),
        in.u40(),
        in.u64(),
        in.address(),
        in.address(),
        in.u96(),
        in.bool(),
        in.bool(),
        in.bool(),
        in.bool());
  }

  /**
   * Whether the job is that of this Order and this offer; offerHash 0 before an offer is joined.
   */
  public boolean isBoundTo(long jobId, Bytes32 orderHash, Bytes32 offerHash) {
    return reader
        .read(
            "binding of job " + Long.toUnsignedString(jobId),
            market,
            Abi.call("isBoundTo", Abi.u64(jobId), Abi.bytes32(orderHash), Abi.bytes32(offerHash)))
        .bool();
  }

  public BigInteger volumeUsed(Bytes32 offerHash) {
    return reader
        .read("volume of an offer", market, Abi.call("volumeUsed", Abi.bytes32(offerHash)))
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

  public TxIntent join(String id, Order order, int attempt, Offer offer, Signature offerSignature) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "join",
            Abi.struct(order),
            Abi.u8(attempt),
            Abi.struct(offer),
            Abi.bytes(offerSignature.toArray())));
  }

  public TxIntent accept(
      String id, Order order, int attempt, Accept accept, Signature deviceSignature) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "accept",
            Abi.struct(order),
            Abi.u8(attempt),
            Abi.bytes32(accept.offerHash()),
            Abi.bytes32(accept.inputRoot()),
            Abi.bytes(deviceSignature.toArray())));
  }

  public TxIntent postCommit(
      String id,
      Order order,
      int attempt,
      Bytes32 offerHash,
      WorkCommit commit,
      Signature deviceSignature) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "postCommit",
            Abi.struct(order),
            Abi.u8(attempt),
            Abi.bytes32(offerHash),
            Abi.struct(commit),
            Abi.bytes(deviceSignature.toArray())));
  }

  public TxIntent fail(String id, Fail fail, Signature deviceSignature) {
    return TxIntent.call(
        id,
        market,
        Abi.call(
            "fail",
            Abi.u64(fail.jobId()),
            Abi.bytes32(fail.reasonHash()),
            Abi.bytes(deviceSignature.toArray())));
  }

  public TxIntent cancel(String id, long jobId) {
    return TxIntent.call(id, market, Abi.call("cancel", Abi.u64(jobId)));
  }

  public TxIntent expire(String id, List<Long> jobIds) {
    List<Uint64> ids =
        jobIds.stream().map(j -> new Uint64(Abi.unsigned(j))).collect(Collectors.toList());
    return TxIntent.call(id, market, Abi.call("expire", new DynamicArray<>(Uint64.class, ids)));
  }

  public TxIntent retry(String id, Order order, int attempt, Bytes32 offerHash) {
    return TxIntent.call(
        id, market, Abi.call("retry", Abi.struct(order), Abi.u8(attempt), Abi.bytes32(offerHash)));
  }

  public TxIntent raiseNonceFloor(String id, Address device, long floor) {
    return TxIntent.call(
        id, market, Abi.call("raiseNonceFloor", Abi.address(device), Abi.u64(floor)));
  }
}
