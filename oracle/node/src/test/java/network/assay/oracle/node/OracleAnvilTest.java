package network.assay.oracle.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.assay.Deployer;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.MarketCalls;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.DeviceRegistration;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.Json;
import network.assay.contracts.service.KeyFiles;
import network.assay.contracts.service.NodeCertificate;
import network.assay.oracle.node.chain.Domains;
import network.assay.oracle.node.testing.TestAgent;
import network.assay.oracle.node.testing.TestAnvil;
import network.assay.oracle.node.testing.TestJob;
import network.assay.oracle.node.testing.TestPorts;
import network.assay.oracle.replay.ModelRegistry;
import network.assay.oracle.replay.OnnxModelRunner;
import network.assay.oracle.verify.work.ModelRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four whole nodes, as an operator configures them, over the real contracts on a real chain and the
 * real model.
 */
class OracleAnvilTest {
  private static final List<Integer> ALL = List.of(0, 1, 2, 3);
  private static final BigInteger DOLLAR = BigInteger.valueOf(1_000_000);
  private static final Secp256k1.PrivateKey DEVICE = key("device");
  private static final Secp256k1.PrivateKey CONSUMER = key("consumer");

  @TempDir private Path folder;
  private TestAnvil anvil;
  private SqliteStore store;
  private TransactionSender sender;
  private AssayContracts contracts;
  private final List<Integer> peerPorts = new ArrayList<>();
  private final List<Integer> ingressPorts = new ArrayList<>();
  private final List<OracleNode> nodes = new ArrayList<>();
  private int intents;

  private static Secp256k1.PrivateKey key(String name) {
    return Secp256k1.PrivateKey.of(Keccak.hashUtf8("oracle node test " + name).toArray());
  }

  private Path home(int oracle) {
    return folder.resolve("oracle-" + oracle);
  }

  @BeforeEach
  void open() throws Exception {
    anvil = TestAnvil.start();
    store = SqliteStore.open(folder.resolve("sender.db"));
    sender =
        new TransactionSender(
            anvil.rpc(),
            KeySigner.of(TestAnvil.FUNDED_KEY),
            store,
            SenderConfig.standard(),
            AssayErrors.reasons());
    sender.start();
    List<Address> keys = new ArrayList<>();
    List<Bytes32> pins = new ArrayList<>();
    for (int oracle : ALL) {
      assertThat(run("oracle", "init", "--folder", home(oracle).toString())).contains("TLS pin");
      keys.add(KeyFiles.load(home(oracle).resolve("oracle.key"), Optional.empty()).address());
      pins.add(NodeCertificate.load(home(oracle).resolve("tls.pem")).pin());
      anvil.fund(keys.getLast());
      peerPorts.add(TestPorts.free());
      ingressPorts.add(TestPorts.free());
    }
    DeploymentPlan plan =
        new DeploymentPlan(
            Optional.empty(),
            sender.address(),
            key("insurance").address(),
            key("treasury").address(),
            keys,
            pins,
            7 * 24 * 3_600,
            MarketParams.development());
    Deployment at = new Deployer(anvil.rpc(), sender).deploy(plan);
    Files.write(folder.resolve("deployment.json"), at.toJson());
    contracts = new AssayContracts(anvil.rpc(), at);
    for (int oracle : ALL) {
      Files.writeString(home(oracle).resolve("oracle.json"), config(oracle, keys));
    }
    stakeAndRegister();
  }

  @AfterEach
  void close() {
    nodes.forEach(OracleNode::close);
    sender.close();
    store.close();
    anvil.close();
  }

  private static String run(String... args) {
    StringWriter out = new StringWriter();
    int code = OracleCommand.execute(new PrintWriter(out), new PrintWriter(out), args);
    return out + "exit " + code;
  }

