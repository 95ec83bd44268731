package network.assay.coordinator.app.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.JobEvent;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Outbox;
import network.assay.coordinator.app.store.StateCodes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a taken order to its end, with crashes at every point where one could lose or double it. */
class CoordinatorFlowTest {
  private final FakeChain chain = new FakeChain();
  private Database database;
  private OfferDesk desk;
  private Intake intake;
  private Placer placer;
  private Keeper keeper;
  private final ChainFeed feed = new ChainFeed((jobs, devices) -> {});
  private int logIndex;
  private final AskedAgents agents = new AskedAgents();

  /** Whose agent is connected, and what it was asked. */
  private static final class AskedAgents implements Agents {
    private final Set<Address> connected = new HashSet<>();
    private final List<Long> asked = new ArrayList<>();

    @Override
    public boolean isConnected(Address device) {
      return connected.contains(device);
    }

    @Override
    public void ask(long jobId) {
      asked.add(jobId);
    }
  }

  private int lives;

  @BeforeEach
  void start() {
    database = TestDatabase.empty();
    restart();
    chain.balances.put(TestParties.CONSUMER.address(), BigInteger.valueOf(1_000));
    TestParties.offers(chain, desk, 1, 10);
    TestParties.offers(chain, desk, 2, 11);
  }

  /** What a new process has: the database and the chain. */
  private void restart() {
    lives++;
    database.transaction(
        tx -> Database.update(tx, "UPDATE outbox SET claimed_until=now() - interval '1 s'"));
    desk = new OfferDesk(database, chain, () -> 7L);
    desk.load();
    placer = new Placer(database, chain, desk, () -> 7L);
    intake = new Intake(database, chain, desk, () -> 7L, () -> {}, agents);
    keeper = new Keeper(database, chain, desk, placer, () -> 7L, () -> {});
  }

  private OutboxWorker worker() {
    return new OutboxWorker(database, chain, chain, desk, placer, () -> 7L, "life " + lives);
  }

  private Intake.Taken submit(long amount) {
    return intake.submit(TestParties.submission(chain, TestParties.order(chain, amount, 5)));
  }

  private Attempt attempt(long jobId) {
    return database.transaction(tx -> Jobs.attempt(tx, jobId)).orElseThrow();
  }

  private int due() {
    return database.transaction(tx -> Outbox.due(tx, 100)).size();
  }

  private void runUntilNothingIsDue(OutboxWorker worker) throws InterruptedException {
    long until = System.nanoTime() + 10_000_000_000L;
    while (due() > 0) {
      assertThat(System.nanoTime()).as("the outbox empties in time").isLessThan(until);
      worker.step();
      Thread.sleep(10);
    }
  }

  private void event(long block, String name, long jobId, Map<String, String> values) {
    JobEvent event =
        new JobEvent(
            name, jobId, values, block, logIndex++, "0x" + "00".repeat(32), "0x" + "cd".repeat(32));
    database.transaction(tx -> {
      feed.onBlock(List.of(event), chain.nowS, tx);
      return true;
    });
  }

  private void assigned(long block, Intake.Taken taken, long jobId, int device, int attempt) {
    event(
        block,
        "JobFunded",
        jobId,
        Map.of(
            "orderHash",
            taken.orderHash().hex(),
            "consumer",
            TestParties.address(0xc1).hex(),
            "amount",
            "20",
            "attempt",
            String.valueOf(attempt),
            "deadline",
            String.valueOf(chain.nowS + 600)));
    if (device > 0) {
      event(
          block,
          "JobAssigned",
          jobId,
          Map.of(
              "offerHash", Bytes32.ZERO.hex(),
              "device", TestParties.key(device).address().hex(),
              "provider", TestParties.address(0xb0 + device).hex(),
              "deviceIndex", String.valueOf(device),
              "price", "10",
              "acceptUntil", String.valueOf(chain.nowS + 30)));
      chain.states.put(jobId, JobState.ASSIGNED);
    } else {
      chain.states.put(jobId, JobState.FUNDED);
    }
  }

  @Test
  void aTakenOrderIsOpenedOnceWithTheCheapestDevice() throws Exception {
    Intake.Taken taken = submit(20);
    assertThat(taken.fresh()).isTrue();
    runUntilNothingIsDue(worker());
    assertThat(chain.executed)
        .containsExactly("open/" + JobIds.text(taken.jobId()) + "/" + TestParties.key(1).address());
  }

  private Accept accept(Intake.Taken taken) {
    return new Accept(
        taken.jobId(),
        taken.orderHash(),
        attempt(taken.jobId()).offerHash(),
        TestParties.spec().inputRoot());
  }

