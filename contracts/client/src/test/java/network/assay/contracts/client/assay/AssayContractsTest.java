package network.assay.contracts.client.assay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.TxReceipt;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.testing.AnvilProcess;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.DeviceRegistration;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.VerdictCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Java and Solidity agree: a whole paid job against the real contracts, with Java's own hashes and
 * signatures.
 */
class AssayContractsTest {
  private static final BigInteger DOLLAR = BigInteger.valueOf(1_000_000);
  private static final Secp256k1.PrivateKey DEVICE = key("device");
  private static final Secp256k1.PrivateKey CONSUMER = key("consumer");

  private int intents;

  private static Secp256k1.PrivateKey key(String name) {
    return Secp256k1.PrivateKey.of(Keccak.hashUtf8("client test " + name).toArray());
  }

  private static DeploymentPlan plan(Address governor) {
    return new DeploymentPlan(
        Optional.empty(),
        governor,
        key("insurance").address(),
        key("treasury").address(),
        IntStream.range(0, 4).mapToObj(i -> key("oracle " + i).address()).toList(),
        IntStream.range(0, 4).mapToObj(i -> Keccak.hashUtf8("pin " + i)).toList(),
        7 * 24 * 3600,
        MarketParams.development());
  }

  private String id() {
    return "test " + intents++;
  }

  private static TxReceipt sent(TransactionSender sender, TxIntent intent) throws Exception {
    return sender.submit(intent).get(30, TimeUnit.SECONDS).requireIncluded();
  }

  private static SenderConfig quick() {
    SenderConfig standard = SenderConfig.standard();
    return new SenderConfig(
        standard.priorityFeePerGas(),
        standard.maxFeePerGasCap(),
        20,
        1,
        5,
        Duration.ofSeconds(5),
        Duration.ofMillis(20),
        16);
  }

  @Test
  void aWholePaidJobAgreesByteForByte(@TempDir Path folder) throws Exception {
    try (AnvilProcess anvil = AnvilProcess.start();
        SqliteStore store = SqliteStore.open(folder.resolve("sender.db"));
        TransactionSender sender =
            new TransactionSender(
                anvil.rpc(),
                KeySigner.of(AnvilProcess.FUNDED_KEY),
                store,
                quick(),
                AssayErrors.reasons())) {
      sender.start();
      DeploymentPlan plan = plan(sender.address());
      Deployment at = new Deployer(anvil.rpc(), sender).deploy(plan);
      AssayContracts contracts = new AssayContracts(anvil.rpc(), at);
      assertThat(Deployment.parse(at.toJson())).isEqualTo(at);
      assertThat(contracts.market().params()).isEqualTo(plan.params());
      Committee committee = contracts.committee().committee(contracts.committee().currentEpoch());
      assertThat(committee.keys()).isEqualTo(plan.keys());
      assertThat(committee.pins()).isEqualTo(plan.pins());
      assertThat(contracts.committee().epochDigest(committee.epoch()))
          .isEqualTo(committee.digest(at.chainId(), at.committee()));
      stakeAndRegister(contracts, sender);
      settleOneJob(contracts, sender, anvil, committee);
    }
  }

  private void stakeAndRegister(AssayContracts contracts, TransactionSender sender)
      throws Exception {
    Deployment at = contracts.deployment();
    BigInteger stake = DOLLAR.multiply(BigInteger.valueOf(100));
    sent(sender, contracts.money().faucet(id(), sender.address(), stake));
    sent(sender, contracts.money().faucet(id(), CONSUMER.address(), stake));
    sent(sender, contracts.money().approve(id(), at.vault(), stake));
    sent(sender, contracts.money().deposit(id(), stake));
    sent(sender, contracts.money().addStake(id(), stake));
    assertThat(contracts.money().stake(sender.address()).staked()).isEqualTo(stake);
    DeviceRegistration registration =
        new DeviceRegistration(
            sender.address(),
            DEVICE.address(),
            Keccak.hashUtf8("cpu"),
            Keccak.hashUtf8("d"),
            4_000_000_000L);
    sent(
        sender,
        contracts
            .devices()
            .register(id(), registration, registration.sign(at.devicesDomain(), DEVICE)));
    assertThat(contracts.devices().device(DEVICE.address()))
        .isEqualTo(new DeviceCalls.Device(sender.address(), 1, true, Keccak.hashUtf8("cpu")));
  }

