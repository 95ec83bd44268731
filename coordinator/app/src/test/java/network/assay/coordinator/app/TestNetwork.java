package network.assay.coordinator.app;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.assay.Deployer;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.client.rpc.TxReceipt;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.DeviceRegistration;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The true contracts on a true Anvil, two staked devices, a consumer with money, four oracle keys.
 */
final class TestNetwork implements AutoCloseable {
  static final BigInteger DOLLAR = BigInteger.valueOf(1_000_000);
  static final Bytes32 CPU = Keccak.hashUtf8("cpu");
  static final Bytes32 MODEL = Keccak.hashUtf8("model");
  static final byte[] INPUT = "A passage to embed.".getBytes(StandardCharsets.UTF_8);
  static final Secp256k1.PrivateKey CONSUMER = key("consumer");
  static final Secp256k1.PrivateKey COORDINATOR = key("coordinator");
  static final Bytes32 RESULT_SECRET = Keccak.hashUtf8("result secret");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  final Anvil anvil;
  final Deployment at;
  final AssayContracts contracts;
  private final Path folder;
  private final SqliteStore store;
  private final TransactionSender sender;
  private int intents;

  static Secp256k1.PrivateKey key(String name) {
    return Secp256k1.PrivateKey.of(Keccak.hashUtf8("coordinator test " + name).toArray());
  }

  TestNetwork(Path folder) throws Exception {
    this.folder = folder;
    this.anvil = Anvil.start();
    this.store = SqliteStore.open(folder.resolve("deployer.db"));
    this.sender =
        new TransactionSender(
            anvil.rpc(), KeySigner.of(Anvil.FUNDED_KEY), store, quick(), AssayErrors.reasons());
    sender.start();
    this.at = new Deployer(anvil.rpc(), sender).deploy(plan());
    this.contracts = new AssayContracts(anvil.rpc(), at);
    anvil.fund(COORDINATOR.address());
    BigInteger stake = DOLLAR.multiply(BigInteger.valueOf(100));
    send(contracts.money().faucet(id(), sender.address(), stake));
    send(contracts.money().faucet(id(), CONSUMER.address(), stake));
    send(contracts.money().approve(id(), at.vault(), stake));
    send(contracts.money().deposit(id(), stake));
    send(contracts.money().addStake(id(), stake));
    register(key("device 1"));
    register(key("device 2"));
  }

  private DeploymentPlan plan() {
    return new DeploymentPlan(
        Optional.empty(),
        sender.address(),
        key("insurance").address(),
        key("treasury").address(),
        IntStream.range(0, 4).mapToObj(i -> key("oracle " + i).address()).toList(),
        IntStream.range(0, 4).mapToObj(i -> Keccak.hashUtf8("pin " + i)).toList(),
        7 * 24 * 3600,
        MarketParams.development());
  }

  private static SenderConfig quick() {
    SenderConfig s = SenderConfig.standard();
    return new SenderConfig(
        s.priorityFeePerGas(),
        s.maxFeePerGasCap(),
        20,
        1,
        5,
        Duration.ofSeconds(5),
        Duration.ofMillis(20),
        16);
  }

  String id() {
    return "test " + intents++;
  }

  TxReceipt send(TxIntent intent) throws Exception {
    return sender.submit(intent).get(30, TimeUnit.SECONDS).requireIncluded();
  }

  /** The consumer's own transaction. */
  void cancel(long jobId) throws Exception {
    anvil.fund(CONSUMER.address());
    try (SqliteStore wallet = SqliteStore.open(folder.resolve("wallet.db"));
        TransactionSender own =
            new TransactionSender(
                anvil.rpc(), KeySigner.of(CONSUMER), wallet, quick(), AssayErrors.reasons())) {
      own.start();
      JobCard card = contracts.market().shown(jobId).card().orElseThrow();
      TxReceipt _ =
          own.submit(contracts.market().cancel(id(), jobId, card))
              .get(30, TimeUnit.SECONDS)
              .requireIncluded();
    }
  }

  private void register(Secp256k1.PrivateKey device) throws Exception {
    DeviceRegistration registration =
        new DeviceRegistration(
            sender.address(), device.address(), CPU, Keccak.hashUtf8("d"), 4_000_000_000L);
    send(
        contracts
            .devices()
            .register(id(), registration, registration.sign(at.devicesDomain(), device)));
  }

  /** Who owns the devices and their stake. */
  Address provider() {
    return sender.address();
  }

