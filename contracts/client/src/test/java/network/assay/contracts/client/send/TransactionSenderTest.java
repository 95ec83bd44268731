package network.assay.contracts.client.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcNode;
import network.assay.contracts.client.send.TransactionSender.Status.Phase;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.store.StoreException;
import network.assay.contracts.client.testing.AnvilProcess;
import network.assay.contracts.client.testing.Await;
import network.assay.contracts.client.testing.EmitterContract;
import network.assay.contracts.client.testing.FaultProxy;
import network.assay.contracts.client.testing.FaultProxy.Fate;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Secp256k1;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionSenderTest {
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  @TempDir Path folder;
  private AnvilProcess anvil;
  private FaultProxy proxy;
  private RpcEndpoints rpc;
  private SqliteStore store;
  private KeySigner signer;
  private Address emitter;
  private TransactionSender sender;

  @BeforeEach
  void start() {
    anvil = AnvilProcess.start();
    proxy = new FaultProxy(anvil.url());
    rpc =
        RpcEndpoints.open(
            new RpcConfig(
                List.of(proxy.url()),
                AnvilProcess.CHAIN_ID,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                2,
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                8 << 20));
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    secret[0] = 1;
    signer = KeySigner.of(Secp256k1.PrivateKey.of(secret));
    anvil.fund(signer.address());
    emitter = anvil.deploy(EmitterContract.initCode());
    store = SqliteStore.open(folder.resolve("tx.db"));
    sender = sender();
  }

  private TransactionSender sender() {
    return sender(GWEI.multiply(BigInteger.valueOf(500)), Duration.ofMillis(400));
  }

  private TransactionSender sender(BigInteger cap, Duration bumpAfter) {
    SenderConfig config =
        new SenderConfig(GWEI, cap, 20, 1, 5, bumpAfter, Duration.ofMillis(20), 16);
    return new TransactionSender(
        rpc, signer, store, config, new RevertReasons().register(EmitterContract.ERROR));
  }

  @AfterEach
  void stop() {
    sender.close();
    store.close();
    rpc.close();
    proxy.close();
    anvil.close();
  }

  /** As after kill -9: nothing of the old sender's memory is left, only the journal. */
  private void crash() {
    sender.close();
    store.close();
    store = SqliteStore.open(folder.resolve("tx.db"));
    sender = sender();
  }

  private TxIntent emission(String id, long value) {
    return TxIntent.call(id, emitter, EmitterContract.emit(7, value));
  }

  private static TxOutcome await(CompletableFuture<TxOutcome> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private long nonce() {
    return anvil.rpc().read("nonce", node -> node.nonceLatest(signer.address().hex()));
  }

  /** The values that the chain has, in order: what was done, and how often. */
  private List<Long> done() {
    long head = anvil.rpc().read("head", RpcNode::headNumber);
    List<Long> values = new ArrayList<>();
    anvil
        .rpc()
        .read("logs", n -> n.logs(0, head, List.of(emitter.hex())))
        .forEach(log -> values.add(Long.parseLong(log.data().substring(50), 16)));
    return values;
  }

  @Test
  void anIntentIsIncludedOnceAndItsReceiptTold() throws Exception {
    sender.start();
    TxOutcome outcome = await(sender.submit(emission("one", 1)));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            TxOutcome.Included.class, i -> assertThat(i.receipt().logs()).hasSize(1));
    assertThat(done()).containsExactly(1L);
    assertThat(sender.health().isUp()).isTrue();
  }

  @Test
  void submittingTheSameIntentAgainSendsNothingMore() throws Exception {
    sender.start();
    TxOutcome first = await(sender.submit(emission("one", 1)));
    TxOutcome again = await(sender.submit(emission("one", 1)));
    crash();
    sender.start();
    TxOutcome afterRestart = await(sender.submit(emission("one", 1)));
    assertThat(List.of(again, afterRestart)).allMatch(first::equals);
    assertThat(done()).containsExactly(1L);
    assertThat(nonce()).isEqualTo(1);
  }

  @Test
  void theSameIdWithAnotherContentIsRefused() {
    sender.enqueue(emission("one", 1));
    assertThatThrownBy(() -> sender.submit(emission("one", 2)))
        .isInstanceOf(IntentConflict.class)
        .hasMessageContaining("the intent one was submitted before with another");
  }

  @Test
  void manyIntentsKeepTheirOrder() throws Exception {
    sender.start();
    List<CompletableFuture<TxOutcome>> futures = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      futures.add(sender.submit(emission("n" + i, i)));
    }
    for (CompletableFuture<TxOutcome> future : futures) {
      assertThat(await(future)).isInstanceOf(TxOutcome.Included.class);
    }
    assertThat(done()).hasSize(40).isSorted();
  }

  @Test
  void whatWouldRevertIsNotSentAndItsErrorNamed() throws Exception {
    sender.start();
    TxOutcome outcome =
        await(sender.submit(TxIntent.call("bad", emitter, EmitterContract.revert(42))));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            TxOutcome.Refused.class,
            r -> assertThat(r.reason().toString()).isEqualTo("Refused(42)"));
    assertThat(nonce()).isZero();
    assertThatThrownBy(outcome::requireIncluded).hasMessage("bad was not sent: Refused(42)");
  }

  @Test
  void aRevertOnChainIsToldWithItsName() throws Exception {
    sender.start();
    TxOutcome outcome =
        await(
            sender.submit(
                TxIntent.call("bad", emitter, EmitterContract.revert(43)).withGas(100_000)));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            TxOutcome.Reverted.class,
            r -> assertThat(r.reason().toString()).isEqualTo("Refused(43)"));
    assertThat(nonce()).isEqualTo(1);
  }

  @Test
  void aContractIsCreated() throws Exception {
    sender.start();
    var receipt =
        await(sender.submit(TxIntent.create("deploy", EmitterContract.initCode())))
            .requireIncluded();
    assertThat(anvil.ask("eth_getCode", receipt.contractAddress(), "latest").asString())
        .hasSize(2 + 2 * 0x25);
  }

  @Test
  void aCrashBetweenJournalAndBroadcastLosesNothing() throws Exception {
    proxy.rule(
        q -> q.contains("eth_sendRawTransaction") ? new Fate.Answer(503, "") : new Fate.Pass());
    sender.enqueue(emission("one", 1));
    sender.tick();
    assertThat(sender.status("one").orElseThrow().phase()).isEqualTo(Phase.SENT);
    assertThat(sender.health().level()).isEqualTo(HealthReading.Level.DEGRADED);
    proxy.heal();
    crash();
    sender.start();
    assertThat(await(sender.submit(emission("one", 1)))).isInstanceOf(TxOutcome.Included.class);
    assertThat(done()).containsExactly(1L);
  }

  @Test
  void aCrashAfterABroadcastWhoseAnswerWasLostDoublesNothing() throws Exception {
    proxy.rule(q -> q.contains("eth_sendRawTransaction") ? new Fate.LoseAnswer() : new Fate.Pass());
    sender.enqueue(emission("one", 1));
    sender.tick();
    proxy.heal();
    crash();
    sender.start();
    assertThat(await(sender.submit(emission("one", 1)))).isInstanceOf(TxOutcome.Included.class);
    await(sender.submit(emission("two", 2)));
    assertThat(done()).containsExactly(1L, 2L);
    assertThat(nonce()).isEqualTo(2);
  }

  @Test
  void aQueuedIntentSurvivesACrash() throws Exception {
    sender.enqueue(emission("one", 1)); // no tick: only the journal knows
    crash();
    sender.start();
    Await.until("it is done", () -> done().equals(List.of(1L)));
  }

  @Test
  void aTransactionIsReplacedWhenTheBaseFeeRises() throws Exception {
    anvil.ask("evm_setAutomine", false);
    sender = sender(GWEI.multiply(BigInteger.valueOf(500)), Duration.ofMinutes(10));
    sender.start();
    CompletableFuture<TxOutcome> future = sender.submit(emission("one", 1));
    Await.until("it is in the pool", () -> hashes("one").size() == 1);
    anvil.ask(
        "anvil_setNextBlockBaseFeePerGas",
        "0x" + GWEI.multiply(BigInteger.valueOf(50)).toString(16));
    anvil.mine(1);
    Await.until("its fee is raised", () -> hashes("one").size() > 1);
    Await.until("it is mined", () -> mineUntil(future));
    TxOutcome.Included included = (TxOutcome.Included) await(future);
    assertThat(included.receipt().transactionHash()).isNotEqualTo(hashes("one").getFirst());
    assertThat(done()).containsExactly(1L);
  }

  private boolean mineUntil(CompletableFuture<TxOutcome> future) {
    anvil.mine(1);
    return future.isDone();
  }

  private List<String> hashes(String id) {
    return sender.status(id).map(TransactionSender.Status::hashes).orElse(List.of());
  }

  @Test
  void aTransactionIsReplacedAfterAWhileByTwelveAndAHalfPercent() throws Exception {
    anvil.ask("evm_setAutomine", false);
    sender.start();
    CompletableFuture<TxOutcome> future = sender.submit(emission("one", 1));
    Await.until("it was replaced twice", () -> hashes("one").size() >= 3);
    Await.until("it is mined", () -> mineUntil(future));
    assertThat(await(future)).isInstanceOf(TxOutcome.Included.class);
    assertThat(done()).containsExactly(1L);
  }

  @Test
  void anEarlierAttemptThatWasMinedAfterAllIsRecognised() throws Exception {
    anvil.ask("evm_setAutomine", false);
    sender.start();
    CompletableFuture<TxOutcome> future = sender.submit(emission("one", 1));
    Await.until(
        "it is in the pool",
        () -> anvil.ask("txpool_status").get("pending").asString().equals("0x1"));
    proxy.rule(
        q -> q.contains("eth_sendRawTransaction") ? new Fate.Answer(503, "") : new Fate.Pass());
    Await.until("a replacement is signed that no node takes", () -> hashes("one").size() > 1);
    anvil.mine(1);
    assertThat(await(future))
        .isInstanceOfSatisfying(
            TxOutcome.Included.class,
            i -> assertThat(i.receipt().transactionHash()).isEqualTo(hashes("one").getFirst()));
  }

  @Test
  void theFeeCapHoldsAndIsSaid() throws Exception {
    anvil.ask("evm_setAutomine", false);
    sender = sender(GWEI.multiply(BigInteger.TWO), Duration.ofMillis(100));
    sender.start();
    sender.enqueue(emission("one", 1));
    anvil.ask(
        "anvil_setNextBlockBaseFeePerGas",
        "0x" + GWEI.multiply(BigInteger.valueOf(50)).toString(16));
    anvil.mine(1);
    Await.until(
        "it is said",
        () ->
            sender.health().level() == HealthReading.Level.DEGRADED
                && sender.health().reason().contains("cap of 2000000000"));
    assertThat(done()).isEmpty();
  }

  @Test
  void aReorganisationThatRemovesATransactionBringsItBackOnce() throws Exception {
    sender.start();
    await(sender.submit(emission("one", 1)));
    await(sender.submit(emission("two", 2)));
    anvil.ask("anvil_reorg", 2, List.of());
    assertThat(done()).isEmpty();
    Await.until("both are back", () -> done().equals(List.of(1L, 2L)));
    anvil.mine(6);
    Await.until("they are final", () -> sender.status("two").orElseThrow().phase() == Phase.FINAL);
    assertThat(nonce()).isEqualTo(2);
  }

  @Test
  void aChainThatIsCutBringsTheTransactionBack() throws Exception {
    sender.start();
    String snapshot = anvil.ask("evm_snapshot").asString();
    await(sender.submit(emission("one", 1)));
    anvil.ask("evm_revert", snapshot);
    Await.until("it is back", () -> done().equals(List.of(1L)));
  }

  @Test
  void aNonceThatAForeignTransactionTookIsToldWhenItIsFinal() throws Exception {
    anvil.ask("evm_setAutomine", false);
    CompletableFuture<TxOutcome> future = sender.submit(emission("one", 1));
    proxy.rule(
        q -> q.contains("eth_sendRawTransaction") ? new Fate.Answer(503, "") : new Fate.Pass());
    sender.tick();
    payFromOutside();
    anvil.mine(1);
    proxy.heal();
    sender.tick();
    sender.tick();
    assertThat(future).isNotDone();
    anvil.mine(6);
    sender.tick();
    assertThat(await(future)).isEqualTo(new TxOutcome.Displaced("one", 0));
    assertThat(done()).isEmpty();
  }

  /** Another program with the same key. */
  private void payFromOutside() {
    anvil.ask("anvil_impersonateAccount", signer.address().hex());
    anvil.ask(
        "eth_sendTransaction",
        Map.of(
            "from",
            signer.address().hex(),
            "to",
            AnvilProcess.FUNDED_KEY.address().hex(),
            "value",
            "0x1"));
  }

  @Test
  void aMissingNonceBelowOursIsFilled() throws Exception {
    String snapshot = anvil.ask("evm_snapshot").asString();
    payFromOutside();
    Await.until("the foreign payment is mined", () -> nonce() == 1);
    anvil.ask("evm_setAutomine", false);
    sender.start();
    CompletableFuture<TxOutcome> future = sender.submit(emission("one", 1));
    Await.until(
        "ours is sent with nonce 1",
        () -> sender.status("one").orElseThrow().nonce().equals(Optional.of(1L)));
    // a reorganisation removes the foreign payment: nonce 0 is free again, and nobody sends it
    anvil.ask("evm_revert", snapshot);
    anvil.ask("evm_setAutomine", true);
    assertThat(await(future)).isInstanceOf(TxOutcome.Included.class);
    assertThat(nonce()).isEqualTo(2);
    assertThat(done()).containsExactly(1L);
  }

  @Test
  void anEmptyBalanceIsSaidAndWaitedFor() throws Exception {
    anvil.ask("anvil_setBalance", signer.address().hex(), "0x0");
    sender.start();
    CompletableFuture<TxOutcome> future = sender.submit(emission("one", 1).withGas(100_000));
    Await.until(
        "it is said",
        () ->
            sender
                .health()
                .reason()
                .toLowerCase(java.util.Locale.ROOT)
                .contains("insufficient funds"));
    anvil.fund(signer.address());
    assertThat(await(future)).isInstanceOf(TxOutcome.Included.class);
  }

  @Test
  void aJournalOfAnotherChainIsRefused() {
    try (AnvilProcess other = AnvilProcess.start("--timestamp", "1700000000")) {
      assertThatThrownBy(() ->
              new TransactionSender(
                  other.rpc(), signer, store, SenderConfig.standard(), new RevertReasons()))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("belongs to chain 31337 with genesis");
    }
  }

  @Test
  void twoProcessesCannotShareAJournal() {
    assertThatThrownBy(() -> SqliteStore.open(folder.resolve("tx.db")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("in use by another process");
  }
}
