package network.assay.contracts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Secp256k1;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Breaks one thing of a healthy deployment after the other; the doctor must name each. */
class DoctorTest {
  private static final String STRANGER = "0x" + "5e".repeat(20);
  private static final String COINS = "0xde0b6b3a7640000";

  @TempDir static Path folder;
  private static LocalChain chain;
  private static Path book;
  private static Deployment at;

  private String snapshot = "";

  @BeforeAll
  static void deploy() throws IOException {
    chain = new LocalChain();
    Path key = Files.writeString(folder.resolve("deployer.key"), LocalChain.FUNDED_KEY);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    String committee =
        IntStream.range(0, 4)
            .mapToObj(i ->
                "{\"key\":\"" + oracle(i) + "\",\"pin\":\"" + Keccak.hashUtf8("pin " + i) + "\"}")
            .collect(Collectors.joining(","));
    String network =
        NetworkFile.template(NetworkFile.Template.DEVELOPMENT)
            .replace("http://127.0.0.1:8545", chain.url())
            .replace(
                "{\"environment\": \"ASSAY_DEPLOYER_KEY\"},", "{\"keystore\": \"" + key + "\"},")
            .replace("\"committee\": [", "\"committee\": [" + committee);
    Path file = Files.writeString(folder.resolve("network.jsonc"), network);
    book = folder.resolve("31337.json");
    String said =
        run(
            "deploy",
            "--network",
            file.toString(),
            "--yes",
            "--out",
            book.toString(),
            "--state",
            folder.resolve("state").toString());
    assertThat(said).endsWith("exit 0").contains("Deployed on chain 31337");
    at = Deployment.parse(Files.readAllBytes(book));
    for (int i = 0; i < 4; i++) {
      chain.ask("anvil_setBalance", oracle(i).hex(), COINS);
    }
  }

  @AfterAll
  static void stop() {
    chain.close();
  }

  @BeforeEach
  void remember() {
    snapshot = chain.ask("evm_snapshot").asString();
  }

  @AfterEach
  void forget() {
    chain.ask("evm_revert", snapshot);
  }

  private static Address oracle(int index) {
    return Secp256k1.PrivateKey.of(Keccak.hashUtf8("doctor test " + index).toArray()).address();
  }

