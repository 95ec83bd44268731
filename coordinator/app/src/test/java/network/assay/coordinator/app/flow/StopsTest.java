package network.assay.coordinator.app.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.StopRequest;
import network.assay.coordinator.app.flow.Stops.Money;
import network.assay.coordinator.app.flow.Stops.Stopped;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.JobEvent;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Outbox;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a consumer's word to stop comes to, by where his order stands. */
class StopsTest {
  private final FakeChain chain = new FakeChain();
  private final ChainFeed feed = new ChainFeed((jobs, devices) -> {});
  private Database database;
  private OfferDesk desk;
  private Placer placer;
  private Keeper keeper;
  private Stops stops;
  private Intake.Taken taken;
  private int logIndex;

  @BeforeEach
  void anOrderIsTaken() {
    database = TestDatabase.empty();
    desk = new OfferDesk(database, chain, () -> 7L);
    placer = new Placer(database, chain, desk, () -> 7L);
    keeper = new Keeper(database, chain, desk, placer, () -> 7L, () -> {});
    stops = new Stops(database, () -> 9L);
    chain.balances.put(TestParties.CONSUMER.address(), BigInteger.valueOf(1_000));
    TestParties.offers(chain, desk, 1, 10);
    taken =
        new Intake(database, chain, desk, () -> 7L, () -> {})
            .submit(TestParties.submission(chain, TestParties.order(chain, 20, 5)));
  }

  private Job job() {
    return database.transaction(tx -> Jobs.find(tx, taken.orderHash())).orElseThrow();
  }

  private Signature signed(Secp256k1.PrivateKey key, Bytes32 order) {
    return key.sign(StopRequest.digest(order));
  }

  private Stopped stop() {
    return stops.stop(job(), signed(TestParties.CONSUMER, taken.orderHash()));
  }

  private List<Outbox.Kind> due() {
    return database.transaction(tx -> Outbox.due(tx, 100)).stream()
        .map(Outbox.Entry::kind)
        .toList();
  }

  private void opened() {
    database.transaction(tx -> Database.update(tx, "UPDATE outbox SET state='DONE', claim=1"));
  }

  private void event(String name, Map<String, String> values, JobState state) {
    JobEvent event =
        new JobEvent(
            name,
            taken.jobId(),
            values,
            5,
            logIndex++,
            "0x" + "00".repeat(32),
            "0x" + "cd".repeat(32));
    database.transaction(tx -> {
      feed.onBlock(List.of(event), chain.nowS, tx);
      return true;
    });
    chain.states.put(taken.jobId(), state);
  }

  private void funded() {
    opened();
    event(
        "JobFunded",
        Map.of(
            "orderHash",
            taken.orderHash().hex(),
            "consumer",
            TestParties.CONSUMER.address().hex(),
            "amount",
            "20",
            "attempt",
            "1",
            "deadline",
            String.valueOf(chain.nowS + 600)),
        JobState.FUNDED);
  }

  private void assigned() {
    event(
        "JobAssigned",
        Map.of(
            "offerHash", Bytes32.ZERO.hex(),
            "device", TestParties.key(1).address().hex(),
            "provider", TestParties.address(0xb1).hex(),
            "deviceIndex", "1",
            "price", "10",
            "acceptUntil", String.valueOf(chain.nowS + 30)),
        JobState.ASSIGNED);
  }

  @Test
  void onlyItsConsumerStopsAnOrder() {
    assertThatThrownBy(() -> stops.stop(job(), signed(TestParties.COORDINATOR, taken.orderHash())))
        .isInstanceOfSatisfying(
            Refused.class,
            r -> {
              assertThat(r.reason()).isEqualTo("NOT_YOUR_ORDER");
              assertThat(r.status()).isEqualTo(403);
            });
    assertThatThrownBy(() -> stops.stop(job(), signed(TestParties.CONSUMER, Bytes32.ZERO)))
        .isInstanceOf(Refused.class);
    assertThat(due()).containsExactly(Outbox.Kind.OPEN);
  }

  @Test
  void anOrderThatWasNotSentIsNeverSentAndNothingIsPaid() {
    Stopped stopped = stop();
    assertThat(stopped.money()).isEqualTo(Money.NOTHING_PAID);
    assertThat(stopped.cancellable()).isFalse();
    assertThat(stopped.attempt().unplaced()).isEqualTo("stopped by its consumer");
    keeper.step();
    assertThat(due()).isEmpty();
    assertThat(stop().money()).as("again is the same").isEqualTo(Money.NOTHING_PAID);
  }

  @Test
  void whatASenderMayHaveGoesItsWayButARefusedOneIsNotPlacedAgain() {
    Outbox.Claimed claimed =
        database.transaction(tx -> Outbox.claim(tx, "us", Duration.ofSeconds(5), 10)).getFirst();
    assertThat(stop().money()).isEqualTo(Money.IN_FLIGHT);
    assertThat(due()).containsExactly(Outbox.Kind.OPEN);
    database.transaction(tx -> Outbox.failed(tx, claimed, null, "OfferWithdrawn(1, 2)", 8));
    keeper.step();
    assertThat(due()).isEmpty();
    assertThat(stop().money()).isEqualTo(Money.NOTHING_PAID);
  }

  @Test
  void aPaidOrderLooksForNoDeviceAndItsMoneyComesBackAfterTheDeadline() {
    funded();
    Stopped stopped = stop();
    assertThat(stopped.money()).isEqualTo(Money.REFUND_AT_DEADLINE);
    assertThat(stopped.cancellable()).isTrue();
    keeper.step();
    assertThat(due()).isEmpty();
    chain.nowS += 601;
    keeper.step();
    assertThat(due()).containsExactly(Outbox.Kind.EXPIRE);
  }

  @Test
  void aDeviceThatStaysSilentIsFollowedByNoOtherButByTheRefund() {
    funded();
    assigned();
    Stopped stopped = stop();
    assertThat(stopped.money()).isEqualTo(Money.REFUND_UNLESS_ACCEPTED);
    assertThat(stopped.cancellable()).isTrue();
    chain.nowS += 31;
    keeper.step();
    assertThat(due()).as("no retry").isEmpty();
    chain.nowS += chain.bounds().retryGraceS();
    keeper.step();
    assertThat(due()).containsExactly(Outbox.Kind.EXPIRE);
  }

  @Test
  void whatRunsRunsOn() {
    funded();
    assigned();
    event(
        "JobAccepted",
        Map.of("runUntil", String.valueOf(chain.nowS + 60), "epoch", "1"),
        JobState.RUNNING);
    Stopped stopped = stop();
    assertThat(stopped.money()).isEqualTo(Money.RUNS_ON);
    assertThat(stopped.cancellable()).isFalse();
    assertThat(stopped.attempt().settled()).isFalse();
  }

  @Test
  void whatIsOverStaysAsItIs() {
    funded();
    event("JobCancelled", Map.of(), JobState.CANCELLED);
    assertThat(stop().money()).isEqualTo(Money.OVER);
  }
}
