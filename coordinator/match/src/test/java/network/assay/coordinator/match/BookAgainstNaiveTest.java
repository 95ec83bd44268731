package network.assay.coordinator.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import network.assay.contracts.protocol.Bytes32;
import network.assay.coordinator.match.Placement.Match;
import network.assay.coordinator.match.Placement.NoMatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Long random lives of a book, each step beside the plain rules. */
class BookAgainstNaiveTest {
  private static final int DEVICES = 24;
  private static final int STEPS = 120;
  private static final long QUOTE_MS = 60_000;

  private record Running(OfferView offer, Request request) {}

  /** One life. */
  private static final class Life {
    final long seed;
    final Random random;
    final OfferBook book = new OfferBook();
    final NaiveMatcher naive = new NaiveMatcher();
    final List<Running> running = new ArrayList<>();
    final List<Hold> quoted = new ArrayList<>();
    final List<String> story = new ArrayList<>();
    Moment now = Offers.NOW;
    int matched;
    int refused;

    /** Quotes out of what their holder held himself. */
    int again;

    Life(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    Life live() {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> put();
          case 3 -> remove();
          case 4 -> pass();
          case 5, 6 -> quote();
          case 7 -> release();
          case 8 -> ask();
          default -> take();
        }
        neverOverCommitted();
        assertThat(book.holds()).as("seed %d", seed).isEqualTo(naive.holds.size());
      }
      return this;
    }

    /** A node's hardware stays; its price and terms change, also while jobs run on it. */
    private void put() {
      int device = random.nextInt(DEVICES);
      OfferView view = Offers.random(random, device);
      List<Running> here =
          running.stream()
              .filter(job -> job.offer().offer().device().equals(Offers.device(device)))
              .toList();
      int cards =
          here.stream().mapToInt(job -> NaiveMatcher.need(job.offer(), job.request())).sum();
      view =
          view.withRoom(
              view.volumeLeft(),
              view.offer().concurrentMax() - here.size(),
              view.hardware().cards() - (view.hardware().shared() ? 0 : cards));
      book.put(view);
      naive.put(view);
    }

    private void remove() {
      Optional<Bytes32> any =
          naive.offers.keySet().stream().skip(random.nextInt(DEVICES)).findFirst();
      any.ifPresent(hash -> {
        OfferView gone = naive.offers.get(hash);
        book.remove(hash);
        naive.remove(hash);
        running.removeIf(job -> sameDevice(job.offer(), gone));
      });
    }

    private static boolean sameDevice(OfferView one, OfferView other) {
      return one.offer().device().equals(other.offer().device());
    }

    private void pass() {
      long seconds = random.nextInt(20);
      now = new Moment(now.chainS() + seconds, now.ms() + seconds * 1_000);
      tick();
    }

    private void tick() {
      book.advance(now);
      naive.advance(now);
    }

    private void ask() {
      tick();
      Request request = Offers.randomRequest(random, DEVICES);
      same(book.match(request, now), naive.choose(request, false), request);
    }

    private void quote() {
      tick();
      Request request = Offers.randomRequest(random, DEVICES);
      String holder = "holder " + random.nextInt(3);
      Optional<OfferView> want = naive.chooseFor(request, holder);
      again += naive.choose(request, false).isEmpty() && want.isPresent() ? 1 : 0;
      Placement got = book.quote(request, holder, QUOTE_MS, now);
      same(got, want, request);
      if (got instanceof Match(OfferView offer, Optional<Hold> hold)) {
        Hold expected = naive.hold(offer, request, holder, now.ms() + QUOTE_MS);
        assertThat(hold).as("seed %d", seed).contains(expected);
        quoted.add(expected);
      }
    }

    private void take() {
      tick();
      Request request = Offers.randomRequest(random, DEVICES);
      long holdId = 0;
      Optional<OfferView> want = Optional.empty();
      if (!quoted.isEmpty() && random.nextInt(3) == 0) {
        Hold hold = quoted.remove(random.nextInt(quoted.size()));
        holdId = hold.id();
        if (naive.holds.remove(hold)) {
          OfferView of = naive.of(hold);
          want =
              Optional.of(of)
                  .filter(view -> naive.meets(view, request))
                  .filter(view -> naive.room(view, true) >= NaiveMatcher.need(view, request));
        }
      }
      Optional<OfferView> chosen = want.isPresent() ? want : naive.choose(request, true);
      same(book.take(request, holdId, now), chosen, request);
      chosen.ifPresent(offer -> {
        naive.move(offer, request, -1);
        naive.makeRoom(offer);
        running.add(new Running(offer, request));
      });
    }

