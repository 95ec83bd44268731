package network.assay.oracle.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.assay.Deployer;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.Json;
import network.assay.contracts.service.KeyFiles;
import network.assay.oracle.node.testing.TestAnvil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An operator's stake, moved by the command line over the real contracts on a real chain. */
class BondCommandTest {
  private static final Secp256k1.PrivateKey OPERATOR = key("operator");
  private static final BigInteger DOLLAR = BigInteger.valueOf(1_000_000);

  @TempDir private static Path folder;
  private static TestAnvil anvil;
  private static SqliteStore store;
  private static TransactionSender sender;
  private static AssayContracts contracts;

  private static Secp256k1.PrivateKey key(String name) {
    return Secp256k1.PrivateKey.of(Keccak.hashUtf8("bond command test " + name).toArray());
  }

  /** What a command said, on both streams, and how it ended. */
  private record Ran(int code, String out, String err) {
    JsonNode json() {
      return Json.mapper().readTree(out);
    }
  }

  @BeforeAll
  static void open() throws Exception {
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
    contracts = new AssayContracts(anvil.rpc(), new Deployer(anvil.rpc(), sender).deploy(plan()));
    Files.write(folder.resolve("deployment.json"), contracts.deployment().toJson());
    anvil.fund(OPERATOR.address());
    KeyFiles.save(folder.resolve("operator.key"), OPERATOR, Optional.empty());
    KeyFiles.save(folder.resolve("another.key"), key("another"), Optional.empty());
  }

  private static DeploymentPlan plan() {
    List<Address> keys = new ArrayList<>();
    List<Bytes32> pins = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      keys.add(key("seated " + i).address());
      pins.add(Keccak.hashUtf8("pin " + i));
    }
    return new DeploymentPlan(
        Optional.empty(),
        sender.address(),
        key("insurance").address(),
        key("treasury").address(),
        keys,
        pins,
        7 * 24 * 3_600,
        MarketParams.development());
  }

  @AfterAll
  static void close() {
    sender.close();
    store.close();
    anvil.close();
  }

  private static Path node(String name, Secp256k1.PrivateKey key) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    KeyFiles.save(home.resolve("oracle.key"), key, Optional.empty());
    Map<String, Object> config =
        Map.of(
            "dataFolder", "data",
            "oracleKeyFile", "oracle.key",
            "tlsFile", "tls.pem",
            "rpcUrls", List.of(anvil.url().toString()),
            "deploymentFile", "../deployment.json",
            "ingressListen", "127.0.0.1:0",
            "peerListen", "127.0.0.1:0",
            "healthListen", "127.0.0.1:0",
            "peers", List.of());
    Files.write(home.resolve("oracle.json"), Json.write(config).getBytes(UTF_8));
    return home.resolve("oracle.json");
  }

  private static Ran bond(Path config, String operator, String... args) {
    List<String> all = new ArrayList<>(List.of("oracle", "bond"));
    all.addAll(List.of(args));
    all.addAll(List.of("--config", config.toString(), "--json"));
    if (!operator.isEmpty()) {
      all.addAll(List.of("--operator-key", folder.resolve(operator).toString()));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        OracleCommand.execute(
            new PrintWriter(out), new PrintWriter(err, true), all.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  private static void dollars(Address to, long amount) throws Exception {
    TxIntent intent =
        contracts
            .money()
            .faucet("dollars " + amount, to, DOLLAR.multiply(BigInteger.valueOf(amount)));
    var _ = sender.submit(intent).get(30, TimeUnit.SECONDS).requireIncluded();
  }

  private static void pass(long seconds) {
    anvil.rpc().read("time", node -> node.call("evm_increaseTime", List.of(seconds), n -> n));
    anvil.rpc().read("mine", node -> node.callOptional("evm_mine", List.of(), n -> n));
  }

  private static String units(BigInteger dollars) {
    return dollars.toString();
  }

  @Test
  void stakeIsBroughtOnceAskedBackAndPaidOut() throws Exception {
    Path config = node("whole", key("newcomer"));
    BigInteger min = contracts.oracleStake().params().bondMin();
    String minDollars = min.divide(DOLLAR).toString();
    assertThat(bond(config, "").json().get("registered").asBoolean()).isFalse();
    Ran poor = bond(config, "operator.key", "stake", minDollars);
    assertThat(poor.err()).contains("are wanted: send it " + minDollars + " dollars");
    assertThat(poor.code()).isEqualTo(1);

    dollars(OPERATOR.address(), min.divide(DOLLAR).longValueExact() + 7);
    Ran staked = bond(config, "operator.key", "stake", minDollars);
    assertThat(staked.err())
        .contains("let the vault take", "pay " + minDollars + " dollars into", "register the key");
    assertThat(staked.json().get("active").asString()).isEqualTo(units(min));
    assertThat(staked.json().get("enough").asBoolean()).isTrue();
    assertThat(staked.json().get("wallet").asString()).isEqualTo("7000000");
    Ran again = bond(config, "operator.key", "stake", minDollars);
    assertThat(again.err()).isEmpty();
    assertThat(again.json()).isEqualTo(staked.json());

    assertThat(bond(config, "another.key", "unbond", "0").err())
        .contains("is under the operator " + OPERATOR.address());
    assertThat(bond(config, "operator.key", "unbond", "0").json().get("active").asString())
        .isEqualTo("0");
    assertThat(bond(config, "operator.key", "withdraw").err()).contains("may leave in ");
    assertThat(bond(config, "operator.key", "rebond").json().get("active").asString())
        .isEqualTo(units(min));
    // What came back stays until no appeal can ask for the time before.
    assertThat(bond(config, "operator.key", "unbond", "0").err()).contains("TooEarly");
    pass(contracts.oracleStake().params().answersAfterS() + 1L);
    assertThat(bond(config, "operator.key", "unbond", "0").code()).isZero();
    pass(contracts.oracleStake().params().unbondingDelayS() + 1L);
    Ran out = bond(config, "operator.key", "withdraw");
    assertThat(out.err()).contains("out of the stake", "out to the wallet");
    assertThat(out.json().get("registered").asBoolean()).isFalse();
    assertThat(out.json().get("wallet").asString())
        .isEqualTo(min.add(DOLLAR.multiply(BigInteger.valueOf(7))).toString());
  }

  @Test
  void whatCannotBeIsSaidInASentence() throws Exception {
    Path config = node("refused", key("never registered"));
    assertThat(bond(config, "", "stake", "5").err()).contains("say whose money it is");
    assertThat(bond(config, "operator.key", "stake", "five").err())
        .contains("want an amount in dollars");
    assertThat(bond(config, "operator.key", "stake", "-5").err())
        .contains("want an amount in dollars");
    assertThat(bond(config, "operator.key", "stake", "1e999999999").err())
        .contains("want an amount in dollars");
    assertThat(bond(config, "operator.key", "stake", "0.000001").err())
        .contains("an oracle's key needs at least");
    assertThat(bond(config, "operator.key", "resign").err()).contains("no stake is behind the key");
    KeyFiles.save(folder.resolve("same.key"), key("never registered"), Optional.empty());
    Ran same = bond(config, "same.key", "stake", "5");
    assertThat(same.err()).contains("must be another than the oracle's own");
    assertThat(same.code()).isEqualTo(3);
  }
}