  Offer offer(Secp256k1.PrivateKey device, BigInteger price) {
    return new Offer(
        device.address(),
        CPU,
        0,
        price,
        1,
        3_600,
        price.multiply(BigInteger.valueOf(10)),
        2,
        1,
        Grade.SAMPLED.bit(),
        1,
        anvil.nowS() + 3_000);
  }

  static JobSpec spec() {
    return new JobSpec(
        1, "embeddings", MODEL, "fp32", ContentRoot.of(INPUT), INPUT.length, 100_000);
  }

  /** An order of the consumer that accepts the cheapest device. */
  Order order(BigInteger amount, long salt, long acceptWindowS) {
    return new Order(
        CONSUMER.address(),
        JobSpec.hash(spec().toBytes()),
        Bytes32.ZERO,
        COORDINATOR.address(),
        Bytes32.ZERO,
        0,
        Grade.SAMPLED.code(),
        1,
        amount,
        amount,
        0,
        2,
        anvil.nowS() + 600,
        acceptWindowS,
        60,
        60,
        ResultSealing.publicKey(RESULT_SECRET),
        Address.ZERO,
        0,
        salt);
  }

  Bytes32 hash(Order order) {
    return order.digest(at.marketDomain());
  }

  /** The body of POST /v1/jobs, signed by the consumer. */
  ObjectNode body(Order order) {
    return body(order, at, CONSUMER, anvil.nowS() + 700);
  }

  ObjectNode body(Order order, Deployment signedFor, Secp256k1.PrivateKey by, long validBefore) {
    BigInteger before = BigInteger.valueOf(validBefore);
    Bytes32 hash = order.digest(signedFor.marketDomain());
    PaymentAuthorization pay =
        PaymentAuthorization.forOrder(order, hash, signedFor.vault(), BigInteger.ZERO, before);
    ObjectNode out = JSON.createObjectNode();
    out.put("spec", new String(spec().toBytes(), StandardCharsets.UTF_8));
    out.put("inputBase64", java.util.Base64.getEncoder().encodeToString(INPUT));
    ObjectNode members = out.putObject("order");
    order.toText().forEach(members::put);
    out.putObject("payment")
        .put("validAfter", "0")
        .put("validBefore", before.toString())
        .put("signature", by.sign(pay.digest(signedFor.tokenDomain())).hex());
    return out;
  }

  /** EIP-3009's cancelAuthorization, signed by the consumer. */
  void cancelAuthorization(Bytes32 nonce) throws Exception {
    Bytes32 structHash =
        Keccak.hash(
            Bytes.start()
                .raw(Keccak.hashUtf8("CancelAuthorization(address authorizer,bytes32 nonce)"))
                .raw(new byte[12])
                .raw(CONSUMER.address())
                .raw(nonce)
                .toArray());
    Signature signature = CONSUMER.sign(at.tokenDomain().digest(structHash));
    byte[] selector =
        Keccak.hashUtf8("cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)").toArray();
    byte[] data =
        Bytes.start()
            .raw(java.util.Arrays.copyOf(selector, 4))
            .raw(new byte[12])
            .raw(CONSUMER.address())
            .raw(nonce)
            .u256(BigInteger.valueOf(signature.v()))
            .u256(signature.r())
            .u256(signature.s())
            .toArray();
    send(TxIntent.call(id(), at.token(), network.assay.contracts.protocol.Hex.encode(data)));
  }

  /** The device's Accept on chain. */
  Signature accept(Order order, int attempt, Accept accept, Secp256k1.PrivateKey device)
      throws Exception {
    Signature signature = accept.sign(at.marketDomain(), device);
    JobCard card = card(accept.jobId());
    send(contracts.market().accept(id(), order, attempt, card, accept, signature));
    return signature;
  }

  Committee committee() {
    return contracts.committee().committee(1);
  }

  /** Settles an outcome with three of four signatures. */
  TxReceipt settle(Outcome outcome) throws Exception {
    Bytes32 digest = outcome.report().digest(at.settlementDomain());
    Map<Integer, Signature> signatures = new HashMap<>();
    for (int i : List.of(0, 1, 3)) {
      signatures.put(i, key("oracle " + i).sign(digest));
    }
    QuorumSignatures quorum = QuorumSignatures.pack(committee(), signatures);
    return send(
        contracts
            .settlement()
            .settle(
                id(),
                outcome.report(),
                outcome.packedVerdicts(),
                outcome.entries().stream().map(e -> card(e.verdict().jobId())).toList(),
                quorum));
  }

  JobCard card(long jobId) {
    return contracts.market().shown(jobId).card().orElseThrow();
  }

  @Override
  public void close() {
    sender.close();
    store.close();
    anvil.close();
  }
}