  private static String run(String... args) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out, true);
    int code = ContractsCommand.execute(writer, writer, args);
    return out + "exit " + code;
  }

  private static String doctor(String... more) {
    List<String> args =
        new java.util.ArrayList<>(
            List.of("doctor", "--rpc", chain.url(), "--deployment", book.toString()));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private static String call(String signature, String... words) {
    return Keccak.hashUtf8(signature).hex().substring(0, 10) + String.join("", words);
  }

  private static String word(Address value) {
    return "0".repeat(24) + value.hex().substring(2);
  }

  private static String word(long value) {
    return String.format("%064x", value);
  }

  @Test
  void aFreshDeploymentIsSoundInEveryPart() {
    assertThat(doctor("--payer", LocalChain.FUNDED_ADDRESS))
        .endsWith("Nothing to mend.\nexit 0")
        .contains("ok    code hash of RateExits: ")
        .contains("ok    DisputeCourt.answerWindowS: 30")
        .contains("ok    PanelDraw.size: 3")
        .contains("ok    OracleStake.panelDraw: " + at.place("PanelDraw"))
        .contains("note  appeals: nobody judges again what a committee has judged: 0 candidates")
        .contains("ok    hashes of past blocks: kept for 8191 blocks")
        .contains("ok    OracleCommittee.oracleStake: " + at.place("OracleStake"))
        .contains("ok    Settlement.meteredMarket: " + at.place("RateMarket"))
        .contains("ok    TokenVault.governor: " + at.place("AccessManager"))
        .contains(
            "ok    administrators of the access manager: [" + at.place("TimelockController") + "]")
        .contains("ok    proposers: [" + LocalChain.FUNDED_ADDRESS + "]")
        .contains("ok    committee: 4 of 4 keys can sign in epoch 1, a quorum is 3")
        .contains("note  stake behind oracle " + oracle(0) + ": 0 token units, and needs 10000000")
        .contains("ok    last report: none, and no job was accepted yet")
        .contains("ok    vault's tokens: 0 units")
        .contains("ok    coins of oracle " + oracle(3))
        .contains("ok    coins of payer " + LocalChain.FUNDED_ADDRESS);
  }

  @Test
  void codeThatChangedIsNamed() {
    chain.ask("anvil_setCode", at.place("DisputeCourt").hex(), "0x00");
    assertThat(doctor()).endsWith("exit 1").contains("BAD   code hash of DisputeCourt: got 0x");
  }

  @Test
  void aParameterThatGovernanceChangedIsNamed() {
    chain.as(
        at.place("AccessManager"),
        at.place("FeeRouter"),
        call("setSplit((uint16,uint16,uint16))", word(5_000), word(2_000), word(3_000)));
    assertThat(doctor())
        .endsWith("2 to mend.\nexit 1")
        .contains("BAD   FeeRouter.split.oracleBps: got 5000, want 6000")
        .contains("BAD   FeeRouter.split.insuranceBps: got 2000, want 1000");
  }

  @Test
  void anAdministratorWhomNobodyAppointedIsNamed() {
    chain.as(
        at.place("TimelockController"),
        at.place("AccessManager"),
        call(
            "grantRole(uint64,address,uint32)", word(0), word(Address.fromHex(STRANGER)), word(0)));
    assertThat(doctor())
        .endsWith("1 to mend.\nexit 1")
        .contains("BAD   administrators of the access manager: got [")
        .contains(STRANGER);
  }

  @Test
  void aProposerWhomNobodyAppointedIsNamed() {
    Address timelock = at.place("TimelockController");
    chain.as(
        timelock,
        timelock,
        call(
            "grantRole(bytes32,address)",
            Keccak.hashUtf8("PROPOSER_ROLE").hex().substring(2),
            word(Address.fromHex(STRANGER))));
    assertThat(doctor())
        .endsWith("1 to mend.\nexit 1")
        .contains("BAD   proposers: got [" + STRANGER);
  }

  @Test
  void aShorterTimelockIsNamed() {
    Address timelock = at.place("TimelockController");
    chain.as(timelock, timelock, call("updateDelay(uint256)", word(0)));
    assertThat(doctor())
        .endsWith("1 to mend.\nexit 1")
        .contains("BAD   TimelockController.minDelay: got 0, want 1");
  }

  @Test
  void anotherKeeperOfTheGuardianIsNamed() {
    chain.as(
        at.place("AccessManager"),
        at.place("Guardian"),
        call("setKeeper(address)", word(Address.fromHex(STRANGER))));
    assertThat(doctor())
        .endsWith("1 to mend.\nexit 1")
        .contains("BAD   Guardian.keeper: got " + STRANGER);
  }

  @Test
  void aModuleThatWasAddedIsNamed() {
    chain.as(
        at.place("AccessManager"),
        at.vault(),
        call("addModule(address)", word(Address.fromHex(STRANGER))));
    assertThat(doctor())
        .endsWith("1 to mend.\nexit 1")
        .contains("BAD   modules of the vault: got [")
        .contains(STRANGER);
  }

  @Test
  void aCommitteeWithoutAQuorumIsNamed() {
    for (int i = 0; i < 2; i++) {
      chain.as(
          at.place("AccessManager"), at.committee(), call("removeKey(address)", word(oracle(i))));
    }
    assertThat(doctor())
        .endsWith("1 to mend.\nexit 1")
        .contains(
            "BAD   committee: got 2 of 4 keys can sign in epoch 1, a quorum is 3, want a quorum");
  }

  @Test
  void oraclesWithoutStakeAreNamedOnceTheirTimeIsOver() {
    chain.ask("evm_increaseTime", 3_700);
    chain.ask("evm_mine");
    assertThat(doctor())
        .endsWith("4 to mend.\nexit 1")
        .contains(
            "BAD   stake behind oracle "
                + oracle(1)
                + ": got 0 token units, want at least 10000000");
  }

  @Test
  void whoCannotPayForGasIsNamed() {
    chain.ask("anvil_setBalance", oracle(2).hex(), "0x1");
    assertThat(doctor("--payer", STRANGER))
        .endsWith("2 to mend.\nexit 1")
        .contains("BAD   coins of oracle " + oracle(2) + ": got 1 wei")
        .contains("BAD   coins of payer " + STRANGER + ": got 0 wei");
  }

  @Test
  void moneyThatTheVaultOwesAndHasNotIsNamed() {
    Address owner = Address.fromHex(LocalChain.FUNDED_ADDRESS);
    chain.as(owner, at.token(), call("faucet(address,uint256)", word(owner), word(1_000)));
    chain.as(owner, at.token(), call("approve(address,uint256)", word(at.vault()), word(1_000)));
    chain.as(owner, at.vault(), call("deposit(uint256)", word(1_000)));
    chain.as(owner, at.stake(), call("stake(uint96)", word(1_000)));
    assertThat(doctor()).contains("ok    vault's tokens: 1000 units, of which");
    chain.as(at.vault(), at.token(), call("transfer(address,uint256)", word(owner), word(1)));
    assertThat(doctor())
        .endsWith("1 to mend.\nexit 1")
        .contains(
            "BAD   vault's tokens: got 999 units, want at least 1000: somebody's money is gone");
  }

  @Test
  void aBookWithoutGovernanceIsNotCalledHealthy() throws IOException {
    Path poor = folder.resolve("poor.json");
    Deployment without =
        new Deployment(
            at.chainId(),
            at.deployBlock(),
            at.token(),
            at.tokenName(),
            at.tokenVersion(),
            at.devices(),
            at.committee(),
            at.vault(),
            at.stake(),
            at.market(),
            at.settlement());
    Files.write(poor, without.toJson());
    assertThat(run("doctor", "--rpc", chain.url(), "--deployment", poor.toString()))
        .endsWith("exit 1")
        .contains("????  roles: the address book has no Governance")
        .contains("????  code hashes: the address book lists no contracts");
  }
}
