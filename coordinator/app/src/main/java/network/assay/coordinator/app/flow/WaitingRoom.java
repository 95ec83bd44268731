package network.assay.coordinator.app.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.coordinator.app.flow.OfferDesk.Served;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Waiting;
import network.assay.coordinator.app.store.Waiting.Place;
import network.assay.coordinator.app.store.Waiting.Queued;
import network.assay.coordinator.match.FairQueue;
import network.assay.coordinator.match.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Paid attempts that wait for a node, in a {@link FairQueue}: start-time fair turns between
 * consumers, and a node kept for whoever waited too long. What it comes to is told in the database,
 * for every coordinator; only the keeper's seat has the queue itself.
 */
final class WaitingRoom {
  private static final Logger LOG = LoggerFactory.getLogger(WaitingRoom.class);

  /** After so long others may not go past a job that needs more of a node than is ever free. */
  private static final long PATIENCE_MS = 30_000;

  /** Of the time between placements; what is older says little. */
  private static final double LEARN = 0.2;

  private final Database database;
  private final Chain chain;
  private final OfferDesk desk;
  private final Placer placer;
  private final LongSupplier clockMs;
  private final FairQueue queue;
  private List<Queued> told = List.of();
  private boolean isTold;
  private long servedAtMs = -1;
  private double eachMs = -1;

  WaitingRoom(Database database, Chain chain, OfferDesk desk, Placer placer, LongSupplier clockMs) {
    this.database = database;
    this.chain = chain;
    this.desk = desk;
    this.placer = placer;
    this.clockMs = clockMs;
    this.queue = desk.queue(PATIENCE_MS);
  }

  /**
   * One round.
   *
   * @param funded attempts that are paid, in time and joining nothing
   * @return whether a transaction is owed now that was not before
   */
  boolean step(List<Attempt> funded) {
    Map<Bytes32, Attempt> attempts = new HashMap<>();
    Map<Bytes32, Job> jobs = new HashMap<>();
    Map<Bytes32, Request> wishes = new HashMap<>();
    for (Attempt attempt : funded) {
      Job job = database.transaction(tx -> Jobs.find(tx, attempt.orderHash())).orElseThrow();
      Optional<Request> wish = placer.wish(job, attempt);
      if (wish.isPresent()) {
        attempts.put(job.orderHash(), attempt);
        jobs.put(job.orderHash(), job);
        wishes.put(job.orderHash(), wish.get());
      }
    }
    refill(jobs, wishes);
    boolean owed = false;
    for (Served served : desk.serve(queue, chain.nowS())) {
      Bytes32 order = served.job().id();
      owed |=
          join(
              served,
              Objects.requireNonNull(jobs.get(order)),
              Objects.requireNonNull(attempts.get(order)));
    }
    tell(attempts);
    return owed;
  }

  /** The queue holds those and no others, each as it asks now; who stays keeps his place. */
  private void refill(Map<Bytes32, Job> jobs, Map<Bytes32, Request> wishes) {
    for (FairQueue.Waiting waiting : queue.waiting()) {
      if (!waiting.request().equals(wishes.get(waiting.id()))) {
        desk.leave(queue, waiting.id());
      }
    }
    jobs.values().stream()
        .sorted(Comparator.comparingLong(Job::createdAtMs).thenComparing(Job::orderHash))
        .forEach(job ->
            queue.add(
                new FairQueue.Waiting(
                    job.orderHash(),
                    job.order().consumer(),
                    Objects.requireNonNull(wishes.get(job.orderHash())),
                    job.createdAtMs())));
  }

  private boolean join(Served served, Job job, Attempt attempt) {
    try {
      // The mined JOIN's event may still be on its way: ask before a second one is sent.
      if (chain.state(attempt.jobId()) != JobState.FUNDED) {
        desk.giveBack(served);
        return false;
      }
      placer.join(job, attempt, served.offer());
    } catch (RuntimeException e) {
      desk.giveBack(served);
      LOG.warn("job {} waits on: {}", JobIds.text(attempt.jobId()), e.getMessage());
      return false;
    }
    desk.used(served);
    learn();
    return true;
  }

  private void learn() {
    long nowMs = clockMs.getAsLong();
    if (servedAtMs >= 0) {
      double lastMs = nowMs - servedAtMs;
      eachMs = eachMs < 0 ? lastMs : eachMs + LEARN * (lastMs - eachMs);
    }
    servedAtMs = nowMs;
  }

  private void tell(Map<Bytes32, Attempt> attempts) {
    List<Queued> now = new ArrayList<>();
    List<FairQueue.Waiting> order = desk.order(queue);
    long fallback = order.isEmpty() || eachMs >= 0 ? -1 : database.transaction(Waiting::lately);
    for (FairQueue.Waiting waiting : order) {
      long position = now.size();
      Attempt attempt = attempts.get(waiting.id());
      if (attempt != null) {
        long estimateMs = eachMs < 0 ? fallback : Math.round((position + 1) * eachMs);
        now.add(new Queued(attempt.jobId(), new Place(position, estimateMs)));
      }
    }
    if (!isTold || !now.equals(told)) {
      database.transaction(tx -> {
        Waiting.put(tx, now);
        return true;
      });
      told = now;
      isTold = true;
    }
  }
}
