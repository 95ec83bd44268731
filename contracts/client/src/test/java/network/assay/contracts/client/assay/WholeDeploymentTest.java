package network.assay.contracts.client.assay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import network.assay.contracts.bindings.TopicGrant;
import network.assay.contracts.client.rpc.CallRequest;
import network.assay.contracts.client.rpc.TxReceipt;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.testing.AnvilProcess;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.DeviceRegistration;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.OracleRegistration;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.VerdictCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.generated.Int256;

/**
 * Another contract orders compute with its own credit, a device does it, a quorum reports it, and
 * the contract is told after FINAL and pays by what the verified result says: all of a real
 * deployment.
 */
class WholeDeploymentTest {
  private static final BigInteger DOLLAR = BigInteger.valueOf(1_000_000);
  private static final BigInteger GRANT = DOLLAR.multiply(BigInteger.valueOf(25));
  private static final Secp256k1.PrivateKey DEVICE = key("device");
  private static final Address AUTHOR = key("author").address();
  private static final Bytes32 CIPHERTEXT = Keccak.hashUtf8("ciphertext");
  private static final Bytes32 CLASS = Keccak.hashUtf8("cpu");

  @TempDir Path folder;

  private AnvilProcess anvil;
  private SqliteStore store;
  private TransactionSender sender;
  private AssayContracts contracts;
  private Deployment at;
  private Address fund;
  private int intents;

  private static Secp256k1.PrivateKey key(String name) {
    return Secp256k1.PrivateKey.of(Keccak.hashUtf8("topic grant test " + name).toArray());
  }

  @BeforeEach
  void deploy() throws Exception {
    anvil = AnvilProcess.start();
    store = SqliteStore.open(folder.resolve("sender.db"));
    SenderConfig s = SenderConfig.standard();
    SenderConfig quick =
        new SenderConfig(
            s.priorityFeePerGas(),
            s.maxFeePerGasCap(),
            20,
            1,
            5,
            Duration.ofSeconds(5),
            Duration.ofMillis(20),
            16);
    sender =
        new TransactionSender(
            anvil.rpc(),
            KeySigner.of(AnvilProcess.FUNDED_KEY),
            store,
            quick,
            AssayErrors.reasons());
    sender.start();
    DeploymentPlan plan =
        new DeploymentPlan(
            Optional.empty(),
            sender.address(),
            Address.ZERO,
            Address.ZERO,
            IntStream.range(0, 4).mapToObj(i -> key("oracle " + i).address()).toList(),
            IntStream.range(0, 4).mapToObj(i -> Keccak.hashUtf8("pin " + i)).toList(),
            7 * 24 * 3600,
            MarketParams.development());
    at = new Deployer(anvil.rpc(), sender).deploy(plan);
    contracts = new AssayContracts(anvil.rpc(), at);
    provide();
    endow();
  }

  @AfterEach
  void stop() {
    sender.close();
    store.close();
    anvil.close();
  }

  private String id() {
    return "test " + intents++;
  }

  private TxReceipt send(TxIntent intent) throws Exception {
    return sender.submit(intent).get(30, TimeUnit.SECONDS).requireIncluded();
  }

  private long now() {
    return anvil.rpc().read("time", node -> node.head().timestampS());
  }

  /** The deployer is the provider, too: with stake and one device. */
  private void provide() throws Exception {
    BigInteger stake = DOLLAR.multiply(BigInteger.valueOf(100));
    send(contracts.money().faucet(id(), sender.address(), stake.add(stake)));
    send(contracts.money().approve(id(), at.vault(), stake));
    send(contracts.money().deposit(id(), stake));
    send(contracts.money().addStake(id(), stake));
    DeviceRegistration registration =
        new DeviceRegistration(
            sender.address(), DEVICE.address(), CLASS, Keccak.hashUtf8("d"), 4_000_000_000L);
    send(
        contracts
            .devices()
            .register(id(), registration, registration.sign(at.devicesDomain(), DEVICE)));
  }

  /** A fund whose topic is the second of two dimensions, and which wants a cosine of 3/4. */
  private void endow() throws Exception {
    BigInteger threshold =
        BigInteger.ONE.shiftLeft(40).multiply(BigInteger.valueOf(3 * 127)).shiftRight(2);
    String words =
        FunctionEncoder.encodeConstructor(
            List.of(
                Abi.address(at.vault()),
                Abi.address(at.market()),
                Abi.address(contracts.callbacks().router()),
                Abi.u256(GRANT),
                new Int256(threshold),
                Abi.bytes(new byte[] {0, 127})));
    TxReceipt made =
        send(TxIntent.create(id(), Places.prefixed(TopicGrant.BINARY) + words).withGas(3_000_000));
    fund = Address.fromHex(made.contractAddress());
    BigInteger endowment = DOLLAR.multiply(BigInteger.valueOf(50));
    send(contracts.money().approve(id(), fund, endowment));
    send(TxIntent.call(id(), fund, Abi.call("endow", Abi.u256(endowment))));
    assertThat(contracts.money().credit(fund)).isEqualTo(endowment);
  }

