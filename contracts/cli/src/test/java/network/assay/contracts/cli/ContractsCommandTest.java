package network.assay.contracts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.DeploymentSteps;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ContractsCommandTest {
  private static LocalChain chain;
  private static int labels;

  @TempDir Path folder;
  private Path key;
  private String committee;
  private String label;
  private String more;
  private String chainId;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startChain() {
    chain = new LocalChain();
  }

  @AfterAll
  static void stopChain() {
    chain.close();
  }

  @BeforeEach
  void writeInputs() throws IOException {
    key = folder.resolve("deployer.key");
    Files.writeString(key, LocalChain.FUNDED_KEY);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    committee = committee(4);
    label = "test " + labels++;
    more = "";
    chainId = "31337";
  }

  private static String committee(int size) {
    return IntStream.range(0, size)
        .mapToObj(i ->
            "{\"name\":\"oracle "
                + i
                + "\",\"key\":\""
                + Secp256k1.PrivateKey.of(Keccak.hashUtf8("cli test " + i).toArray()).address()
                + "\",\"pin\":\""
                + Keccak.hashUtf8("pin " + i)
                + "\"}")
        .collect(Collectors.joining(","));
  }

  /** The template itself, filled in: so it is always one that works. */
  private Path network() {
    String text =
        NetworkFile.template(NetworkFile.Template.DEVELOPMENT)
            .replace(
                "\"chainId\": 31337",
                more + "\"label\": \"" + label + "\", \"chainId\": " + chainId)
            .replace("http://127.0.0.1:8545", chain.url())
            .replace("{\"environment\": \"ASSAY_DEPLOYER_KEY\"},", signer())
            .replace("\"committee\": [", "\"committee\": [" + committee);
    return write("network.jsonc", text);
  }

  private String signer() {
    return "{\"keystore\": \"" + key + "\"},";
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return ContractsCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private int deploy(Path book) {
    return deploy(network(), book, "--yes");
  }

  private int deploy(Path network, Path book, String how) {
    return run(
        "deploy",
        "--network",
        network.toString(),
        how,
        "--out",
        book.toString(),
        "--state",
        folder.resolve("state").toString(),
        "--json");
  }

  private JsonNode json() {
    return Json.mapper().readTree(out.toString());
  }

  private static long nonce() {
    try (RpcEndpoints rpc =
        RpcEndpoints.open(RpcConfig.of(List.of(URI.create(chain.url())), 31337))) {
      return rpc.read("nonce", node -> node.nonceLatest(LocalChain.FUNDED_ADDRESS));
    }
  }

  @Test
  void aDeploymentIsWrittenCheckedAndNotRepeated() throws IOException {
    Path book = folder.resolve("deployments/31337.json");
    assertThat(deploy(book)).as(out + "" + err).isZero();
    assertThat(json().get("status").asString()).isEqualTo("deployed");
    assertThat(json().get("good").asBoolean()).isTrue();
    Deployment first = Deployment.parse(Files.readAllBytes(book));
    long nonce = nonce();

    assertThat(deploy(book)).isZero();
    assertThat(json().get("status").asString()).isEqualTo("already deployed");
    assertThat(nonce()).isEqualTo(nonce);

    assertThat(
            run(
                "doctor",
                "--rpc",
                chain.url(),
                "--deployment",
                book.toString(),
                "--account",
                LocalChain.FUNDED_ADDRESS,
                "--gas-min",
                "0"))
        .as(out.toString())
        .isZero();
    assertThat(out.toString())
        .contains("ok    market.settlement: " + first.settlement())
        .contains("4 of 4 keys can sign in epoch 1, a quorum is 3")
        .contains("ok    account " + LocalChain.FUNDED_ADDRESS)
        .contains("ok    settlement.court: " + first.place("DisputeCourt"))
        .contains("Nothing to mend.");
  }

  @Test
  void anInterruptedDeploymentGoesOnAndSendsNothingTwice() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "no folder").resolve("31337.json");
    assertThat(deploy(blocked)).isEqualTo(3);
    assertThat(json().get("error").asString()).contains("cannot write");
    long nonce = nonce();
    Path book = folder.resolve("31337.json");
    assertThat(deploy(book)).as(out + "" + err).isZero();
    assertThat(nonce()).isEqualTo(nonce);
    assertThat(json().get("good").asBoolean()).isTrue();
  }

  @Test
  void aLostJournalAndALostAddressBookSendNothingTwice() throws IOException {
    Path book = folder.resolve("31337.json");
    assertThat(deploy(book)).as(out + "" + err).isZero();
    final Deployment first = Deployment.parse(Files.readAllBytes(book));
    final long nonce = nonce();
    Files.delete(book);
    try (var files = Files.list(folder.resolve("state"))) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
    }
    assertThat(deploy(book)).as(out + "" + err).isZero();
    assertThat(nonce()).isEqualTo(nonce);
    Deployment again = Deployment.parse(Files.readAllBytes(book));
    assertThat(again.contracts()).isEqualTo(first.contracts());
    assertThat(again.deployBlock()).isGreaterThanOrEqualTo(first.deployBlock());
    assertThat(err.toString()).contains("JobMarket is there: " + first.market());
  }

  @Test
  void anAddressBookOfAnotherPlanIsNotOverwritten() {
    Path book = folder.resolve("31337.json");
    assertThat(deploy(book)).isZero();
    committee = committee(7);
    long nonce = nonce();
    assertThat(deploy(book)).isEqualTo(3);
    assertThat(json().get("error").asString()).contains("is of another plan, key or build");
    assertThat(nonce()).isEqualTo(nonce);
  }

  @Test
  void thePlanShowsEveryTransactionAndSendsNone() throws IOException {
    Path network = network();
    long nonce = nonce();
    assertThat(deploy(network, folder.resolve("31337.json"), "--plan")).as(err.toString()).isZero();
    JsonNode plan = json();
    assertThat(nonce()).isEqualTo(nonce);
    assertThat(plan.get("transactions").size())
        .isEqualTo(
            DeploymentSteps.of(
                        Address.fromHex(LocalChain.FUNDED_ADDRESS),
                        NetworkFile.read(network).plan(Address.fromHex(LocalChain.FUNDED_ADDRESS)))
                    .list()
                    .size()
                + 1);
    JsonNode market =
        plan.get("transactions")
            .valueStream()
            .filter(each -> each.get("contract").asString().equals("JobMarket"))
            .findFirst()
            .orElseThrow();
    assertThat(market.get("done").asBoolean()).isFalse();
    assertThat(market.get("arguments").toString())
        .contains(
            "{\"name\":\"bucketS\",\"value\":\"4\",\"unit\":\"seconds, grain of finality\",\"read\":\"params#7\"}");
    assertThat(run("deploy", "--network", network.toString(), "--plan")).isZero();
    assertThat(out.toString()).contains("lockBps = 20000   1/10,000").contains("nothing was sent");

    Path book = folder.resolve("31337.json");
    assertThat(deploy(network, book, "--yes")).as(out + "" + err).isZero();
    assertThat(Deployment.parse(Files.readAllBytes(book)).market().hex())
        .isEqualTo(market.get("address").asString());
    assertThat(deploy(network, book, "--plan")).isZero();
    assertThat(json().get("gasLimitOfWhatIsMissing").asLong()).isZero();
  }

  @Test
  void neitherPlanNorYesIsAUsageError() {
    assertThat(run("deploy", "--network", network().toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--plan (show it) and --yes (do it)");
  }

  @Test
  void aMistakeInTheNetworkFileIsNamedWithItsLine() {
    more = "\"chianId\": 1,\n";
    assertThat(deploy(folder.resolve("31337.json"))).isEqualTo(3);
    assertThat(json().get("error").asString()).contains("chianId").contains("line ");
  }

  @Test
  void theDoctorNamesCodeThatIsNotWhatWasDeployed() throws IOException {
    Path book = folder.resolve("31337.json");
    assertThat(deploy(book)).isZero();
    String text = Files.readString(book);
    String hash =
        Deployment.parse(Files.readAllBytes(book)).contracts().get("JobMarket").codeHash().hex();
    Files.writeString(book, text.replace(hash, Keccak.hashUtf8("other code").hex()));
    assertThat(run("doctor", "--rpc", chain.url(), "--deployment", book.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("BAD   code hash of JobMarket: got " + hash);
  }

  @Test
  void theDoctorNamesAWrongAddressBook() throws IOException {
    Path book = folder.resolve("31337.json");
    assertThat(deploy(book)).isZero();
    Deployment at = Deployment.parse(Files.readAllBytes(book));
    String swapped =
        Files.readString(book)
            .replace(at.stake().hex(), "swap")
            .replace(at.market().hex(), at.stake().hex())
            .replace("swap", at.market().hex());
    Files.writeString(book, swapped);
    assertThat(run("doctor", "--rpc", chain.url(), "--deployment", book.toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains("BAD   vault.stake: got " + at.stake() + ", want " + at.market());
  }

  @Test
  void theDoctorNamesMissingContracts() throws IOException {
    Path book = folder.resolve("31337.json");
    assertThat(deploy(book)).isZero();
    Files.writeString(
        book, Files.readString(book).replaceAll("\"market\" : \"0x....", "\"market\" : \"0xdead"));
    assertThat(run("doctor", "--rpc", chain.url(), "--deployment", book.toString(), "--json"))
        .isEqualTo(1);
    assertThat(json().get("good").asBoolean()).isFalse();
    assertThat(out.toString())
        .contains("\"check\":\"code of market\",\"result\":\"rejected\"")
        .doesNotContain("market.settlement");
  }

  @Test
  void theDoctorOfADeadEndpointIsNotHealthy() {
    assertThat(run("doctor", "--rpc", "http://127.0.0.1:1", "--chain-id", "1")).isEqualTo(1);
    assertThat(out.toString())
        .contains("????  chain: no RPC endpoint answers")
        .contains("1 to mend");
  }

  @Test
  void theDoctorLooksAtTheMachineAlone() {
    assertThat(run("doctor", "--json")).isZero();
    assertThat(out.toString()).contains("\"check\":\"Java\",\"result\":\"accepted\"");
  }

  @Test
  void aWrongCommitteeSizeIsRefusedBeforeAnythingIsSent() throws IOException {
    long nonce = nonce();
    committee = committee(5);
    assertThat(deploy(folder.resolve("31337.json"))).isEqualTo(3);
    assertThat(json().get("error").asString()).contains("3f+1 from 4 to 31");
    assertThat(nonce()).isEqualTo(nonce);
  }

  @Test
  void anotherChainThanAskedForIsRefused() {
    chainId = "1";
    assertThat(deploy(folder.resolve("1.json"))).isEqualTo(1);
    assertThat(json().get("error").asString()).contains("serves chain 31337, want chain 1");
  }

  @Test
  void aTokenNeedsItsSigningNameAndVersion() {
    more = "\"token\": {\"address\": \"" + LocalChain.FUNDED_ADDRESS + "\"},";
    assertThat(deploy(folder.resolve("31337.json"))).isEqualTo(3);
    assertThat(json().get("error").asString()).contains("name");
  }

  @Test
  void anUnbondingDelayThatLetsStakeEscapeIsRefused() {
    more = "\"unbondingDelayS\": 10,";
    assertThat(deploy(folder.resolve("31337.json"))).isEqualTo(3);
    assertThat(json().get("error").asString()).contains("stake could leave before a verdict");
  }

  @Test
  void aKeyThatOthersCanReadIsRefused() throws IOException {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(deploy(folder.resolve("31337.json"))).isEqualTo(3);
    assertThat(json().get("error").asString()).contains("chmod 600");
  }

  @Test
  void aMissingKeyInTheEnvironmentIsNamed() {
    Path network =
        write("environment.jsonc", network2("{\"environment\": \"ASSAY_NO_SUCH_VARIABLE\"},"));
    assertThat(deploy(network, folder.resolve("31337.json"), "--yes")).isEqualTo(3);
    assertThat(json().get("error").asString()).contains("ASSAY_NO_SUCH_VARIABLE, it is not set");
  }

  @Test
  void aRemoteSignerDeploysAndAnImpostorDoesNot() throws Exception {
    try (FakeWeb3Signer signer = new FakeWeb3Signer(LocalChain.FUNDED_KEY)) {
      Path book = folder.resolve("remote.json");
      Path network =
          write("remote.jsonc", network2(signer.choice(LocalChain.FUNDED_ADDRESS) + ","));
      assertThat(deploy(network, book, "--yes")).as(out + "" + err).isZero();
      assertThat(json().get("good").asBoolean()).isTrue();

      label += " again";
      signer.signWith("0x" + "11".repeat(32));
      network = write("remote.jsonc", network2(signer.choice(LocalChain.FUNDED_ADDRESS) + ","));
      assertThat(run("deploy", "--network", network.toString(), "--plan", "--json")).isZero();
      String other = Secp256k1.PrivateKey.of(Keccak.hashUtf8("other").toArray()).address().hex();
      network = write("remote.jsonc", network2(signer.choice(other) + ","));
      assertThat(deploy(network, folder.resolve("other.json"), "--yes")).isEqualTo(3);
      assertThat(json().get("error").asString()).contains("none of them is " + other);
    }
  }

  private String network2(String signer) {
    return read(network()).replace(signer(), signer);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void withoutANetworkFileItIsAUsageError() {
    assertThat(run("deploy")).isEqualTo(2);
    assertThat(err.toString()).contains("--network FILE");
  }

  @Test
  void theTemplatesAreReadable() {
    for (String kind : List.of("testnet", "development")) {
      assertThat(run("deploy", "--template", kind)).isZero();
      assertThat(out.toString()).contains("// seconds from report to finality, never 0");
    }
  }
}
