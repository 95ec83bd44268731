package network.assay.contracts.client.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.testing.AnvilProcess;
import network.assay.contracts.client.testing.Await;
import network.assay.contracts.client.testing.EmitterContract;
import network.assay.contracts.client.testing.FaultProxy;
import network.assay.contracts.client.testing.FaultProxy.Fate;
import network.assay.contracts.protocol.Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainFollowerTest {
  private static final String FROM = AnvilProcess.FUNDED_KEY.address().hex();

  @TempDir Path folder;
  private AnvilProcess anvil;
  private FaultProxy proxy;
  private RpcEndpoints rpc;
  private SqliteStore store;
  private RecordingHandler handler;
  private Address emitter;

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
    emitter = anvil.deploy(EmitterContract.initCode());
    openStore();
  }

  private void openStore() {
    store = SqliteStore.open(folder.resolve("follow.db"));
    handler = new RecordingHandler(store);
  }

  @AfterEach
  void stop() {
    store.close();
    rpc.close();
    proxy.close();
    anvil.close();
  }

  private Map<String, Object> emission(long value) {
    return Map.of(
        "from",
        FROM,
        "to",
        emitter.hex(),
        "data",
        EmitterContract.emit(7, value),
        "gas",
        "0x20000");
  }

  private void emit(long value) {
    anvil.sendMined(emission(value));
  }

  private FollowerConfig config() {
    return new FollowerConfig(
        "test", Set.of(emitter), 1, 64, 50, Duration.ofMillis(20), Duration.ofMillis(400));
  }

  private ChainFollower follower() {
    return new ChainFollower(rpc, JdbcCheckpointStore.over(store, "test"), handler, config());
  }

  private static void drain(ChainFollower follower) {
    while (follower.step()) {
      // until there is nothing new
    }
  }

  @Test
  void logsAreDeliveredInOrderAndOnlyOfTheFollowedContract() {
    emit(1);
    emit(2);
    Address other = anvil.deploy(EmitterContract.initCode());
    anvil.sendMined(Map.of("to", other.hex(), "data", EmitterContract.emit(7, 77)));
    emit(3);
    ChainFollower follower = follower();
    drain(follower);
    assertThat(handler.values()).containsExactly(1L, 2L, 3L);
    assertThat(follower.health().isUp()).isTrue();
    assertThat(follower.deliveredHeight()).isEqualTo(rpc.read("head", n -> n.headNumber()));
  }

  @Test
  void severalLogsOfOneBlockKeepTheirOrder() {
    anvil.ask("evm_setAutomine", false);
    LongStream.rangeClosed(1, 5).forEach(i -> anvil.ask("eth_sendTransaction", emission(i)));
    anvil.mine(1);
    drain(follower());
    assertThat(handler.values()).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void aReorganisationTakesBackWhatItRemoved() {
    ChainFollower follower = follower();
    LongStream.rangeClosed(1, 12).forEach(this::emit);
    drain(follower);
    // ten blocks replaced by empty ones: logs 3 to 12 are gone
    anvil.ask("anvil_reorg", 10, List.of());
    emit(99);
    drain(follower);
    assertThat(handler.values()).containsExactly(1L, 2L, 99L);
    assertThat(handler.rollbacks).isEqualTo(1);
  }

  @Test
  void aReorganisationToTheSameHeightIsSeen() {
    ChainFollower follower = follower();
    emit(1);
    emit(2);
    drain(follower);
    anvil.ask("anvil_reorg", 1, List.of());
    drain(follower);
    assertThat(handler.values()).containsExactly(1L);
  }

  @Test
  void aChainThatWasCutIsOnlyRolledBackWhenItGrowsDifferently() {
    ChainFollower follower = follower();
    emit(1);
    drain(follower);
    String snapshot = anvil.ask("evm_snapshot").asString();
    emit(2);
    emit(3);
    drain(follower);
    anvil.ask("evm_revert", snapshot);
    drain(follower);
    assertThat(handler.values()).containsExactly(1L, 2L, 3L);
    assertThat(follower.health().level()).isEqualTo(HealthReading.Level.DEGRADED);
    emit(4);
    drain(follower);
    assertThat(handler.values()).containsExactly(1L, 4L);
  }

  @Test
  void aReorganisationWhileStoppedIsSeenAtTheNextStart() {
    emit(1);
    emit(2);
    drain(follower());
    store.close();
    anvil.ask("anvil_reorg", 1, List.of());
    emit(5);
    openStore();
    drain(follower());
    assertThat(handler.values()).containsExactly(1L, 5L);
  }

  @Test
  void oldBlocksAreReadInRangesAndNoneIsMissed() {
    emit(1);
    anvil.mine(120);
    emit(2);
    anvil.mine(49);
    emit(3);
    anvil.mine(200);
    emit(4);
    int before = proxy.questions();
    drain(follower());
    assertThat(handler.values()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(proxy.questions() - before).as("questions for 370 blocks").isLessThan(250);
    assertThat(JdbcCheckpointStore.over(store, "test").window()).hasSizeLessThan(80);
  }

  @Test
  void aRangeThatTheNodeRefusesIsHalved() {
    emit(1);
    anvil.mine(200);
    emit(2);
    AtomicInteger refused = new AtomicInteger();
    proxy.rule(q -> {
      boolean wide = q.contains("eth_getLogs") && q.contains("fromBlock") && width(q) > 10;
      if (wide) {
        refused.incrementAndGet();
      }
      return wide
          ? new Fate.Answer(
              200,
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32602,\"message\":\"range too wide\"}}")
          : new Fate.Pass();
    });
    try (ChainFollower follower = follower()) {
      follower.start();
      Await.until("all is delivered", () -> handler.values().equals(List.of(1L, 2L)));
    }
    assertThat(refused.get()).isPositive();
  }

  private static long width(String question) {
    long from = Long.decode(question.replaceAll(".*\"fromBlock\":\"(0x[0-9a-f]+)\".*", "$1"));
    return Long.decode(question.replaceAll(".*\"toBlock\":\"(0x[0-9a-f]+)\".*", "$1")) - from + 1;
  }

  @Test
  void whatAFailingConsumerWroteIsNotKept() {
    emit(1);
    ChainFollower follower = follower();
    handler.failing = true;
    assertThatThrownBy(follower::step).hasMessage("the consumer is broken");
    assertThat(handler.values()).isEmpty();
    handler.failing = false;
    drain(follower);
    assertThat(handler.values()).containsExactly(1L);
  }

  @Test
  void aRestartDeliversNothingTwiceAndLosesNothing() {
    for (int round = 0; round < 4; round++) {
      emit(round);
      ChainFollower follower = follower();
      follower.step(); // at most one delivery, then the process "dies" without closing
      emit(100 + round);
      store.close();
      openStore();
    }
    drain(follower());
    assertThat(handler.values()).containsExactly(0L, 100L, 1L, 101L, 2L, 102L, 3L, 103L);
  }

  @Test
  void aDeadEndpointIsNeverGreenAndTheFollowerGoesOnAfterwards() {
    try (ChainFollower follower = follower()) {
      assertThat(follower.health().level()).isEqualTo(HealthReading.Level.DOWN);
      follower.start();
      emit(1);
      Await.until(
          "it follows", () -> follower.health().isUp() && handler.values().equals(List.of(1L)));
      proxy.rule(q -> new Fate.Answer(503, ""));
      emit(2);
      Await.until("it says so", () -> follower.health().level() == HealthReading.Level.DOWN);
      assertThat(follower.health().reason()).contains("HTTP status 503");
      proxy.heal();
      Await.until(
          "it went on", () -> handler.values().equals(List.of(1L, 2L)) && follower.health().isUp());
    }
  }

  @Test
  void aNodeThatForgotTheBlockBetweenHeaderAndLogsIsNotBelieved() {
    emit(1);
    AtomicInteger lies = new AtomicInteger(2);
    proxy.rule(q -> {
      // The node lost the block: no logs of it, and it does not know its hash.
      boolean lie =
          (q.contains("blockHash") || q.contains("eth_getBlockByHash"))
              && lies.getAndDecrement() > 0;
      String result = q.contains("eth_getBlockByHash") ? "null" : "[]";
      return lie
          ? new Fate.Answer(
              200, "{\"jsonrpc\":\"2.0\",\"id\":" + id(q) + ",\"result\":" + result + "}")
          : new Fate.Pass();
    });
    // The empty deployment block has no log of ours and no bloom bit, so the first lie meets block
    // 2.
    try (ChainFollower follower = follower()) {
      follower.start();
      Await.until("the log is there", () -> handler.values().equals(List.of(1L)));
    }
    assertThat(lies.get()).isNotPositive();
  }

  private static String id(String question) {
    return question.replaceAll(".*\"id\":(\\d+).*", "$1");
  }

  @Test
  void aReorganisationBelowTheWindowStopsWithAnInstruction() {
    ChainFollower follower = follower();
    emit(1);
    anvil.mine(300);
    drain(follower);
    String genesis = anvil.ask("eth_getBlockByNumber", "0x0", false).get("hash").asString();
    assertThat(genesis).isNotNull();
    anvil.ask("anvil_reorg", 250, List.of());
    assertThatThrownBy(follower::step)
        .isInstanceOf(FollowException.class)
        .hasMessageContaining("deeper than the window of 64 blocks")
        .hasMessageContaining("empty store");
    assertThat(handler.values()).containsExactly(1L);
  }
}
