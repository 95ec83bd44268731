package network.assay.coordinator.app.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.JobEvent;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Outbox;
import network.assay.coordinator.app.store.Waiting;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Paid attempts that find no node: in which turn they get one, and what their consumers hear. */
class WaitingRoomTest {
  private final FakeChain chain = new FakeChain();
  private final ChainFeed feed = new ChainFeed((jobs, devices) -> {});
  private Database database;
  private OfferDesk desk;
  private Keeper keeper;
  private long ms = 1_000_000;
  private int logIndex;

  @BeforeEach
  void start() {
    database = TestDatabase.empty();
    desk = new OfferDesk(database, chain, () -> ms);
    Placer placer = new Placer(database, chain, desk, () -> ms);
    keeper = new Keeper(database, chain, desk, placer, () -> ms, () -> {});
  }

  private Bytes32 submit(Intake intake, Secp256k1.PrivateKey consumer, long salt) {
    chain.balances.put(consumer.address(), BigInteger.valueOf(1_000));
    Order o = TestParties.order(chain, 20, salt);
    Order order =
        new Order(
            consumer.address(),
            o.specHash(),
            o.offerHash(),
            o.matcher(),
            o.deviceClass(),
            o.regions(),
            o.grade(),
            o.lane(),
            o.amount(),
            o.priceMax(),
            o.feeBpsMax(),
            o.attemptsMax(),
            o.orderDeadline(),
            o.acceptWindowS(),
            o.runWindowS(),
            o.reportWindowS(),
            o.resultKey(),
            o.callback(),
            o.callbackGas(),
            o.salt());
    ms += 10;
    return intake.submit(TestParties.sign(chain, order, consumer, chain.deployment())).orderHash();
  }

  /** The first attempt came to nothing on chain, the second is paid and has no node. */
  private long second(Bytes32 order) {
    long first = JobIds.of(order, 1);
    long next = JobIds.of(order, 2);
    database.transaction(tx -> {
      Database.update(tx, "UPDATE outbox SET state='DONE' WHERE job_id=?", first);
      return true;
    });
    funded(order, first, 1);
    event("JobExpired", first, Map.of("from", "2"));
    chain.states.put(first, JobState.EXPIRED);
    funded(order, next, 2);
    chain.states.put(next, JobState.FUNDED);
    return next;
  }

  private void funded(Bytes32 order, long jobId, int attempt) {
    event(
        "JobFunded",
        jobId,
        Map.of(
            "orderHash",
            order.hex(),
            "consumer",
            TestParties.address(0xc1).hex(),
            "amount",
            "20",
            "attempt",
            String.valueOf(attempt),
            "deadline",
            String.valueOf(chain.nowS + 600)));
  }

  private void event(String name, long jobId, Map<String, String> values) {
    JobEvent event =
        new JobEvent(
            name, jobId, values, 5, logIndex++, "0x" + "00".repeat(32), "0x" + "cd".repeat(32));
    database.transaction(tx -> {
      feed.onBlock(List.of(event), chain.nowS, tx);
      return true;
    });
  }

  private Waiting.Place place(long jobId) {
    return database.transaction(tx -> Waiting.place(tx, jobId));
  }

  private List<Long> joining() {
    return database.transaction(tx -> Outbox.due(tx, 100)).stream()
        .filter(entry -> entry.kind() == Outbox.Kind.JOIN)
        .map(Outbox.Entry::jobId)
        .toList();
  }

  /** Three orders of one consumer, then one of another; all four wait, no node is there. */
  private Map<String, Long> fourWait() {
    TestParties.offers(chain, desk, 1, 10);
    Intake intake = new Intake(database, chain, desk, () -> ms, () -> {});
    Map<String, Bytes32> orders = new LinkedHashMap<>();
    orders.put("a1", submit(intake, TestParties.key(201), 1));
    orders.put("a2", submit(intake, TestParties.key(201), 2));
    orders.put("a3", submit(intake, TestParties.key(201), 3));
    orders.put("b1", submit(intake, TestParties.key(202), 4));
    Map<String, Long> jobs = new LinkedHashMap<>();
    orders.forEach((name, order) -> jobs.put(name, second(order)));
    keeper.step();
    return jobs;
  }

  private List<String> told(Map<String, Long> jobs) {
    List<String> order = new ArrayList<>(jobs.keySet());
    order.sort(
        java.util.Comparator.comparingLong(
            name -> place(java.util.Objects.requireNonNull(jobs.get(name))).position()));
    return order;
  }

  @Test
  void whoWasGivenLessIsToldToBeNextThoughHeCameLast() {
    Map<String, Long> jobs = fourWait();
    assertThat(told(jobs)).containsExactly("b1", "a1", "a2", "a3");
    assertThat(jobs.values().stream().map(job -> place(job).position()))
        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
    assertThat(joining()).isEmpty();
  }

  @Test
  void nodesGoInTheTurnsThatWereToldAndEachIsTakenOnce() {
    Map<String, Long> jobs = fourWait();
    List<String> turns = told(jobs);
    chain.active.put(TestParties.key(2).address(), 2); // of four
    TestParties.offers(chain, desk, 2, 11, 0xb2);
    keeper.step();
    assertThat(joining()).containsExactlyInAnyOrder(jobs.get(turns.get(0)), jobs.get(turns.get(1)));
    assertThat(place(jobs.get(turns.get(2))).position()).isZero();
    keeper.step();
    assertThat(joining()).hasSize(2);
  }

  @Test
  void aStoppedOrderWaitsNoMoreAndTheOthersMoveUp() {
    Map<String, Long> jobs = fourWait();
    Bytes32 order =
        database.transaction(tx -> Jobs.attempt(tx, jobs.get("b1"))).orElseThrow().orderHash();
    database.transaction(tx -> {
      Jobs.stop(tx, order, ms);
      return true;
    });
    keeper.step();
    assertThat(place(jobs.get("a1")).position()).isZero();
    TestParties.offers(chain, desk, 2, 11, 0xb2);
    keeper.step();
    assertThat(joining()).hasSize(3).doesNotContain(jobs.get("b1"));
  }

  @Test
  void anotherKeeperGoesOnWithTheSameOrders() {
    Map<String, Long> jobs = fourWait();
    OfferDesk fresh = new OfferDesk(database, chain, () -> ms);
    fresh.load();
    new Keeper(
            database,
            chain,
            fresh,
            new Placer(database, chain, fresh, () -> ms),
            () -> ms,
            () -> {})
        .step();
    assertThat(told(jobs)).hasSize(4);
    assertThat(jobs.values().stream().map(job -> place(job).position()))
        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
  }
}