  private String config(int oracle, List<Address> keys) {
    List<Map<String, String>> peers =
        ALL.stream()
            .filter(i -> i != oracle)
            .map(i ->
                Map.of("oracle", keys.get(i).hex(), "address", "127.0.0.1:" + peerPorts.get(i)))
            .toList();
    return Json.write(
        Map.ofEntries(
            Map.entry("dataFolder", "data"),
            Map.entry("oracleKeyFile", "oracle.key"),
            Map.entry("tlsFile", "tls.pem"),
            Map.entry("rpcUrls", List.of(anvil.url().toString())),
            Map.entry("deploymentFile", "../deployment.json"),
            Map.entry("ingressListen", "127.0.0.1:" + ingressPorts.get(oracle)),
            Map.entry("peerListen", "127.0.0.1:" + peerPorts.get(oracle)),
            Map.entry("healthListen", "127.0.0.1:0"),
            Map.entry("peers", peers),
            Map.entry("openTimeoutMs", 10_000),
            Map.entry("confirmationsBlocks", 1)));
  }

  private void sent(TxIntent intent) throws Exception {
    var _ = sender.submit(intent).get(60, TimeUnit.SECONDS).requireIncluded();
  }

  private String id() {
    return "test " + intents++;
  }

  private void stakeAndRegister() throws Exception {
    Deployment at = contracts.deployment();
    BigInteger stake = DOLLAR.multiply(BigInteger.valueOf(100));
    sent(contracts.money().faucet(id(), sender.address(), stake));
    sent(contracts.money().faucet(id(), CONSUMER.address(), stake));
    sent(contracts.money().approve(id(), at.vault(), stake));
    sent(contracts.money().deposit(id(), stake));
    sent(contracts.money().addStake(id(), stake));
    DeviceRegistration registration =
        new DeviceRegistration(
            sender.address(),
            DEVICE.address(),
            Keccak.hashUtf8("cpu"),
            Keccak.hashUtf8("d"),
            4_000_000_000L);
    sent(
        contracts
            .devices()
            .register(id(), registration, registration.sign(at.devicesDomain(), DEVICE)));
  }

  /** Opens and accepts the job on chain. */
  private TestJob running(int number, float lie, ModelRunner models) throws Exception {
    Deployment at = contracts.deployment();
    long now = anvil.rpc().read("time", node -> node.head().timestampS());
    Bytes32 hash = ModelRegistry.MINI_LM_FP32.modelHash();
    TestJob job =
        new TestJob(
            Domains.of(at),
            DEVICE,
            number,
            lie,
            new TestJob.Terms(
                CONSUMER.address(),
                Keccak.hashUtf8("cpu"),
                1,
                DOLLAR,
                now + 3_000,
                models.model(hash).orElseThrow(),
                hash));
    PaymentAuthorization authorization =
        PaymentAuthorization.forOrder(
            job.order(),
            job.order().digest(at.marketDomain()),
            at.vault(),
            BigInteger.ZERO,
            BigInteger.valueOf(now + 3_000));
    MarketCalls.Payment payment =
        new MarketCalls.Payment(0, now + 3_000, authorization.sign(at.tokenDomain(), CONSUMER));
    sent(
        contracts
            .market()
            .open(
                id(),
                job.order(),
                payment,
                job.offer(),
                job.offer().sign(at.marketDomain(), DEVICE)));
    sent(
        contracts
            .market()
            .accept(
                id(),
                job.order(),
                1,
                contracts.market().shown(job.id()).card().orElseThrow(),
                job.accept(),
                job.accept().sign(at.marketDomain(), DEVICE)));
    return job;
  }

  private static <T> T eventually(String what, Callable<Optional<T>> look) throws Exception {
    Instant until = Instant.now().plus(Duration.ofSeconds(60));
    while (true) {
      Optional<T> seen = look.call();
      if (seen.isPresent()) {
        return seen.get();
      }
      assertThat(Instant.now()).as(what).isBefore(until);
      Thread.sleep(100);
    }
  }

  private static Optional<Boolean> when(boolean holds) {
    return holds ? Optional.of(true) : Optional.empty();
  }

  private OracleNode start(int oracle) {
    return OracleNode.start(OracleConfig.read(home(oracle).resolve("oracle.json"), Map.of()));
  }

