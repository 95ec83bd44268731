package network.assay.coordinator.app.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import network.assay.contracts.protocol.Address;
import network.assay.coordinator.app.store.Bell;
import network.assay.coordinator.app.store.Call;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Leases;
import network.assay.coordinator.app.store.Outbox;
import network.assay.coordinator.app.store.Outbox.Claimed;
import network.assay.coordinator.app.store.Seat;
import network.assay.coordinator.app.store.Served;
import network.assay.coordinator.app.store.StoreProblem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What coordinators that share a database may do, and what the database refuses them. */
class SharedDatabaseTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration OVER = Duration.ofMillis(-1);

  private Database database;

  @BeforeEach
  void empty() {
    database = TestDatabase.empty();
  }

  private void owe(int count) {
    database.transaction(tx -> {
      for (int i = 0; i < count; i++) {
        Call call = new Call(Address.ZERO, new byte[] {1});
        Outbox.add(tx, new Outbox.Entry("k" + i, Outbox.Kind.EXPIRE, i, call), i);
      }
      return true;
    });
  }

  private List<Claimed> claim(String holder) {
    return database.transaction(tx -> Outbox.claim(tx, holder, LONG, 10));
  }

  private String state(String key) {
    return database.transaction(tx ->
        Database.query(tx, row -> row.getString(1), "SELECT state FROM outbox WHERE key=?", key)
            .getFirst());
  }

  @Test
  void aSeatHasOneHolderAndPassesOnWhenItsTermIsOver() {
    Seat first = new Seat(database, "follower", "a", LONG);
    Seat second = new Seat(database, "follower", "b", LONG);
    first.tend();
    second.tend();
    assertThat(first.held()).isTrue();
    assertThat(second.held()).isFalse();
    first.close();
    second.tend();
    assertThat(second.held()).isTrue();
    first.tend();
    assertThat(first.held()).isFalse();
    assertThat(second.fence()).isGreaterThan(first.fence());
  }

  @Test
  void aHolderThatWasTakenOverCommitsNothingMoreHoweverLateItWakes() {
    Seat asleep = new Seat(database, "sender", "a", OVER);
    asleep.tend();
    Seat next = new Seat(database, "sender", "b", LONG);
    next.tend();
    assertThat(next.held()).isTrue();
    assertThatThrownBy(() ->
            asleep.fenced(
                tx -> Database.update(tx, "INSERT INTO receipts VALUES (1, 'written too late')")))
        .isInstanceOf(Leases.Lost.class)
        .hasMessageContaining("sender");
    int kept =
        database.transaction(
            tx -> Database.query(tx, row -> true, "SELECT 1 FROM receipts").size());
    assertThat(kept).isZero();
    int answer = next.fenced(tx -> 7);
    assertThat(answer).isEqualTo(7);
  }

  @Test
  void twoCoordinatorsNeverClaimTheSameTransaction() throws Exception {
    owe(400);
    BlockingQueue<String> claimed = new LinkedBlockingQueue<>();
    List<Thread> coordinators =
        IntStream.range(0, 4)
            .mapToObj(i ->
                Thread.ofVirtual()
                    .start(() -> {
                      for (int round = 0; round < 10; round++) {
                        database
                            .transaction(tx -> Outbox.claim(tx, "c" + i, LONG, 10))
                            .forEach(c -> claimed.add(c.entry().key()));
                      }
                    }))
            .toList();
    for (Thread coordinator : coordinators) {
      coordinator.join();
    }
    Set<String> distinct = new HashSet<>(claimed);
    assertThat(claimed).as("each once").hasSize(distinct.size());
    // A row that somebody else looked at in that moment is skipped, not waited for.
    assertThat(distinct.size()).isBetween(100, 400);
  }

  @Test
  void aClaimThatRanOutDrawsNoConsequences() {
    owe(1);
    Claimed stale = database.transaction(tx -> Outbox.claim(tx, "a", OVER, 10)).getFirst();
    Claimed fresh = claim("b").getFirst();
    assertThat(claim("c")).isEmpty();
    boolean late = database.transaction(tx -> Outbox.failed(tx, stale, null, "late", 9));
    assertThat(late).isFalse();
    database.transaction(tx -> {
      Outbox.done(tx, List.of(new Outbox.Done(stale, "0x1")), 9);
      return true;
    });
    assertThat(state("k0")).isEqualTo("DUE");
    database.transaction(tx -> {
      Outbox.done(tx, List.of(new Outbox.Done(fresh, "0x2")), 9);
      return true;
    });
    assertThat(state("k0")).isEqualTo("DONE");
  }

  @Test
  void aClaimIsKeptWhileItsHolderRenewsIt() {
    owe(2);
    database.transaction(tx -> Outbox.claim(tx, "a", OVER, 10));
    database.transaction(tx -> {
      Outbox.renew(tx, "a", LONG, List.of("k0"));
      return true;
    });
    assertThat(claim("b")).extracting(c -> c.entry().key()).containsExactly("k1");
  }

  @Test
  void aDatabaseServesOneMatcherOfOneMarket() {
    Address market = TestParties.address(0xa7);
    Address ours = TestParties.address(1);
    database.transaction(tx -> {
      Served.claim(tx, 31337, market, ours);
      Served.claim(tx, 31337, market, ours);
      return true;
    });
    assertThatThrownBy(() ->
            database.transaction(tx -> {
              Served.claim(tx, 31337, market, TestParties.address(2));
              return true;
            }))
        .isInstanceOf(StoreProblem.class)
        .hasMessageContaining("share key and deployment");
  }

  @Test
  void whatOneRingsAllHear() throws Exception {
    try (Bell one = new Bell(database);
        Bell other = new Bell(database)) {
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      BlockingQueue<String> gaps = new LinkedBlockingQueue<>();
      other.add(
          new Bell.Ear() {
            @Override
            public void heard(String topic, String id) {
              heard.add(topic + "=" + id);
            }

            @Override
            public void missed() {
              gaps.add("gap");
            }
          });
      one.start();
      other.start();
      assertThat(gaps.poll(20, TimeUnit.SECONDS)).as("listening begins with a gap").isNotNull();
      one.ring("device", List.of("0x01"));
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("device=0x01");
    }
  }
}