    private void release() {
      if (!running.isEmpty()) {
        Running job = running.remove(random.nextInt(running.size()));
        book.release(job.offer(), job.request());
        naive.move(job.offer(), job.request(), 1);
      }
    }

    private void same(Placement got, Optional<OfferView> want, Request request) {
      switch (got) {
        case Match(OfferView offer, _) -> {
          matched++;
          assertThat(Optional.of(offer)).as("seed %d", seed).isEqualTo(want);
        }
        case NoMatch none -> {
          refused++;
          assertThat(want).as("seed %d: %s", seed, none).isEmpty();
          assertThat(none.offers()).isEqualTo(naive.offers.size());
          reasonsAreTrue(none, request);
        }
      }
      story.add(got.toString());
    }

    /** Each offer asked each condition, as the refusal's members are defined. */
    private void reasonsAreTrue(NoMatch none, Request request) {
      Map<Filter, Integer> first = new EnumMap<>(Filter.class);
      Map<Filter, Integer> alone = new EnumMap<>(Filter.class);
      book.slots()
          .forEach(slot -> {
            List<Filter> failed =
                Stream.of(Filter.values())
                    .filter(filter -> !filter.admits(slot, request, now.chainS()))
                    .toList();
            first.merge(failed.getFirst(), 1, Integer::sum);
            if (failed.size() == 1) {
              alone.merge(failed.getFirst(), 1, Integer::sum);
            }
          });
      for (Refusal refusal : none.refusals()) {
        assertThat(first.remove(refusal.filter())).isEqualTo(refusal.count());
        assertThat(alone.getOrDefault(refusal.filter(), 0))
            .as("seed %d: %s", seed, refusal)
            .isEqualTo(refusal.alone());
      }
      assertThat(first).as("seed %d", seed).isEmpty();
      assertThat(none.sentence()).isNotBlank();
    }

    /** What runs on a node is never more than it has; nor is what is held and runs. */
    private void neverOverCommitted() {
      for (OfferView offer : naive.offers.values()) {
        List<Running> here =
            running.stream().filter(job -> sameDevice(job.offer(), offer)).toList();
        assertThat(here.size()).isLessThanOrEqualTo(offer.offer().concurrentMax());
        if (!offer.hardware().shared()) {
          int cards =
              here.stream().mapToInt(job -> NaiveMatcher.need(job.offer(), job.request())).sum();
          assertThat(cards).as("seed %d", seed).isLessThanOrEqualTo(offer.hardware().cards());
        }
      }
      book.slots().forEach(slot -> assertThat(slot.heldJobs).as("seed %d", seed).isNotNegative());
    }
  }

  private static void lives(int count) {
    int matched = 0;
    int refused = 0;
    int again = 0;
    for (long seed = 1; seed <= count; seed++) {
      Life life = new Life(seed).live();
      matched += life.matched;
      refused += life.refused;
      again += life.again;
    }
    assertThat(matched).isGreaterThan(count * 5);
    assertThat(refused).isGreaterThan(count * 5);
    assertThat(again).isGreaterThan(count / 100);
  }

  @Test
  void theBookChoosesWhatThePlainRulesChooseOverThousandsOfSeeds() {
    lives(2_000);
  }

  @Test
  @Tag("deep")
  void theBookChoosesWhatThePlainRulesChooseOverAHundredThousandSeeds() {
    lives(100_000);
  }

  @Test
  void theSameCallsComeToTheSameEnd() {
    for (long seed = 1; seed <= 50; seed++) {
      assertThat(new Life(seed).live().story).isEqualTo(new Life(seed).live().story);
    }
  }

  @Test
  void everyHeldQuoteIsReleasedAtItsEnd() {
    for (long seed = 1; seed <= 100; seed++) {
      Life life = new Life(seed).live();
      Moment end = new Moment(life.now.chainS(), life.now.ms() + QUOTE_MS);
      life.book.advance(end);
      assertThat(life.book.holds()).as("seed %d", seed).isZero();
      assertThat(life.book.slots())
          .as("seed %d", seed)
          .allMatch(slot -> slot.heldJobs == 0 && slot.heldPlaces == 0);
    }
  }
}
