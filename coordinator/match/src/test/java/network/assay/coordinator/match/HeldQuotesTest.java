package network.assay.coordinator.match;

import static network.assay.coordinator.match.Offers.NOW;
import static network.assay.coordinator.match.Offers.book;
import static network.assay.coordinator.match.Offers.cards;
import static network.assay.coordinator.match.Offers.node;
import static network.assay.coordinator.match.Offers.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import network.assay.coordinator.match.Placement.Match;
import network.assay.coordinator.match.Placement.NoMatch;
import org.junit.jupiter.api.Test;

class HeldQuotesTest {
  private static final long LIFE_MS = 60_000;

  private static Hold quote(OfferBook book, Request request, String holder, Moment now) {
    return ((Match) book.quote(request, holder, LIFE_MS, now)).hold().orElseThrow();
  }

  private static Moment later(long ms) {
    return new Moment(NOW.chainS(), NOW.ms() + ms);
  }

  @Test
  void aQuoteKeepsItsRoomFromOtherQuotesForSixtySecondsAndThenNoLonger() {
    OfferBook book = book(node(1, 10, 1));
    quote(book, request(20), "a", NOW);
    NoMatch none = (NoMatch) book.quote(request(20), "b", LIFE_MS, later(LIFE_MS - 1));
    assertThat(none.sentence()).contains("CAPACITY").contains("1 held by quotes");
    assertThat(book.quote(request(20), "b", LIFE_MS, later(LIFE_MS))).isInstanceOf(Match.class);
  }

  @Test
  void aQuoteEndsAlsoWhileTheChainStandsStill() {
    OfferBook book = book(node(1, 10, 1));
    quote(book, request(20), "a", NOW);
    assertThat(book.match(request(20), later(LIFE_MS))).isInstanceOf(Match.class);
  }

  @Test
  void whoeverPaysTakesTheRoomOfTheYoungestWhoOnlyAsked() {
    OfferBook book = book(node(1, 10, 2));
    Hold older = quote(book, request(20), "a", NOW);
    Hold younger = quote(book, request(20), "b", NOW);
    assertThat(book.take(request(20), 0, NOW)).isInstanceOf(Match.class);
    assertThat(book.holds()).isEqualTo(1);
    assertThat(book.take(request(20), younger.id(), NOW)).isInstanceOf(Match.class);
    assertThat(book.take(request(20), older.id(), NOW)).isInstanceOf(NoMatch.class);
  }

  @Test
  void whoeverPaysLeavesQuotesAloneWhileAnotherOfferDoes() {
    OfferBook book = book(node(1, 10, 1), node(2, 40, 1));
    Hold hold = quote(book, request(50), "a", NOW);
    Match other = (Match) book.take(request(50), 0, NOW);
    assertThat(other.offer().offer().price().intValue()).isEqualTo(40);
    Match own = (Match) book.take(request(50), hold.id(), NOW);
    assertThat(own.offer().offer().device()).isEqualTo(hold.device());
  }

  @Test
  void oneHolderNeverHoldsMoreThanFour() {
    OfferBook book = book(node(1, 10, 8));
    Hold first = quote(book, request(20), "greedy", NOW);
    for (int i = 0; i < 100; i++) {
      quote(book, request(20), "greedy", NOW);
    }
    assertThat(book.holds()).isEqualTo(Holds.OF_HOLDER_MAX);
    assertThat(book.take(cards(4, 20), first.id(), NOW)).isInstanceOf(Match.class);
  }

  @Test
  void whoAsksAgainIsNeverRefusedForWhatHeHoldsHimself() {
    OfferBook book = book(node(1, 10, 1));
    Hold first = quote(book, request(20), "a", NOW);
    for (int i = 0; i < 10; i++) {
      assertThat(book.quote(request(20), "a", LIFE_MS, NOW)).isInstanceOf(Match.class);
    }
    assertThat(book.holds()).isEqualTo(1);
    assertThat(book.quote(request(20), "b", LIFE_MS, NOW)).isInstanceOf(NoMatch.class);
    assertThat(book.take(request(20), first.id(), NOW)).isInstanceOf(Match.class);
  }

  @Test
  void whoAsksAgainGivesUpNoMoreThanTheNewQuoteNeedsAndNothingOfOthers() {
    OfferBook book = book(node(1, 10, 8));
    quote(book, cards(2, 20), "a", NOW);
    quote(book, cards(2, 20), "a", NOW);
    quote(book, cards(3, 20), "b", NOW);
    assertThat(book.quote(cards(6, 20), "a", LIFE_MS, NOW)).isInstanceOf(NoMatch.class);
    assertThat(book.holds()).isEqualTo(3);
    quote(book, cards(3, 20), "a", NOW);
    assertThat(book.holds()).isEqualTo(3);
    assertThat(book.match(cards(1, 20), NOW)).isInstanceOf(NoMatch.class);
  }

  @Test
  void whoAsksAgainIsQuotedWhatIsFreeBeforeWhatHeHolds() {
    OfferBook book = book(node(1, 10, 1), node(2, 40, 1));
    quote(book, request(50), "a", NOW);
    assertThat(quote(book, request(50), "a", NOW).device()).isEqualTo(Offers.device(2));
    assertThat(quote(book, request(50), "a", NOW).device()).isEqualTo(Offers.device(1));
    assertThat(book.holds()).isEqualTo(2);
  }

  @Test
  void aQuoteOfAnotherCoordinatorKeepsItsRoomHereAndSaysWhenItIsGone() {
    OfferBook book = book(node(1, 10, 1));
    List<Hold> gone = new ArrayList<>();
    book.onFreed(gone::add);
    Hold theirs = book.adopt(Offers.device(1), "far", 1, NOW.ms() + LIFE_MS).orElseThrow();
    assertThat(book.adopt(Offers.device(9), "far", 1, NOW.ms() + LIFE_MS)).isEmpty();
    assertThat(book.match(request(20), NOW)).isInstanceOf(NoMatch.class);
    assertThat(book.take(request(20), theirs.id(), NOW)).isInstanceOf(Match.class);
    assertThat(gone).containsExactly(theirs);
    assertThat(book.holds()).isZero();
  }

  @Test
  void aQuoteForManyCardsHoldsThemAll() {
    OfferBook book = book(node(1, 10, 8));
    quote(book, cards(6, 20), "a", NOW);
    assertThat(book.match(cards(3, 20), NOW)).isInstanceOf(NoMatch.class);
    assertThat(book.match(cards(2, 20), NOW)).isInstanceOf(Match.class);
  }

  @Test
  void aDroppedQuoteFreesItsRoomAtOnce() {
    OfferBook book = book(node(1, 10, 1));
    Hold hold = quote(book, request(20), "a", NOW);
    book.drop(hold.id());
    book.drop(hold.id());
    assertThat(book.match(request(20), NOW)).isInstanceOf(Match.class);
  }

  @Test
  void anOfferThatGoesAwayTakesItsHoldsAlong() {
    OfferBook book = book(node(1, 10, 1));
    Hold hold = quote(book, request(20), "a", NOW);
    book.remove(node(1, 10, 1).offerHash());
    assertThat(book.holds()).isZero();
    book.put(node(1, 10, 1));
    assertThat(book.take(request(20), hold.id(), NOW)).isInstanceOf(Match.class);
  }
}
