package network.assay.testchain.bench.scheduler;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import network.assay.coordinator.match.Moment;
import network.assay.coordinator.match.OfferBook;
import network.assay.coordinator.match.OfferView;
import network.assay.coordinator.match.Placement;
import network.assay.coordinator.match.Placement.Match;
import network.assay.coordinator.match.Request;

/**
 * A fleet that is kept at seven tenths of its cards in use: each placement beyond it ends the
 * oldest job. One thread does everything: placing, refusing with reasons, giving back.
 */
final class Steady {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int USE_PERCENT = 70;

  /** Jobs between two readings of the processor's clock. */
  private static final int TURN = 256;

  private record Running(OfferView offer, Request request, int cards) {}

  private final OfferBook book = new OfferBook();
  private final List<Request> jobs;
  private final Deque<Running> running = new ArrayDeque<>();
  private final long cardsTarget;
  private long cardsUsed;
  private int next;
  private long placed;
  private long refused;
  private Samples samples = new Samples();

  Steady(List<OfferView> fleet, List<Request> jobs) {
    fleet.forEach(book::put);
    this.jobs = jobs;
    long cards = fleet.stream().mapToLong(OfferView::cardsLeft).sum();
    this.cardsTarget = cards * USE_PERCENT / 100;
    for (int i = 0; i < jobs.size() && cardsUsed < cardsTarget; i++) {
      one();
    }
  }

  /** What some time of work came to; {@code cpuNs} and {@code wallNs} are of everything. */
  record Result(long placed, long refused, long cpuNs, long wallNs, Samples samples) {
    long placedPerCpuSecond() {
      return Math.round(placed * 1e9 / cpuNs);
    }

    long placedPerWallSecond() {
      return Math.round(placed * 1e9 / wallNs);
    }
  }

  /** Works for this long of the thread's processor time. */
  Result work(long cpuNs) {
    samples = new Samples();
    placed = 0;
    refused = 0;
    long wall = System.nanoTime();
    long start = THREADS.getCurrentThreadCpuTime();
    long spent = 0;
    while (spent < cpuNs) {
      for (int i = 0; i < TURN; i++) {
        one();
      }
      spent = THREADS.getCurrentThreadCpuTime() - start;
    }
    return new Result(placed, refused, spent, System.nanoTime() - wall, samples);
  }

  private void one() {
    Request request = jobs.get(next++ % jobs.size());
    Moment now = new Moment(1_000, next);
    long start = System.nanoTime();
    Placement placement = book.take(request, 0, now);
    samples.add(System.nanoTime() - start);
    if (!(placement instanceof Match(OfferView offer, _))) {
      refused++;
      return;
    }
    placed++;
    int cards = Math.max(1, request.hardware().cards());
    running.add(new Running(offer, request, cards));
    cardsUsed += cards;
    while (cardsUsed > cardsTarget) {
      Running ended = running.removeFirst();
      book.release(ended.offer(), ended.request());
      cardsUsed -= ended.cards();
    }
  }
}