  private void take(Accept accept, int device) {
    new EarlyAccepts(database, chain, () -> 7L, () -> {})
        .take(accept, accept.sign(chain.deployment().marketDomain(), TestParties.key(device)));
  }

  private void passTheWait() {
    database.transaction(
        tx -> Database.update(tx, "UPDATE outbox SET not_before=now() - interval '1 s'"));
  }

  @Test
  void anAcceptThatComesInTimeMakesOneTransactionOfTwo() throws Exception {
    agents.connected.add(TestParties.key(1).address());
    Intake.Taken taken = submit(20);
    assertThat(agents.asked).containsExactly(taken.jobId());
    worker().step();
    assertThat(chain.executed).isEmpty();
    take(accept(taken), 1);
    assertThatThrownBy(() -> take(accept(taken), 1)).hasMessageContaining("TOO_LATE");
    runUntilNothingIsDue(worker());
    assertThat(chain.executed)
        .containsExactly(
            "openAccepted/" + JobIds.text(taken.jobId()) + "/" + TestParties.key(1).address());
  }

  @Test
  void anOrderWhoseAgentIsSilentIsOpenedAfterAMomentAndALateAcceptChangesNothing()
      throws Exception {
    agents.connected.add(TestParties.key(1).address());
    Intake.Taken taken = submit(20);
    worker().step();
    assertThat(chain.executed).isEmpty();
    passTheWait();
    chain.swallow = true; // handed to the sender, and we die before we hear of it
    worker().step();
    restart();
    assertThatThrownBy(() -> take(accept(taken), 1)).hasMessageContaining("TOO_LATE");
    chain.swallow = false;
    runUntilNothingIsDue(worker());
    assertThat(chain.executed)
        .containsExactly("open/" + JobIds.text(taken.jobId()) + "/" + TestParties.key(1).address());
  }

  @Test
  void anAcceptOfAnotherDeviceOrOfOtherTermsOrThatTheMarketRefusesChangesNothing()
      throws Exception {
    agents.connected.add(TestParties.key(1).address());
    Intake.Taken taken = submit(20);
    Accept accept = accept(taken);
    assertThatThrownBy(() -> take(accept, 2)).hasMessageContaining("WRONG_SIGNATURE");
    Accept other = new Accept(accept.jobId(), accept.orderHash(), accept.offerHash(), Bytes32.ZERO);
    assertThatThrownBy(() -> take(other, 1)).hasMessageContaining("WRONG_ACCEPT");
    chain.revertsFor.put(TestParties.key(1).address(), "StakeTooSmall");
    assertThatThrownBy(() -> take(accept, 1)).hasMessageContaining("WOULD_REVERT");
    chain.revertsFor.clear();
    passTheWait();
    runUntilNothingIsDue(worker());
    assertThat(chain.executed)
        .containsExactly("open/" + JobIds.text(taken.jobId()) + "/" + TestParties.key(1).address());
  }

  @Test
  void submittingTwiceTakesOnce() throws Exception {
    Intake.Taken first = submit(20);
    Intake.Taken second = submit(20);
    assertThat(second).isEqualTo(new Intake.Taken(first.orderHash(), first.jobId(), false));
    runUntilNothingIsDue(worker());
    submit(20);
    assertThat(chain.executed).hasSize(1);
  }

  @Test
  void aCrashBeforeAnythingWasSentLosesNothing() throws Exception {
    submit(20);
    restart();
    assertThat(due()).isEqualTo(1);
    runUntilNothingIsDue(worker());
    assertThat(chain.executed).hasSize(1);
  }

  @Test
  void aCrashAfterTheTransactionWasMinedDoublesNothing() throws Exception {
    submit(20);
    chain.swallow = true; // we die before we hear of it
    worker().step();
    assertThat(chain.executed).hasSize(1);
    chain.swallow = false;
    restart();
    assertThat(due()).isEqualTo(1);
    runUntilNothingIsDue(worker());
    assertThat(chain.executed).hasSize(1);
  }

  @Test
  void evenWithTheSendersJournalLostAnOrderIsNotOpenedTwice() throws Exception {
    Intake.Taken taken = submit(20);
    chain.swallow = true;
    worker().step();
    chain.swallow = false;
    chain.journal = new HashMap<>();
    restart();
    runUntilNothingIsDue(worker());
    assertThat(chain.executed).hasSize(1);
    assertThat(attempt(taken.jobId()).unplaced()).isNull();
  }

  @Test
  void anOfferThatTheMarketRefusesGivesWayToAnother() throws Exception {
    chain.refuseNext = Optional.of(new Sender.Failed("", "OfferWithdrawn", "OfferWithdrawn(1, 2)"));
    Intake.Taken taken = submit(20);
    runUntilNothingIsDue(worker());
    placesAgain(taken);
  }

