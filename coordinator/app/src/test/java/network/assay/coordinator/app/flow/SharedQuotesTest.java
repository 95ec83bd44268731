package network.assay.coordinator.app.flow;

import static network.assay.coordinator.app.flow.TestParties.MODEL;
import static network.assay.coordinator.app.flow.TestParties.offers;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.coordinator.app.agents.AssignmentHub;
import network.assay.coordinator.app.agents.Deliveries;
import network.assay.coordinator.app.store.Bell;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.match.Placement;
import network.assay.coordinator.match.Placement.Match;
import network.assay.coordinator.match.Placement.NoMatch;
import network.assay.coordinator.match.Request;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Quotes of one coordinator in the book of another on the same database. */
class SharedQuotesTest {
  private static final long LIFE_MS = 60_000;
  private static final int ROOM = 4; // of TestParties' offers

  private Database database;
  private FakeChain chain;
  private long ms = 1_000_000;
  private OfferDesk one;
  private OfferDesk other;

  @BeforeEach
  void twoCoordinators() {
    database = TestDatabase.empty();
    chain = new FakeChain();
    one = new OfferDesk(database, chain, () -> ms);
    other = new OfferDesk(database, chain, () -> ms + 7_000_000); // clocks differ
    offers(chain, one, 1, 10);
    other.load();
  }

  private static Request request() {
    return new Request(
        0, Bytes32.ZERO, 0, Grade.SAMPLED, BigInteger.valueOf(20), 60, MODEL, Set.of());
  }

  private Bytes32 quote(OfferDesk desk, String holder, int number) {
    Match match = (Match) desk.quote(request(), holder, LIFE_MS, chain.nowS);
    Bytes32 digest = Keccak.hashUtf8("quote " + number);
    desk.remember(digest, match.hold().orElseThrow());
    return digest;
  }

  private Placement ask(OfferDesk desk) {
    return desk.match(request(), chain.nowS);
  }

  private static Placement pay(OfferDesk desk, Bytes32 quote, long nowS) {
    return desk.matchAndTake(Address.ZERO, request(), quote, nowS, offer -> {});
  }

  @Test
  void aQuoteOfOneHoldsItsRoomAtTheOtherUntilItIsPaid() {
    Bytes32 last = Bytes32.ZERO;
    for (int i = 0; i < ROOM; i++) {
      last = quote(one, "a", i);
      other.hear(last);
    }
    assertThat(((NoMatch) ask(other)).sentence()).contains("1 held by quotes");
    assertThat(other.quote(request(), "b", LIFE_MS, chain.nowS)).isInstanceOf(NoMatch.class);
    assertThat(pay(one, last, chain.nowS)).isInstanceOf(Match.class);
    other.hear(last); // gone from the table, and its job is in nobody's table: this pays no chain
    assertThat(ask(other)).isInstanceOf(Match.class);
  }

  @Test
  void aQuoteOfOneIsPaidAtTheOtherThoughItHasNotHeardOfIt() {
    for (int i = 0; i < ROOM; i++) {
      quote(one, "a", i);
    }
    Bytes32 mine = Keccak.hashUtf8("quote 0");
    assertThat(pay(other, mine, chain.nowS)).isInstanceOf(Match.class);
    one.hear(mine);
    assertThat(ask(one)).as("freed where it was given").isInstanceOf(Match.class);
  }

  @Test
  void whoStartsLaterKnowsWhatIsHeldAndForHowLong() {
    for (int i = 0; i < ROOM; i++) {
      quote(one, "a", i);
    }
    OfferDesk late = new OfferDesk(database, chain, () -> ms);
    late.load();
    assertThat(ask(late)).isInstanceOf(NoMatch.class);
    ms += LIFE_MS;
    assertThat(ask(late)).isInstanceOf(Match.class);
  }

  @Test
  void aHoldThatGaveWayAtOneGivesWayAtTheOther() {
    Bytes32 first = quote(one, "a", 0);
    other.hear(first);
    for (int i = 1; i <= ROOM; i++) { // the fifth quote of one holder ends his first
      other.hear(quote(one, "a", i));
    }
    other.hear(first);
    List<Bytes32> kept =
        database.transaction(tx ->
            Database.query(tx, row -> Bytes32.of(row.getBytes(1)), "SELECT digest FROM quotes"));
    assertThat(kept).hasSize(ROOM).doesNotContain(first);
  }

  @Test
  void theyHearOfEachOthersQuotesByThemselves() throws Exception {
    try (Bell here = new Bell(database);
        Bell there = new Bell(database)) {
      Deliveries deliveries = new Deliveries(other, new AssignmentHub(database));
      there.add(deliveries.ear(() -> {}));
      one.onQuotes(quotes -> here.ring("quote", quotes.stream().map(Bytes32::hex).toList()));
      here.start();
      there.start();
      for (int i = 0; i < ROOM; i++) {
        quote(one, "a", i);
      }
      long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!(ask(other) instanceof NoMatch)) {
        assertThat(System.nanoTime()).as("heard in time").isLessThan(until);
        deliveries.step();
        Thread.sleep(20);
      }
    }
  }
}