  private Offer offer() {
    return new Offer(
        DEVICE.address(),
        CLASS,
        0,
        DOLLAR,
        1,
        600,
        DOLLAR.multiply(BigInteger.TEN),
        4,
        1,
        Grade.SAMPLED.bit(),
        0,
        now() + 600);
  }

  private Order order(long salt) {
    return new Order(
        fund,
        Keccak.hashUtf8("embed this text"),
        Bytes32.ZERO,
        sender.address(),
        Bytes32.ZERO,
        0,
        3,
        0,
        DOLLAR,
        DOLLAR,
        0,
        1,
        now() + 600,
        30,
        60,
        60,
        Keccak.hashUtf8("rk"),
        fund,
        300_000,
        salt);
  }

  /** The steward asks the fund, the fund orders, the matcher joins, the device accepts. */
  private JobCard run(Order order, Offer offer) throws Exception {
    send(TxIntent.call(id(), fund, Abi.call("apply_", Abi.struct(order), Abi.address(AUTHOR))));
    Bytes32 offerHash = offer.digest(at.marketDomain());
    Bytes32 orderHash = order.digest(at.marketDomain());
    long jobId = JobIds.of(orderHash, 1);
    send(
        contracts
            .market()
            .join(id(), order, 1, DOLLAR, offer, offer.sign(at.marketDomain(), DEVICE)));
    JobCard card = contracts.market().shown(jobId).card().orElseThrow();
    assertThat(card.consumer()).isEqualTo(fund);
    Accept accept = new Accept(jobId, orderHash, offerHash, Keccak.hashUtf8("input"));
    send(
        contracts
            .market()
            .accept(id(), order, 1, card, accept, accept.sign(at.marketDomain(), DEVICE)));
    assertThat(contracts.market().job(jobId).state()).isEqualTo(JobState.RUNNING);
    return card;
  }

  private void report(long jobId, JobCard card, Bytes32 resultHash) throws Exception {
    Committee committee = contracts.committee().committee(1);
    Outcome outcome =
        new Outcome(
            1,
            1,
            now(),
            now() + 3_600,
            List.of(
                new Outcome.Entry(
                    new PackedVerdict(jobId, VerdictCode.OK, DOLLAR, resultHash),
                    EvidenceLeaf.TELEMETRY_VOID)));
    Bytes32 digest = outcome.report().digest(at.settlementDomain());
    Map<Integer, Signature> signatures = new HashMap<>();
    for (int i : List.of(0, 2, 3)) {
      signatures.put(i, key("oracle " + i).sign(digest));
    }
    send(
        contracts
            .settlement()
            .settle(
                id(),
                outcome.report(),
                outcome.packedVerdicts(),
                List.of(card),
                QuorumSignatures.pack(committee, signatures)));
  }

  private void pass(long seconds) {
    anvil.ask("evm_increaseTime", seconds);
    anvil.mine(1);
  }

  /** Unit, then float32 entries, big-endian. */
  private static byte[] leaf(int unit, float... entries) {
    ByteBuffer out = ByteBuffer.allocate(4 + 4 * entries.length).putInt(unit);
    for (float each : entries) {
      out.putInt(Float.floatToIntBits(each));
    }
    return out.array();
  }

  @Test
  void aContractOrdersComputeIsToldTheResultAndPaysByIt() throws Exception {
    Order order = order(1);
    Offer offer = offer();
    JobCard card = run(order, offer);
    long jobId = JobIds.of(order.digest(at.marketDomain()), 1);
    byte[] onTopic = leaf(0, 0.5f, 0.875f);
    Merkle.Tree result = Merkle.tree(List.of(Merkle.leaf(onTopic), Merkle.leaf(leaf(1, 1f, 0f))));
    Bytes32 resultHash = Keccak.hash(Bytes.start().raw(CIPHERTEXT).raw(result.root()).toArray());
    report(jobId, card, resultHash);
    CallbackCalls.Shown shown =
        new CallbackCalls.Shown(
            order,
            1,
            offer.digest(at.marketDomain()),
            card,
            contracts.market().shown(jobId).outcome().orElseThrow(),
            CIPHERTEXT,
            result.root());

    assertThatThrownBy(() -> send(contracts.callbacks().deliver(id(), shown)))
        .hasMessageContaining("NotFinal");
    pass(30);
    assertThat(contracts.market().job(jobId).state()).isEqualTo(JobState.FINAL);
    CallbackCalls.Shown forged =
        new CallbackCalls.Shown(
            order,
            1,
            shown.offerHash(),
            card,
            shown.outcome(),
            CIPHERTEXT,
            Keccak.hashUtf8("another result"));
    assertThatThrownBy(() -> send(contracts.callbacks().deliver(id(), forged)))
        .hasMessageContaining("WrongRoots");
    send(contracts.callbacks().deliver(id(), shown));
    assertThat(contracts.callbacks().isDelivered(jobId)).isTrue();
    assertThatThrownBy(() -> send(contracts.callbacks().deliver(id(), shown)))
        .hasMessageContaining("AlreadyDelivered");

    TxIntent decide =
        TxIntent.call(
            id(),
            fund,
            Abi.call(
                "decide",
                Abi.u64(jobId),
                Abi.bytes(onTopic),
                Abi.u256(BigInteger.TWO),
                Abi.words(result.path(0))));
    send(decide);
    assertThat(contracts.money().tokenBalance(AUTHOR)).isEqualTo(GRANT);
    assertThat(contracts.money().credit(fund))
        .isEqualTo(DOLLAR.multiply(BigInteger.valueOf(50 - 1)).subtract(GRANT));
    send(contracts.settlement().claim(id(), sender.address()));
    assertThat(contracts.money().credit(sender.address())).isEqualTo(DOLLAR);
  }

