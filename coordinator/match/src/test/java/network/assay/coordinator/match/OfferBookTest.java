package network.assay.coordinator.match;

import static network.assay.coordinator.match.Offers.CLASS_B;
import static network.assay.coordinator.match.Offers.NOW;
import static network.assay.coordinator.match.Offers.NOW_S;
import static network.assay.coordinator.match.Offers.at;
import static network.assay.coordinator.match.Offers.book;
import static network.assay.coordinator.match.Offers.cards;
import static network.assay.coordinator.match.Offers.device;
import static network.assay.coordinator.match.Offers.node;
import static network.assay.coordinator.match.Offers.request;
import static network.assay.coordinator.match.Offers.view;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.coordinator.match.Placement.Match;
import network.assay.coordinator.match.Placement.NoMatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OfferBookTest {
  private static final Request FITTING = request(10);

  private static HardwareAsk ask(
      Set<String> models, int cards, long vramMin, long vramMax, int capability, Tee tee) {
    return new HardwareAsk(models, cards, vramMin, vramMax, capability, tee);
  }

  /** One request a condition that the plain node (price 10, two cards) fails by that alone. */
  static Stream<Arguments> oneConditionEach() {
    Request r = FITTING;
    long all = Long.MAX_VALUE;
    return Stream.of(
        Arguments.of(
            Filter.UNIT,
            new Request(1, r.deviceClass(), 1, r.grade(), r.priceMax(), 60, r.model(), Set.of())),
        Arguments.of(
            Filter.DEVICE_CLASS,
            new Request(0, CLASS_B, 1, r.grade(), r.priceMax(), 60, r.model(), Set.of())),
        Arguments.of(Filter.GPU_MODEL, r.with(HardwareAsk.cards(1, "a100"), 0)),
        Arguments.of(Filter.GPU_COUNT, r.with(HardwareAsk.cards(3), 0)),
        Arguments.of(Filter.VRAM, r.with(ask(Set.of(), 1, 1L << 40, all, 0, Tee.NONE), 0)),
        Arguments.of(Filter.VRAM, r.with(ask(Set.of(), 1, 0, 1L << 30, 0, Tee.NONE), 0)),
        Arguments.of(Filter.COMPUTE_CAPABILITY, r.with(ask(Set.of(), 1, 0, all, 100, Tee.NONE), 0)),
        Arguments.of(
            Filter.REGION,
            new Request(
                0, r.deviceClass(), 0b100, r.grade(), r.priceMax(), 60, r.model(), Set.of())),
        Arguments.of(Filter.TEE, r.with(ask(Set.of(), 1, 0, all, 0, Tee.CPU_AND_GPU), 0)),
        Arguments.of(
            Filter.GRADE,
            new Request(
                0, r.deviceClass(), 1, Grade.ATTESTED, r.priceMax(), 60, r.model(), Set.of())),
        Arguments.of(
            Filter.DURATION,
            new Request(0, r.deviceClass(), 1, r.grade(), r.priceMax(), 601, r.model(), Set.of())),
        Arguments.of(
            Filter.MODEL,
            new Request(
                0,
                r.deviceClass(),
                1,
                r.grade(),
                r.priceMax(),
                60,
                Keccak.hashUtf8("x"),
                Set.of())),
        Arguments.of(Filter.REPUTATION, r.with(HardwareAsk.ANY, 501)),
        Arguments.of(Filter.PRICE, request(9)),
        Arguments.of(Filter.EXCLUDED, r.without(Set.of(device(1)), Set.of())),
        Arguments.of(Filter.OPERATOR, r.without(Set.of(), Set.of(device(901)))));
  }

  private static OfferView plain() {
    return node(1, 10, new Hardware("h100", 2, false, 80L << 30, 90, Tee.CPU));
  }

  @ParameterizedTest
  @MethodSource("oneConditionEach")
  void eachConditionAloneRefusesAndIsNamed(Filter filter, Request request) {
    assertThat(book(plain()).match(FITTING, NOW)).isInstanceOf(Match.class);
    NoMatch none = (NoMatch) book(plain()).match(request, NOW);
    assertThat(none.refusals()).hasSize(1);
    Refusal refusal = none.refusals().getFirst();
    assertThat(refusal.filter()).isEqualTo(filter);
    assertThat(refusal.count()).isEqualTo(1);
    assertThat(refusal.alone()).isEqualTo(1);
    assertThat(none.last()).isEqualTo(filter);
    assertThat(none.sentence()).contains(filter.name());
  }

  @Test
  void anOfferMayBeJoinedUpToItsExpiryAndNotAfter() {
    OfferBook book = book(view(1, 10));
    assertThat(book.match(FITTING, at(NOW_S + 60))).isInstanceOf(Match.class);
    NoMatch late = (NoMatch) book.match(FITTING, at(NOW_S + 61));
    assertThat(late.refusals().getFirst().filter()).isEqualTo(Filter.EXPIRY);
  }

  @Test
  void aSoldOutOrBusyOfferIsRefusedForItsCapacity() {
    OfferView sold = view(1, 10).withRoom(BigInteger.valueOf(9), 1, 1);
    OfferView busy = view(2, 10).withRoom(BigInteger.TEN, 0, 1);
    NoMatch none = (NoMatch) book(sold, busy).match(FITTING, NOW);
    Refusal refusal = none.refusals().getFirst();
    assertThat(refusal.filter()).isEqualTo(Filter.CAPACITY);
    assertThat(refusal.want()).contains("1 busy").contains("1 with their volume sold");
  }

  @Test
  void aRefusalSaysHowManyNodesHaveTheCardAndWhatTheCheapestAsks() {
    OfferBook book = book(node(1, 230, 8), node(2, 210, 8), node(3, 5, hardware("l4")));
    Request request = request(150).with(HardwareAsk.cards(1, "h100"), 0);
    NoMatch none = (NoMatch) book.match(request, NOW);
    assertThat(none.sentence())
        .isEqualTo(
            "none of 3 offers fits: 2 with h100 meet all but PRICE: the cheapest asks 210, you allow 150");
    Refusal price = none.refusals().getFirst();
    assertThat(price.got()).isEqualTo("priceMax 150");
    assertThat(price.want()).isEqualTo("at least 210");
  }

  @Test
  void whereNoConditionAloneIsToBlameTheOneThatLeftNoNodeIsNamed() {
    OfferBook book = book(node(1, 230, hardware("h100")), node(2, 210, hardware("l4")));
    Request request = request(150).with(HardwareAsk.cards(1, "h100"), 900);
    NoMatch none = (NoMatch) book.match(request, NOW);
    assertThat(none.last()).isEqualTo(Filter.REPUTATION);
    assertThat(none.before()).isEqualTo(1);
    assertThat(none.sentence())
        .contains("REPUTATION left no node of 1")
        .contains("you ask a reputation of 900, there is at most 500");
  }

  private static Hardware hardware(String model) {
    return new Hardware(model, 1, false, 24L << 30, 89, Tee.NONE);
  }

  @Test
  void aFreeOfferIsNeverTaken() {
    assertThat(book(view(1, 0)).match(FITTING, NOW)).isInstanceOf(NoMatch.class);
  }

  @Test
  void withoutOffersThereIsNothingToRefuse() {
    NoMatch none = (NoMatch) book().match(FITTING, NOW);
    assertThat(none.refusals()).isEmpty();
    assertThat(none.sentence()).contains("no device");
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 44, 444})
  void raisingThePriceToWhatWasWantedMatches(long seed) {
    Random random = new Random(seed);
    int tried = 0;
    for (int round = 0; round < 3_000; round++) {
      OfferBook book = new OfferBook();
      for (int i = 0; i < 6; i++) {
        book.put(Offers.random(random, i));
      }
      Request r = Offers.randomRequest(random, 6);
      if (book.match(r, NOW) instanceof NoMatch none
          && none.refusals().getFirst()
              instanceof Refusal(Filter filter, _, String want, _, int alone)
          && filter == Filter.PRICE
          && alone > 0
          && !want.equals("at least 0")) {
        BigInteger price = new BigInteger(want.substring("at least ".length()));
        assertThat(book.match(r.withPriceMax(price), NOW))
            .as("seed %d round %d", seed, round)
            .isInstanceOf(Match.class);
        tried++;
      }
    }
    assertThat(tried).as("seed %d", seed).isPositive();
  }

  @Test
  void packingNeverCostsMoreThanASixteenthOverTheCheapestThatFits() {
    for (long price = 1; price < 5_000; price++) {
      BigInteger cheap = BigInteger.valueOf(price);
      BigInteger dear = cheap.add(cheap.divide(BigInteger.valueOf(16))).add(BigInteger.ONE);
      assertThat(PriceBand.of(dear)).isGreaterThan(PriceBand.of(cheap));
      assertThat(PriceBand.of(cheap.add(BigInteger.ONE)))
          .isGreaterThanOrEqualTo(PriceBand.of(cheap));
    }
    BigInteger most = BigInteger.TWO.pow(96).subtract(BigInteger.ONE);
    assertThat(PriceBand.of(most)).isEqualTo(91 * 16 + 31);
  }

  @Test
  void smallJobsFillBrokenNodesSoThatAWholeNodeStaysWhole() {
    OfferBook book = book(node(1, 100, 8), node(2, 101, 8), node(3, 102, 8));
    for (int i = 0; i < 8; i++) {
      assertThat(book.take(cards(1, 200), 0, NOW)).isInstanceOf(Match.class);
      assertThat(book.match(cards(8, 200), NOW)).isInstanceOf(Match.class);
    }
    assertThat(book.all()).extracting(OfferView::cardsLeft).containsExactlyInAnyOrder(0, 8, 8);
  }

  @Test
  void jobsOnSharedCardsAreSpread() {
    OfferBook book = book(view(1, 100), view(2, 101));
    book.take(request(200), 0, NOW);
    book.take(request(200), 0, NOW);
    assertThat(book.all()).extracting(OfferView::concurrentLeft).containsExactly(3, 3);
  }

  @Test
  void manyCardsAreAlwaysOfOneNode() {
    NoMatch none = (NoMatch) book(node(1, 10, 4), node(2, 10, 4)).match(cards(8, 100), NOW);
    assertThat(none.refusals().getFirst().filter()).isEqualTo(Filter.GPU_COUNT);
    assertThat(none.refusals().getFirst().want()).isEqualTo("at most 4 cards");
  }

  @Test
  void aFailedNodeAndItsOwnersOthersAreNotPickedAgain() {
    OfferBook book = book(node(1, 10, 1), node(2, 12, 1));
    Request again = request(20).without(Set.of(device(1)), Set.of(device(901)));
    Match match = (Match) book.take(again, 0, NOW);
    assertThat(match.offer().offer().device()).isEqualTo(device(2));
  }

  @Test
  void whatIsTakenIsGoneUntilItIsGivenBack() {
    OfferView one = view(1, 10);
    OfferView stranger = view(2, 12);
    OfferBook book = book(one, stranger);
    assertThat(book.take(FITTING, 0, NOW)).isEqualTo(new Match(one));
    OfferView left = book.find(one.offerHash()).orElseThrow();
    assertThat(left.volumeLeft()).isEqualTo(one.volumeLeft().subtract(BigInteger.TEN));
    assertThat(left.concurrentLeft()).isEqualTo(3);
    assertThat(book.find(stranger.offerHash())).contains(stranger);
    book.release(one, FITTING);
    assertThat(book.all()).isEqualTo(List.of(one, stranger));
  }

  @Test
  void aNodesNewOfferReplacesItsOldOneAndKeepsWhatQuotesHold() {
    OfferBook book = book(node(1, 10, 2));
    book.quote(FITTING, "a", 60_000, NOW);
    book.put(node(1, 11, 2));
    assertThat(book.all()).extracting(v -> v.offer().price().intValue()).containsExactly(11);
    assertThat(book.match(cards(2, 20), NOW)).isInstanceOf(NoMatch.class);
    assertThat(book.match(cards(1, 20), NOW)).isInstanceOf(Match.class);
  }

  @Test
  void replacingAnOfferKeepsOneOfIt() {
    OfferBook book = book(view(1, 10), view(1, 10).withRoom(BigInteger.ONE, 1, 1));
    assertThat(book.size()).isEqualTo(1);
    assertThat(book.all()).hasSize(1);
    book.remove(book.all().getFirst().offerHash());
    assertThat(book.match(FITTING, NOW)).isInstanceOf(NoMatch.class);
  }
}