  @Test
  void aCrashBetweenTheRefusalAndTheNextChoiceLosesNothing() throws Exception {
    Intake.Taken taken = submit(20);
    boolean refused =
        database.transaction(tx -> {
          Outbox.Claimed claimed = Outbox.claim(tx, "dead", Duration.ofSeconds(5), 10).getFirst();
          assertThat(claimed.entry().jobId()).isEqualTo(taken.jobId());
          return Outbox.failed(tx, claimed, null, "OfferWithdrawn(1, 2)", 8);
        });
    assertThat(refused).isTrue();
    restart();
    placesAgain(taken);
  }

  private void placesAgain(Intake.Taken taken) throws InterruptedException {
    long until = System.nanoTime() + 10_000_000_000L;
    OutboxWorker worker = worker();
    while (chain.executed.isEmpty() && System.nanoTime() < until) {
      keeper.step();
      worker.step();
      Thread.sleep(10);
    }
    assertThat(chain.executed)
        .containsExactly("open/" + JobIds.text(taken.jobId()) + "/" + TestParties.key(2).address());
  }

  @Test
  void anOfferThatTheMarketWouldRefuseIsPassedOverAtOnce() throws Exception {
    chain.revertsFor.put(TestParties.key(1).address(), "OfferWithdrawn(1, 2)");
    Intake.Taken taken = submit(20);
    runUntilNothingIsDue(worker());
    assertThat(chain.executed)
        .containsExactly("open/" + JobIds.text(taken.jobId()) + "/" + TestParties.key(2).address());
    assertThat(desk.size()).as("and is in nobody's way any more").isEqualTo(1);
  }