  @Test
  void theDoctorSeesReportsAndNamesAJobThatNobodyReports() throws Exception {
    LivenessCheck.Limits limits = new LivenessCheck.Limits(BigInteger.ZERO, List.of());
    Order order = order(2);
    JobCard card = run(order, offer());
    long jobId = JobIds.of(order.digest(at.marketDomain()), 1);
    assertThat(LivenessCheck.run(anvil.rpc(), at, limits))
        .contains(
            new CheckResult.Noted("last report", "none yet, 1 jobs were accepted"),
            new CheckResult.Accepted("jobs without a report", "none is overdue"))
        .noneMatch(CheckResult::isBad);
    pass(300);
    assertThat(LivenessCheck.run(anvil.rpc(), at, limits))
        .contains(
            new CheckResult.Rejected(
                "jobs without a report",
                "1 overdue, job " + jobId + " is RUNNING",
                "none: does the committee live? Anyone may expire them"));
    send(contracts.market().expire(id(), jobId, card));
    Order second = order(3);
    JobCard other = run(second, offer());
    report(JobIds.of(second.digest(at.marketDomain()), 1), other, Keccak.hashUtf8("result"));
    assertThat(LivenessCheck.run(anvil.rpc(), at, limits))
        .noneMatch(CheckResult::isBad)
        .anyMatch(each ->
            each instanceof CheckResult.Accepted ok
                && ok.check().equals("last report")
                && ok.got().contains(" s ago, in block "));
  }

  @Test
  void aRotationWaitsForItsTimeAndTheMarketTakesTheNewCommittee() throws Exception {
    GovernanceCalls governance = contracts.governance();
    List<Address> keys =
        IntStream.range(0, 4).mapToObj(i -> key("next oracle " + i).address()).toList();
    List<Bytes32> pins = IntStream.range(0, 4).mapToObj(i -> Keccak.hashUtf8("n" + i)).toList();
    TxIntent rotate = contracts.committee().rotate(id(), keys, pins);
    assertThatThrownBy(() -> send(rotate)).hasMessageContaining("NotGovernor");
    send(governance.schedule(id(), rotate));
    pass(2);
    send(governance.execute(id(), rotate));
    assertThat(contracts.committee().currentEpoch()).isEqualTo(2);
    assertThat(contracts.committee().committee(2).keys()).isEqualTo(keys);
    assertThat(DeploymentCheck.run(anvil.rpc(), at))
        .noneMatch(CheckResult::isBad)
        .contains(new CheckResult.Accepted("market's epoch", "2"));
    JobCard card = run(order(4), offer());
    assertThat(card.consumer()).isEqualTo(fund);
  }

  @Test
  void aProposalWaitsInTheTimelockAndThenAnyoneCarriesItOut() throws Exception {
    GovernanceCalls governance = contracts.governance();
    Address router = at.place("FeeRouter");
    TxIntent change =
        TxIntent.call(
            id(),
            router,
            Abi.call("setSplit", Abi.tuple(Abi.u16(5_000), Abi.u16(2_000), Abi.u16(3_000))));
    Bytes32 salt = Keccak.hashUtf8("first proposal");
    send(governance.propose(id(), change, salt, governance.timelockDelayS()));
    pass(2);
    send(governance.carryOut(id(), change, salt));
    Words split =
        Words.of(
            anvil.rpc().compareCall("split", CallRequest.view(router.hex(), Abi.call("split"))));
    assertThat(split.u16()).isEqualTo(5_000);
  }

  @Test
  void anOraclesStakeIsRegisteredWithItsKeysConsent() throws Exception {
    OracleStakeCalls stake = contracts.oracleStake();
    BigInteger bond = stake.params().bondMin();
    send(contracts.money().faucet(id(), sender.address(), bond));
    send(contracts.money().approve(id(), at.vault(), bond));
    send(contracts.money().deposit(id(), bond));
    Secp256k1.PrivateKey oracle = key("oracle 1");
    OracleRegistration agreed =
        new OracleRegistration(sender.address(), oracle.address(), now() + 600);
    assertThatThrownBy(() ->
            send(
                stake.register(
                    id(), agreed, bond, agreed.sign(stake.domain(), key("somebody else")))))
        .hasMessageContaining("WrongKeySignature");
    send(stake.register(id(), agreed, bond, agreed.sign(stake.domain(), oracle)));
    assertThat(stake.bond(oracle.address()))
        .isEqualTo(new OracleStakeCalls.Bond(sender.address(), bond, BigInteger.ZERO, 0, false));
  }
}