  private void settleOneJob(
      AssayContracts contracts, TransactionSender sender, AnvilProcess anvil, Committee committee)
      throws Exception {
    Deployment at = contracts.deployment();
    long now = anvil.rpc().read("time", node -> node.head().timestampS());
    Offer offer =
        new Offer(
            DEVICE.address(),
            Keccak.hashUtf8("cpu"),
            0,
            DOLLAR,
            1,
            600,
            DOLLAR,
            1,
            1,
            Grade.SAMPLED.bit(),
            0,
            now + 600);
    Order order =
        new Order(
            CONSUMER.address(),
            Keccak.hashUtf8("spec"),
            Bytes32.ZERO,
            sender.address(),
            Bytes32.ZERO,
            0,
            3,
            1,
            DOLLAR,
            DOLLAR,
            0,
            2,
            now + 600,
            30,
            60,
            60,
            Keccak.hashUtf8("rk"),
            Address.ZERO,
            0,
            7);
    Bytes32 orderHash = order.digest(at.marketDomain());
    Bytes32 offerHash = offer.digest(at.marketDomain());
    long jobId = JobIds.of(orderHash, 1);
    PaymentAuthorization authorization =
        PaymentAuthorization.forOrder(
            order, orderHash, at.vault(), BigInteger.ZERO, BigInteger.valueOf(now + 600));
    MarketCalls.Payment payment =
        new MarketCalls.Payment(0, now + 600, authorization.sign(at.tokenDomain(), CONSUMER));
    TxReceipt opened =
        sent(
            sender,
            contracts
                .market()
                .open(id(), order, payment, offer, offer.sign(at.marketDomain(), DEVICE)));
    assertThat(events(contracts, opened))
        .hasExactlyElementsOfTypes(AssayEvent.JobFunded.class, AssayEvent.JobAssigned.class)
        .contains(
            new AssayEvent.JobFunded(jobId, orderHash, CONSUMER.address(), DOLLAR, 1, now + 600));
    assertThat(contracts.market().job(jobId).state()).isEqualTo(JobState.ASSIGNED);
    JobCard card = contracts.market().shown(jobId).card().orElseThrow();
    assertThat(card.terms()).isEqualTo(JobCard.termsOf(orderHash, offerHash));
    assertThat(card.provider()).isEqualTo(sender.address());
    assertThat(contracts.market().isBoundTo(jobId, card)).isTrue();
    assertThat(contracts.market().job(jobId).binding()).isEqualTo(card.binding());
    JobCard cheaper =
        new JobCard(card.terms(), card.consumer(), card.provider(), 1, BigInteger.ONE);
    assertThat(contracts.market().isBoundTo(jobId, cheaper)).isFalse();
    assertThat(contracts.money().authorizationUsed(CONSUMER.address(), orderHash)).isTrue();
    assertThatThrownBy(() ->
            sent(
                sender,
                contracts
                    .market()
                    .open(id(), order, payment, offer, offer.sign(at.marketDomain(), DEVICE))))
        .hasMessageContaining("OrderConsumed");

    Accept accept = new Accept(jobId, orderHash, offerHash, Keccak.hashUtf8("input"));
    sent(
        sender,
        contracts
            .market()
            .accept(id(), order, 1, card, accept, accept.sign(at.marketDomain(), DEVICE)));
    assertThat(contracts.market().job(jobId).state()).isEqualTo(JobState.RUNNING);
    report(contracts, sender, anvil, committee, jobId, card);
  }

  private void report(
      AssayContracts contracts,
      TransactionSender sender,
      AnvilProcess anvil,
      Committee committee,
      long jobId,
      JobCard card)
      throws Exception {
    Deployment at = contracts.deployment();
    long now = anvil.rpc().read("time", node -> node.head().timestampS());
    Outcome outcome =
        new Outcome(
            committee.epoch(),
            1,
            now,
            now + 3600,
            List.of(
                new Outcome.Entry(
                    new PackedVerdict(jobId, VerdictCode.OK, DOLLAR, Keccak.hashUtf8("r")),
                    EvidenceLeaf.TELEMETRY_VOID)));
    Bytes32 digest = outcome.report().digest(at.settlementDomain());
    Map<Integer, Signature> signatures = new HashMap<>();
    for (int i : List.of(0, 1, 3)) {
      signatures.put(i, key("oracle " + i).sign(digest));
    }
    QuorumSignatures quorum = QuorumSignatures.pack(committee, signatures);
    TxIntent settle =
        contracts
            .settlement()
            .settle(id(), outcome.report(), outcome.packedVerdicts(), List.of(card), quorum);
    TxReceipt settled = sent(sender, settle);
    assertThat(events(contracts, settled))
        .contains(new AssayEvent.ReportAccepted(1, 1, digest, outcome.report().evidenceRoot(), 1))
        .anyMatch(e ->
            e instanceof AssayEvent.JobReported reported
                && reported.code() == 1
                && reported.paid().equals(DOLLAR));
    SettlementCalls.Settled parsed = SettlementCalls.parse(settle.data());
    assertThat(parsed.report()).isEqualTo(outcome.report());
    assertThat(parsed.verdicts()).isEqualTo(outcome.packedVerdicts());
    parsed.quorum().verify(committee, digest);
    JobOutcome shown = contracts.market().shown(jobId).outcome().orElseThrow();
    assertThat(contracts.market().isReportedAs(jobId, card, shown)).isTrue();
    assertThat(contracts.market().job(jobId).binding()).isEqualTo(card.binding(shown));
    assertThat(contracts.settlement().pending(sender.address()).amount()).isEqualTo(DOLLAR);
  }

  private static List<AssayEvent> events(AssayContracts contracts, TxReceipt receipt) {
    List<ChainLog> logs = receipt.logs();
    return logs.stream().flatMap(log -> contracts.events().decode(log).stream()).toList();
  }
}
