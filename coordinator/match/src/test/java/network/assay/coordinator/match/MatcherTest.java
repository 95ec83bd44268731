package network.assay.coordinator.match;

import static network.assay.coordinator.match.Offers.CLASS_B;
import static network.assay.coordinator.match.Offers.NOW_S;
import static network.assay.coordinator.match.Offers.request;
import static network.assay.coordinator.match.Offers.view;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
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

class MatcherTest {
  private static final Request FITTING = request(10);

  /** One request a condition that the plain offer (price 10) fails by that condition alone. */
  static Stream<Arguments> oneConditionEach() {
    Request r = FITTING;
    return Stream.of(
        Arguments.of(
            Filter.UNIT,
            new Request(1, r.deviceClass(), 1, r.grade(), r.priceMax(), 60, r.model(), Set.of())),
        Arguments.of(
            Filter.DEVICE_CLASS,
            new Request(0, CLASS_B, 1, r.grade(), r.priceMax(), 60, r.model(), Set.of())),
        Arguments.of(
            Filter.REGION,
            new Request(
                0, r.deviceClass(), 0b100, r.grade(), r.priceMax(), 60, r.model(), Set.of())),
        Arguments.of(
            Filter.GRADE,
            new Request(
                0, r.deviceClass(), 1, Grade.ATTESTED, r.priceMax(), 60, r.model(), Set.of())),
        Arguments.of(Filter.PRICE, request(9)),
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
                Keccak.hashUtf8("other"),
                Set.of())),
        Arguments.of(
            Filter.EXCLUDED,
            new Request(
                0,
                r.deviceClass(),
                1,
                r.grade(),
                r.priceMax(),
                60,
                r.model(),
                Set.of(Offers.device(1)))));
  }

  @ParameterizedTest
  @MethodSource("oneConditionEach")
  void eachConditionAloneRefusesAndIsNamed(Filter filter, Request request) {
    NoMatch none = (NoMatch) Matcher.match(request, List.of(view(1, 10)), NOW_S);
    assertThat(none.refusals()).hasSize(1);
    Refusal refusal = none.refusals().getFirst();
    assertThat(refusal.filter()).isEqualTo(filter);
    assertThat(refusal.count()).isEqualTo(1);
    assertThat(refusal.alone()).isEqualTo(1);
    assertThat(none.sentence()).contains(filter.name());
  }

  @Test
  void anOfferMayBeJoinedUpToItsExpiryAndNotAfter() {
    List<OfferView> offers = List.of(view(1, 10));
    assertThat(Matcher.match(FITTING, offers, NOW_S + 60)).isInstanceOf(Match.class);
    NoMatch late = (NoMatch) Matcher.match(FITTING, offers, NOW_S + 61);
    assertThat(late.refusals().getFirst().filter()).isEqualTo(Filter.EXPIRY);
  }

  @Test
  void aSoldOutOrBusyOfferIsRefusedForItsCapacity() {
    OfferView sold = view(1, 10).withRoom(BigInteger.valueOf(9), 1);
    OfferView busy = view(2, 10).withRoom(BigInteger.TEN, 0);
    NoMatch none = (NoMatch) Matcher.match(FITTING, List.of(sold, busy), NOW_S);
    Refusal refusal = none.refusals().getFirst();
    assertThat(refusal.filter()).isEqualTo(Filter.CAPACITY);
    assertThat(refusal.want()).contains("1 busy").contains("1 with their volume sold");
  }

  @Test
  void aRefusalSaysWhatWouldHaveMatched() {
    NoMatch none = (NoMatch) Matcher.match(request(5), List.of(view(1, 12), view(2, 10)), NOW_S);
    Refusal price = none.refusals().getFirst();
    assertThat(price.got()).isEqualTo("priceMax 5");
    assertThat(price.want()).isEqualTo("at least 10");
    assertThat(price.count()).isEqualTo(2);
  }

  @Test
  void aFreeOfferIsNeverTaken() {
    assertThat(Matcher.match(FITTING, List.of(view(1, 0)), NOW_S)).isInstanceOf(NoMatch.class);
  }

  @Test
  void withoutOffersThereIsNothingToRefuse() {
    NoMatch none = (NoMatch) Matcher.match(FITTING, List.of(), NOW_S);
    assertThat(none.refusals()).isEmpty();
    assertThat(none.sentence()).contains("no device");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void whateverTheOrderTheCheapestThatFitsIsChosen(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      List<OfferView> offers = new ArrayList<>(Offers.randoms(random, random.nextInt(12)));
      Request request = Offers.randomRequest(random);
      Placement first = Matcher.match(request, offers, NOW_S);
      Collections.shuffle(offers, random);
      assertThat(Matcher.match(request, offers, NOW_S))
          .as("seed %d round %d", seed, round)
          .isEqualTo(first);
      OfferBook book = new OfferBook();
      offers.forEach(book::put);
      Placement fromBook = book.match(request, NOW_S);
      switch (first) {
        case Match(OfferView best) -> {
          assertThat(fromBook).isEqualTo(first);
          assertThat(offers)
              .filteredOn(o -> Matcher.fits(o, request, NOW_S))
              .allMatch(o -> OfferView.CHEAPEST_FIRST.compare(best, o) <= 0);
        }
        case NoMatch none -> {
          assertThat(offers).noneMatch(o -> Matcher.fits(o, request, NOW_S));
          assertThat(none.refusals().isEmpty()).isEqualTo(offers.isEmpty());
          assertThat(fromBook).isInstanceOf(NoMatch.class);
          assertThat(((NoMatch) fromBook).refusals()).hasSameSizeAs(none.refusals());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 44, 444})
  void raisingThePriceToWhatWasWantedMatches(long seed) {
    Random random = new Random(seed);
    int tried = 0;
    for (int round = 0; round < 2_000; round++) {
      List<OfferView> offers = Offers.randoms(random, 1 + random.nextInt(6));
      Request r = Offers.randomRequest(random);
      if (Matcher.match(r, offers, NOW_S) instanceof NoMatch none
          && none.refusals().getFirst()
              instanceof Refusal(Filter filter, _, String want, _, int alone)
          && filter == Filter.PRICE
          && alone > 0
          && !want.equals("at least 0")) {
        BigInteger price = new BigInteger(want.substring("at least ".length()));
        Request raised =
            new Request(
                0,
                r.deviceClass(),
                r.regions(),
                r.grade(),
                price,
                r.runWindowS(),
                r.model(),
                r.excludedDevices());
        assertThat(Matcher.match(raised, offers, NOW_S))
            .as("seed %d round %d", seed, round)
            .isInstanceOf(Match.class);
        tried++;
      }
    }
    assertThat(tried).as("seed %d", seed).isPositive();
  }

  @Test
  void reservingTakesTheVolumeOfOneOfferAndTheConcurrencyOfTheWholeDevice() {
    OfferBook book = new OfferBook();
    OfferView one = view(1, 10);
    OfferView other = view(1, 11);
    OfferView stranger = view(2, 12);
    List.of(one, other, stranger).forEach(book::put);
    book.reserve(one.offerHash());
    assertThat(book.find(one.offerHash()).orElseThrow().volumeLeft())
        .isEqualTo(one.volumeLeft().subtract(BigInteger.TEN));
    assertThat(book.find(one.offerHash()).orElseThrow().concurrentLeft()).isEqualTo(3);
    assertThat(book.find(other.offerHash()).orElseThrow().volumeLeft())
        .isEqualTo(other.volumeLeft());
    assertThat(book.find(other.offerHash()).orElseThrow().concurrentLeft()).isEqualTo(3);
    assertThat(book.find(stranger.offerHash()).orElseThrow().concurrentLeft()).isEqualTo(4);
  }

  @Test
  void replacingAnOfferKeepsOneOfIt() {
    OfferBook book = new OfferBook();
    book.put(view(1, 10));
    book.put(view(1, 10).withRoom(BigInteger.ONE, 1));
    assertThat(book.size()).isEqualTo(1);
    assertThat(book.all()).hasSize(1);
    book.remove(book.all().getFirst().offerHash());
    assertThat(book.match(FITTING, NOW_S)).isInstanceOf(NoMatch.class);
  }
}