  @Test
  void oneHonestAndOneForgedJobAreSettledByOneCommittee() throws Exception {
    for (int oracle : ALL) {
      nodes.add(start(oracle));
    }
    eventually(
        "all up", () -> when(nodes.stream().allMatch(n -> n.status().getHealth().equals("UP"))));
    try (OnnxModelRunner models = new OnnxModelRunner();
        TestAgent agent =
            new TestAgent(ingressPorts, nodes.stream().map(OracleNode::pin).toList())) {
      TestJob honest = running(1, 0, models);
      TestJob forged = running(2, 0.01f, models);
      for (TestJob job : List.of(honest, forged)) {
        for (OracleNode node : nodes) {
          eventually("seen by all", () -> when(takes(agent, nodes.indexOf(node), job)));
        }
        agent.deliver(job, ALL);
      }
      eventually(
          "honest settled",
          () -> when(state(honest) == JobState.REPORTED || state(honest) == JobState.FINAL));
      eventually("forged settled", () -> when(state(forged) == JobState.REPORTED));
      assertThat(contracts.market().job(forged.id()).fraud()).isTrue();
      assertThat(contracts.market().job(honest.id()).fraud()).isFalse();
      eventually("told", () -> when(nodes.get(3).job(honest.id()).getPhase().equals("REPORTED")));
      shows(honest);
      restarts(honest);
    }
  }

  /** An oracle sees the Accept a poll after the chain has it. */
  private static boolean takes(TestAgent agent, int oracle, TestJob job) {
    try {
      var _ = agent.upload(oracle, job.id(), job.bundle());
      return true;
    } catch (StatusRuntimeException early) {
      return false;
    }
  }

  private JobState state(TestJob job) {
    return contracts.market().job(job.id()).state();
  }

  private void shows(TestJob job) throws Exception {
    String config = home(1).resolve("oracle.json").toString();
    assertThat(run("oracle", "status", "--config", config, "--json"))
        .contains("\"health\" : \"UP\"")
        .endsWith("exit 0");
    assertThat(run("oracle", "explain", JobIds.text(job.id()), "--config", config))
        .contains("is REPORTED", "verdict OK", "ROWS")
        .endsWith("exit 0");
    assertThat(run("oracle", "explain", "nine", "--config", config))
        .contains("want a job id")
        .endsWith("exit 1");
    try (HttpClient http = HttpClient.newHttpClient()) {
      String base = "http://127.0.0.1:" + nodes.get(0).healthPort();
      HttpResponse<String> health =
          http.send(
              HttpRequest.newBuilder(URI.create(base + "/health")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(health.body()).contains("\"health\" : \"UP\"", nodes.get(0).address().hex());
      HttpResponse<String> metrics =
          http.send(
              HttpRequest.newBuilder(URI.create(base + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(metrics.body())
          .contains("assay_oracle_verdict_ok_total 1", "assay_oracle_verdict_fraud_total 1");
    }
  }

  private void restarts(TestJob job) throws Exception {
    long height = nodes.get(2).status().getHeight();
    nodes.get(2).close();
    OracleNode again = start(2);
    nodes.set(2, again);
    eventually("up again", () -> when(again.status().getHealth().equals("UP")));
    assertThat(again.status().getHeight()).isEqualTo(height);
    assertThat(again.job(job.id()).getPhase()).isEqualTo("REPORTED");
  }

  @Test
  void aWrongConfigurationIsRefusedInOneSentence() throws Exception {
    Path file = home(0).resolve("oracle.json");
    String good = Files.readString(file);
    Files.writeString(file, good.replaceFirst("\\{", "{\"openTimeoutS\":10,"));
    assertThat(run("oracle", "up", "--config", file.toString()))
        .contains("openTimeoutS")
        .endsWith("exit 3");
    Files.writeString(file, good.replace("127.0.0.1:0\"", "0.0.0.0:0\""));
    assertThat(run("oracle", "up", "--config", file.toString()))
        .contains("loopback")
        .endsWith("exit 3");
    Files.writeString(file, good.replace("../deployment.json", "../none.json"));
    assertThat(run("oracle", "up", "--config", file.toString()))
        .contains("address book")
        .endsWith("exit 3");
    assertThat(run("oracle", "up")).contains("--config").endsWith("exit 2");
  }
}
