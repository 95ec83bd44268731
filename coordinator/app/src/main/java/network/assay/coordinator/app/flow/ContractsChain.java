package network.assay.coordinator.app.flow;

import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayEvent;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.DeviceCalls;
import network.assay.contracts.client.assay.MarketCalls;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.client.assay.SettlementCalls;
import network.assay.contracts.client.assay.SettlementCalls.Settled;
import network.assay.contracts.client.rpc.CallRequest;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.rpc.RpcNode;
import network.assay.contracts.client.send.RevertReasons;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Signature;
import network.assay.coordinator.app.store.Call;
import network.assay.coordinator.app.store.JobEvent;
import network.assay.coordinator.app.store.StateCodes;

/** The chain through the typed contracts. */
public final class ContractsChain implements Chain {
  private static final int TX_INPUT_BYTES_MAX = 1 << 20;

  private final RpcEndpoints rpc;
  private final AssayContracts contracts;
  private final RevertReasons reasons;
  private final Address self;
  private final Bounds bounds;

  /** Reads the market's bounds, which never change. */
  public ContractsChain(
      RpcEndpoints rpc, AssayContracts contracts, RevertReasons reasons, Address self) {
    this.rpc = rpc;
    this.contracts = contracts;
    this.reasons = reasons;
    this.self = self;
    MarketParams p = ask(() -> contracts.market().params());
    this.bounds =
        new Bounds(
            p.feeBps(),
            p.bucketS(),
            p.retryGraceS(),
            p.windowMinS(),
            p.windowMaxS(),
            p.orderWindowMaxS(),
            p.attemptsMaxMax());
  }

  private static <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (RpcException e) {
      throw new ChainUnavailable(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public Deployment deployment() {
    return contracts.deployment();
  }

  @Override
  public Bounds bounds() {
    return bounds;
  }

  @Override
  public Address self() {
    return self;
  }

  @Override
  public long nowS() {
    return ask(() -> rpc.read("chain time", RpcNode::head)).timestampS();
  }

  @Override
  public boolean newJobsPaused() {
    return ask(() -> contracts.market().newJobsPaused());
  }

  @Override
  public JobState state(long jobId) {
    return ask(() -> contracts.market().job(jobId)).state();
  }

  @Override
  public BigInteger volumeOf(Address device) {
    return ask(() -> contracts.market().volumeOf(device));
  }

  @Override
  public int activeJobs(Address device) {
    return ask(() -> contracts.market().activeJobs(device));
  }

  @Override
  public long nonceFloor(Address device) {
    return ask(() -> contracts.market().nonceFloor(device));
  }

  @Override
  public Device device(Address device) {
    DeviceCalls.Device known = ask(() -> contracts.devices().device(device));
    return new Device(known.provider(), known.active(), known.deviceClass());
  }

  @Override
  public boolean authorizationUsed(Address payer, Bytes32 nonce) {
    return ask(() -> contracts.money().authorizationUsed(payer, nonce));
  }

  @Override
  public BigInteger tokenBalance(Address account) {
    return ask(() -> contracts.money().tokenBalance(account));
  }

  @Override
  public BigInteger claimable(Address account) {
    return ask(() -> contracts.settlement().claimable(account)).amount();
  }

  @Override
  public Optional<String> wouldRevert(Call call) {
    CallRequest request =
        new CallRequest(self.hex(), call.to().hex(), Hex.encode(call.data()), BigInteger.ZERO, 0);
    return ask(() ->
        rpc.read(
            "a transaction's end",
            node -> {
              try {
                node.call(request);
                return Optional.empty();
              } catch (RpcException.ErrorAnswer answer) {
                if (answer.isRevert()) {
                  return Optional.of(reasons.decode(answer).toString());
                }
                throw answer;
              }
            }));
  }

  @Override
  public Optional<Settled> settled(String txHash) {
    try {
      return inputText(txHash).map(SettlementCalls::parse);
    } catch (ProtocolException e) {
      return Optional.empty(); // settled through another contract: its calldata is not ours to read
    }
  }

  @Override
  public Optional<byte[]> input(String txHash) {
    return inputText(txHash).map(text -> Hex.decode(text, TX_INPUT_BYTES_MAX));
  }

  private Optional<String> inputText(String txHash) {
    return ask(() ->
            rpc.read(
                "a transaction's input",
                node ->
                    node.callOptional(
                        "eth_getTransactionByHash",
                        List.of(txHash),
                        tx -> tx.path("input").asString(""))))
        .filter(text -> text.length() <= 2 * TX_INPUT_BYTES_MAX);
  }

  @Override
  public Committee committee(long epoch) {
    return ask(() -> contracts.committee().committee(epoch));
  }

  private static Call call(TxIntent intent) {
    return new Call(intent.to().orElseThrow(), Hex.decode(intent.data(), TX_INPUT_BYTES_MAX));
  }

  @Override
  public Call open(
      Order order,
      BigInteger validAfter,
      BigInteger validBefore,
      Signature payment,
      Offer offer,
      Signature offerSignature) {
    MarketCalls.Payment paid =
        new MarketCalls.Payment(validAfter.longValueExact(), validBefore.longValueExact(), payment);
    return call(contracts.market().open("-", order, paid, offer, offerSignature));
  }

  @Override
  public Call openAccepted(
      Order order,
      BigInteger validAfter,
      BigInteger validBefore,
      Signature payment,
      Offer offer,
      Bytes32 inputRoot,
      Signature acceptSignature) {
    MarketCalls.Payment paid =
        new MarketCalls.Payment(validAfter.longValueExact(), validBefore.longValueExact(), payment);
    return call(
        contracts.market().openAccepted("-", order, paid, offer, inputRoot, acceptSignature));
  }

  @Override
  public Call join(
      Order order, int attempt, BigInteger amount, Offer offer, Signature offerSignature) {
    return call(contracts.market().join("-", order, attempt, amount, offer, offerSignature));
  }

  @Override
  public Call retry(Order order, int attempt, Bytes32 offerHash, JobCard card) {
    return call(contracts.market().retry("-", order, attempt, offerHash, card));
  }

  @Override
  public Call expire(long jobId, JobCard card) {
    return call(contracts.market().expire("-", jobId, card));
  }

  @Override
  public Call slash(long jobId, JobCard card, JobOutcome outcome) {
    return call(contracts.settlement().slash("-", jobId, card, outcome));
  }

  @Override
  public Call claim(Address account) {
    return call(contracts.settlement().claim("-", account));
  }

  /** A log as an event about a job, where it is one. */
  public Optional<JobEvent> event(ChainLog log) {
    return contracts
        .events()
        .decode(log)
        .filter(AssayEvent.OfJob.class::isInstance)
        .map(AssayEvent.OfJob.class::cast)
        .map(event ->
            new JobEvent(
                event.getClass().getSimpleName(),
                event.jobId(),
                values(event),
                log.blockNumber(),
                log.logIndex(),
                log.blockHash(),
                log.transactionHash()));
  }

  /** The members in text; their names are Solidity's. */
  private static Map<String, String> values(AssayEvent.OfJob event) {
    Map<String, String> out = new LinkedHashMap<>();
    for (RecordComponent member : event.getClass().getRecordComponents()) {
      if (!member.getName().equals("jobId")) {
        out.put(member.getName(), text(event, member));
      }
    }
    return out;
  }

  private static String text(AssayEvent.OfJob event, RecordComponent member) {
    try {
      Object value = member.getAccessor().invoke(event);
      return value instanceof JobState state
          ? String.valueOf(StateCodes.of(state))
          : String.valueOf(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + member, e);
    }
  }
}