  @Test
  void whatIsWrongWithTheOrderItselfIsNotBlamedOnOffers() {
    chain.revertsFor.put(TestParties.key(1).address(), "Error(blocked payer)");
    assertThatThrownBy(() -> submit(20))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo("OPEN_WOULD_REVERT"));
    assertThat(desk.size()).isEqualTo(2);
    assertThat(due()).isZero();
  }

  @Test
  void aPaymentThatTheMarketRefusesIsGivenUpWithItsReason() throws Exception {
    chain.refuseNext = Optional.of(new Sender.Failed("", "Error", "Error(authorization is used)"));
    Intake.Taken taken = submit(20);
    runUntilNothingIsDue(worker());
    assertThat(chain.executed).isEmpty();
    Attempt attempt = attempt(taken.jobId());
    // The refusal is recorded first, its consequence in a transaction of its own.
    for (int i = 0; i < 500 && !attempt.settled(); i++) {
      Thread.sleep(20);
      attempt = attempt(taken.jobId());
    }
    assertThat(attempt.unplaced()).isEqualTo("Error(authorization is used)");
    assertThat(attempt.settled()).isTrue();
  }

  @Test
  void aSilentDeviceIsPassedOverByTheNextAttempt() throws Exception {
    nextAttemptAfterSilenceJoins(2);
  }

  @Test
  void theNextAttemptAvoidsEverythingOfTheOwnerThatFailedWhileAnotherFits() throws Exception {
    TestParties.offers(chain, desk, 3, 12, 0xb2);
    nextAttemptAfterSilenceJoins(3);
  }

  private void nextAttemptAfterSilenceJoins(int device) throws Exception {
    Intake.Taken taken = submit(20);
    OutboxWorker worker = worker();
    runUntilNothingIsDue(worker);
    assigned(5, taken, taken.jobId(), 1, 1);
    keeper.step();
    assertThat(due()).as("nothing before the deadline").isZero();
    chain.nowS += 31;
    keeper.step();
    runUntilNothingIsDue(worker);
    assertThat(chain.executed.getLast()).isEqualTo("retry/" + JobIds.text(taken.jobId()));
    event(
        9,
        "JobExpired",
        taken.jobId(),
        Map.of("from", String.valueOf(StateCodes.of(JobState.ASSIGNED))));
    long next = JobIds.of(taken.orderHash(), 2);
    assigned(9, taken, next, 0, 2);
    assertThat(attempt(taken.jobId()).state()).isEqualTo(JobState.EXPIRED);
    assertThat(attempt(next).state()).isEqualTo(JobState.FUNDED);
    keeper.step();
    runUntilNothingIsDue(worker);
    assertThat(chain.executed.getLast())
        .isEqualTo("join/" + JobIds.text(next) + "/" + TestParties.key(device).address());
  }

  @Test
  void withoutAttemptsLeftTheDefaultIsTheRefund() throws Exception {
    Intake.Taken taken = submit(20);
    OutboxWorker worker = worker();
    runUntilNothingIsDue(worker);
    long second = JobIds.of(taken.orderHash(), 2);
    assigned(5, taken, second, 1, 2);
    chain.nowS += 31;
    keeper.step();
    runUntilNothingIsDue(worker);
    assertThat(chain.executed.getLast()).isEqualTo("expire/" + JobIds.text(second));
  }

  @Test
  void aRunningJobThatIsLateIsExpiredOnceAndOnlyAfterItsDeadline() throws Exception {
    Intake.Taken taken = submit(20);
    OutboxWorker worker = worker();
    runUntilNothingIsDue(worker);
    assigned(5, taken, taken.jobId(), 1, 1);
    event(
        6,
        "JobAccepted",
        taken.jobId(),
        Map.of("runUntil", String.valueOf(chain.nowS + 60), "epoch", "1"));
    chain.states.put(taken.jobId(), JobState.RUNNING);
    chain.nowS += 60;
    keeper.step();
    assertThat(due()).as("up to and including the deadline only the regular move").isZero();
    chain.nowS += 1;
    keeper.step();
    keeper.step();
    assertThat(due()).isEqualTo(1);
    runUntilNothingIsDue(worker);
    chain.states.put(taken.jobId(), JobState.REFUNDED);
    keeper.step();
    assertThat(due()).as("its event is on the way").isZero();
    event(
        8,
        "JobExpired",
        taken.jobId(),
        Map.of("from", String.valueOf(StateCodes.of(JobState.RUNNING))));
    assertThat(attempt(taken.jobId()).state()).isEqualTo(JobState.REFUNDED);
  }

  @Test
  void aFraudIsSlashedAfterItsWindowAndTheConsumersRefundClaimed() throws Exception {
    Intake.Taken taken = submit(20);
    OutboxWorker worker = worker();
    runUntilNothingIsDue(worker);
    assigned(5, taken, taken.jobId(), 1, 1);
    long until = chain.nowS + 60;
    event(
        6,
        "JobReported",
        taken.jobId(),
        Map.of(
            "code",
            "4",
            "paid",
            "0",
            "challengeUntil",
            String.valueOf(until),
            "resultHash",
            Bytes32.ZERO.hex()));
    chain.states.put(taken.jobId(), JobState.REPORTED);
    keeper.step();
    assertThat(due()).as("nothing within the window").isZero();
    chain.nowS = until + 1;
    keeper.step();
    runUntilNothingIsDue(worker);
    assertThat(chain.executed.getLast()).isEqualTo("slash/" + JobIds.text(taken.jobId()));
    event(9, "JobSlashed", taken.jobId(), Map.of());
    Address consumer = TestParties.CONSUMER.address();
    chain.claimable.put(consumer, BigInteger.TEN);
    chain.nowS = until + 61;
    keeper.step();
    runUntilNothingIsDue(worker);
    assertThat(chain.executed.getLast()).isEqualTo("claim/" + consumer);
    chain.claimable.remove(consumer);
    keeper.step();
    assertThat(attempt(taken.jobId()).settled()).isTrue();
    assertThat(chain.executed).hasSize(3);
  }

  @Test
  void aReorganisationTakesBackWhatItDroppedAndNothingElse() {
    Intake.Taken taken = submit(20);
    assigned(5, taken, taken.jobId(), 1, 1);
    event(7, "JobAccepted", taken.jobId(), Map.of("runUntil", "99", "epoch", "1"));
    assertThat(attempt(taken.jobId()).state()).isEqualTo(JobState.RUNNING);
    database.transaction(tx -> {
      feed.onRollback(6, tx);
      return true;
    });
    assertThat(attempt(taken.jobId()).state()).isEqualTo(JobState.ASSIGNED);
    assertThat(attempt(taken.jobId()).epoch()).isZero();
    event(7, "JobCancelled", taken.jobId(), Map.of());
    assertThat(attempt(taken.jobId()).state()).isEqualTo(JobState.CANCELLED);
    assertThat(attempt(taken.jobId()).settled()).isTrue();
  }

  @Test
  void aDevicesPromisedJobsCountBeforeTheChainShowsThem() {
    for (int salt = 0; salt < 8; salt++) {
      intake.submit(TestParties.submission(chain, TestParties.order(chain, 20, salt)));
    }
    assertThatThrownBy(
            () -> intake.submit(TestParties.submission(chain, TestParties.order(chain, 20, 9))))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo("NO_OFFER"))
        .hasMessageContaining("CAPACITY");
    restart();
    assertThatThrownBy(
            () -> intake.submit(TestParties.submission(chain, TestParties.order(chain, 20, 9))))
        .as("the same after a restart")
        .isInstanceOf(Refused.class);
  }
}
