package network.assay.contracts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
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

  @TempDir Path folder;
  private Path key;
  private Path committee;
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
  }

  private Path committee(int size) throws IOException {
    String members =
        IntStream.range(0, size)
            .mapToObj(i ->
                "{\"name\":\"oracle "
                    + i
                    + "\",\"key\":\""
                    + Secp256k1.PrivateKey.of(Keccak.hashUtf8("cli test " + i).toArray()).address()
                    + "\",\"pin\":\""
                    + Keccak.hashUtf8("pin " + i)
                    + "\"}")
            .collect(Collectors.joining(","));
    return Files.writeString(
        folder.resolve("committee" + size + ".json"), "{\"members\":[" + members + "]}");
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return ContractsCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private int deploy(Path book, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "deploy",
                "--rpc",
                chain.url(),
                "--key",
                key.toString(),
                "--committee",
                committee.toString(),
                "--out",
                book.toString(),
                "--state",
                folder.resolve("state").toString(),
                "--preset",
                "development",
                "--json"));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
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
                LocalChain.FUNDED_ADDRESS))
        .as(out.toString())
        .isZero();
    assertThat(out.toString())
        .contains("ok    market.settlement: " + first.settlement())
        .contains("4 of 4 keys can sign in epoch 1, a quorum is 3")
        .contains("ok    account " + LocalChain.FUNDED_ADDRESS)
        .contains("note  disputes: these contracts take none")
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
  void anInterruptedDeploymentRefusesToGoOnAsAnother() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "no folder").resolve("31337.json");
    deploy(blocked);
    committee = committee(7);
    assertThat(deploy(folder.resolve("31337.json"))).isEqualTo(3);
    assertThat(json().get("error").asString())
        .contains("a deployment with other contracts or parameters was interrupted");
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
    assertThat(deploy(folder.resolve("1.json"), "--chain-id", "1")).isEqualTo(1);
    assertThat(json().get("error").asString()).contains("serves chain 31337, want chain 1");
  }

  @Test
  void aTokenNeedsItsSigningNameAndVersion() {
    assertThat(deploy(folder.resolve("31337.json"), "--token", LocalChain.FUNDED_ADDRESS))
        .isEqualTo(3);
    assertThat(json().get("error").asString()).contains("want --token-name and --token-version");
  }

  @Test
  void anUnbondingDelayThatLetsStakeEscapeIsRefused() {
    assertThat(deploy(folder.resolve("31337.json"), "--unbonding-s", "10")).isEqualTo(3);
    assertThat(json().get("error").asString()).contains("stake could leave before a verdict");
  }

  @Test
  void aKeyThatOthersCanReadIsRefused() throws IOException {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(deploy(folder.resolve("31337.json"))).isEqualTo(3);
    assertThat(json().get("error").asString()).contains("chmod 600");
  }

  @Test
  void withoutAChainItIsAUsageError() {
    assertThat(run("deploy", "--key", key.toString(), "--committee", committee.toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--rpc URL");
  }
}
