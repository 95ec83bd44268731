package network.assay.coordinator.match;

import static network.assay.coordinator.match.Offers.NOW;
import static network.assay.coordinator.match.Offers.book;
import static network.assay.coordinator.match.Offers.cards;
import static network.assay.coordinator.match.Offers.device;
import static network.assay.coordinator.match.Offers.node;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.coordinator.match.FairQueue.Placed;
import network.assay.coordinator.match.FairQueue.Waiting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairQueueTest {
  private static final long PATIENCE_MS = 60_000;
  private int jobs;

  private Waiting job(int consumer, Request request, Moment now) {
    return new Waiting(Keccak.hashUtf8("job " + jobs++), device(consumer), request, now.ms());
  }

  private static Moment after(long seconds) {
    return new Moment(NOW.chainS(), NOW.ms() + seconds * 1_000);
  }

  private static List<Integer> consumers(List<Placed> placed) {
    return placed.stream().map(p -> (int) p.job().consumer().toArray()[19]).toList();
  }

  @Test
  void aFloodOfOneConsumerDoesNotDelayAnother() {
    FairQueue queue = new FairQueue(new FairShare(), PATIENCE_MS);
    for (int i = 0; i < 1_000; i++) {
      queue.add(job(1, cards(1, 20), NOW));
    }
    queue.add(job(2, cards(1, 20), NOW));
    queue.add(job(2, cards(1, 20), NOW));
    assertThat(consumers(queue.drain(book(node(1, 10, 4)), NOW))).containsExactly(1, 2, 1, 2);
  }

  @Test
  void whoAskedForNothingSavesNothingUp() {
    FairShare share = new FairShare();
    for (int i = 0; i < 100; i++) {
      share.charge(device(1), 60);
    }
    assertThat(share.start(device(2))).isEqualTo(share.start(device(1)) - 60);
  }

  /** Both wait all the time for what can be placed: the bound of start-time fair queueing. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void ofTwoWhoAlwaysWaitNeitherGetsMoreThanTwoLargestJobsAhead(long seed) {
    Random random = new Random(seed);
    FairQueue queue = new FairQueue(new FairShare(), Long.MAX_VALUE);
    OfferBook book = book(node(1, 10, 4), node(2, 10, 4));
    Map<Address, Long> given = new HashMap<>();
    List<Placed> running = new ArrayList<>();
    long largest = 0;
    for (int round = 0; round < 2_000; round++) {
      // Many at first: who waits for nothing has nothing to be fair about.
      for (int i = 0; i < (round == 0 ? 60 : 3); i++) {
        int consumer = 1 + i % 3;
        Request request = withWindow(cards(1, 20), 10 + random.nextInt(500));
        largest = Math.max(largest, FairShare.cost(request));
        queue.add(job(consumer, request, NOW));
      }
      for (Placed placed : queue.drain(book, NOW)) {
        long cost = FairShare.cost(placed.job().request());
        given.merge(placed.job().consumer(), cost, Long::sum);
        running.add(placed);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int consumer = 1; consumer <= 3; consumer++) {
          least = Math.min(least, given.getOrDefault(device(consumer), 0L));
          most = Math.max(most, given.getOrDefault(device(consumer), 0L));
        }
        assertThat(most - least).as("seed %d", seed).isLessThanOrEqualTo(2 * largest);
      }
      Placed ended = running.remove(random.nextInt(running.size()));
      book.release(ended.offer(), ended.job().request());
    }
  }

  private static Request withWindow(Request r, long seconds) {
    return new Request(
        r.unit(),
        r.deviceClass(),
        r.hardware(),
        r.regions(),
        r.grade(),
        r.priceMax(),
        seconds,
        r.model(),
        0,
        r.excludedDevices(),
        r.excludedOperators());
  }

  @Test
  void aLargeJobIsNotStarvedBySmallOnesThatAlwaysGoPast() {
    FairQueue queue = new FairQueue(new FairShare(), PATIENCE_MS);
    OfferBook book = book(node(1, 10, 8), node(2, 10, 8));
    List<Placed> running = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      queue.add(job(2 + i, cards(1, 20), NOW));
    }
    running.addAll(queue.drain(book, NOW));
    assertThat(running).hasSize(16);
    Waiting large = job(1, cards(8, 20), NOW);
    queue.add(large);
    long placedAtS = -1;
    for (int second = 1; second < 600 && placedAtS < 0; second++) {
      // Each second one small job ends and another comes: eight cards are never free by chance.
      Placed ended = running.removeFirst();
      book.release(ended.offer(), ended.job().request());
      queue.add(job(20 + second % 50, cards(1, 20), after(second)));
      for (Placed placed : queue.drain(book, after(second))) {
        running.add(placed);
        placedAtS = placed.job().equals(large) ? second : placedAtS;
      }
    }
    // Its patience, and then as long as sixteen small ones take to end.
    assertThat(placedAtS).isBetween(60L, 60L + 17);
  }

  @Test
  void theNodeKeptForALargeJobIsEverybodysOnceTheJobIsGone() {
    FairQueue queue = new FairQueue(new FairShare(), PATIENCE_MS);
    OfferBook book = book(node(1, 10, 8));
    queue.add(job(2, cards(1, 20), NOW));
    queue.drain(book, NOW);
    Waiting large = job(1, cards(8, 20), NOW);
    queue.add(large);
    queue.drain(book, after(61));
    assertThat(book.match(cards(1, 20), after(61))).isInstanceOf(Placement.NoMatch.class);
    queue.remove(large.id(), book);
    assertThat(book.match(cards(1, 20), after(61))).isInstanceOf(Placement.Match.class);
  }

  /** Whatever came before: where all are alike and room suffices, the order told is kept to. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theOrderToldIsTheOrderOfPlacing(long seed) {
    Random random = new Random(seed);
    FairShare share = new FairShare();
    for (int i = 0; i < 20; i++) {
      share.charge(device(1 + random.nextInt(4)), 1 + random.nextInt(500));
    }
    FairQueue queue = new FairQueue(share, PATIENCE_MS);
    for (int i = 0; i < 30; i++) {
      queue.add(job(1 + random.nextInt(4), cards(1 + random.nextInt(3), 20), NOW));
    }
    OfferBook book = new OfferBook();
    for (int i = 0; i < 40; i++) {
      book.put(node(i, 10, 3));
    }
    List<Waiting> told = queue.order();
    assertThat(told).hasSize(30).doesNotHaveDuplicates();
    assertThat(queue.drain(book, NOW).stream().map(Placed::job)).isEqualTo(told);
    assertThat(queue.order()).isEmpty();
  }

  @Test
  void aJobThatANodeIsKeptForIsToldToBeNext() {
    FairQueue queue = new FairQueue(new FairShare(), PATIENCE_MS);
    OfferBook book = book(node(1, 10, 8));
    queue.add(job(2, cards(1, 20), NOW));
    queue.drain(book, NOW);
    Waiting large = job(1, cards(8, 20), NOW);
    queue.add(job(3, cards(8, 20), after(30)));
    queue.add(large);
    queue.drain(book, after(61));
    assertThat(queue.order().getFirst()).isEqualTo(large);
    assertThat(queue.order()).hasSize(2);
  }

  @Test
  void theSameQueueIsDrainedInTheSameOrder() {
    assertThat(drained(7)).isEqualTo(drained(7)).isNotEqualTo(drained(8));
  }

  private static List<Bytes32> drained(long seed) {
    Random random = new Random(seed);
    FairQueue queue = new FairQueue(new FairShare(), PATIENCE_MS);
    OfferBook book = new OfferBook();
    for (int i = 0; i < 10; i++) {
      book.put(node(i, 10 + random.nextInt(50), 1 + random.nextInt(8)));
    }
    for (int i = 0; i < 200; i++) {
      Request request = cards(1 + random.nextInt(8), random.nextInt(80));
      queue.add(
          new Waiting(Keccak.hashUtf8("job " + i), device(random.nextInt(9)), request, NOW.ms()));
    }
    return queue.drain(book, NOW).stream().map(placed -> placed.job().id()).toList();
  }
}
