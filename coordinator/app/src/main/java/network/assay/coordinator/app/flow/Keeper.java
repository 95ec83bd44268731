package network.assay.coordinator.app.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.coordinator.app.store.Call;
import network.assay.coordinator.app.store.ChainEvents;
import network.assay.coordinator.app.store.ChainEvents.Shown;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Outbox;
import network.assay.coordinator.app.store.Outbox.Entry;
import network.assay.coordinator.app.store.Outbox.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what anyone may do and nobody else is sure to: defaults after deadlines, the next attempt
 * after a silent device, the slash after a fraud's window, the consumer's claim.
 */
public final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  /** A look at each open attempt, a second apart; more than this waits for the next look. */
  private static final int OPEN_MAX = 2_000;

  /** The chain refused it so often: somebody must look. */
  private static final int FAILURES_MAX = 10;

  /** After an unpaid order's deadline, for a transaction that is still under way. */
  private static final long GIVE_UP_AFTER_S = 120;

  private final Database database;
  private final Chain chain;
  private final OfferDesk desk;
  private final Placer placer;
  private final LongSupplier clockMs;
  private final Runnable wake;
  private final WaitingRoom room;

  public Keeper(
      Database database,
      Chain chain,
      OfferDesk desk,
      Placer placer,
      LongSupplier clockMs,
      Runnable wake) {
    this.database = database;
    this.chain = chain;
    this.desk = desk;
    this.placer = placer;
    this.clockMs = clockMs;
    this.wake = wake;
    this.room = new WaitingRoom(database, chain, desk, placer, clockMs);
  }

  /** One round over everything that is open. */
  public void step() {
    long nowS = chain.nowS();
    desk.dropExpired(nowS);
    List<Attempt> waiting = new ArrayList<>();
    for (Attempt attempt : database.transaction(tx -> Jobs.open(tx, OPEN_MAX))) {
      try {
        tend(attempt, nowS, waiting);
      } catch (Chain.ChainUnavailable e) {
        throw e;
      } catch (RuntimeException e) {
        LOG.warn("job {}: {}", JobIds.text(attempt.jobId()), e.getMessage());
      }
    }
    if (room.step(waiting)) {
      wake.run();
    }
  }

  private void tend(Attempt attempt, long nowS, List<Attempt> waiting) {
    boolean late = nowS > attempt.deadlineS();
    switch (attempt.state()) {
      case NONE -> unpaid(attempt, nowS);
      case FUNDED -> {
        if (funded(attempt, late)) {
          waiting.add(attempt);
        }
      }
      case ASSIGNED -> {
        if (late) {
          silent(attempt, nowS);
        }
      }
      case RUNNING, CHECKPOINTED, COMMITTED -> {
        if (late) {
          owe(attempt, Kind.EXPIRE, expire(attempt));
        }
      }
      case REPORTED -> reported(attempt, nowS);
      case DISPUTED, FINAL, REFUNDED, CANCELLED, EXPIRED -> {}
    }
  }

  private void unpaid(Attempt attempt, long nowS) {
    Job job = job(attempt);
    if (nowS > job.order().orderDeadline() + GIVE_UP_AFTER_S
        && chain.state(attempt.jobId()) == JobState.NONE) {
      database.transaction(tx -> {
        Jobs.giveUp(tx, attempt.jobId(), "the order's deadline passed before it was opened");
        return true;
      });
      return;
    }
    // Refused, and we died before another offer was chosen.
    boolean refused =
        database.transaction(tx ->
            !Outbox.owes(tx, attempt.jobId(), Kind.OPEN)
                && Outbox.failures(tx, attempt.jobId(), Kind.OPEN)
                    == Outbox.count(tx, attempt.jobId(), Kind.OPEN));
    if (refused && attempt.attempt() == 1 && placer.place(attempt.jobId())) {
      wake.run();
    }
  }

  /** Whether it waits for a node. */
  private boolean funded(Attempt attempt, boolean late) {
    if (late) {
      owe(attempt, Kind.EXPIRE, expire(attempt));
      return false;
    }
    return !database.transaction(tx ->
        Outbox.owes(tx, attempt.jobId(), Kind.JOIN) || Outbox.owes(tx, attempt.jobId(), Kind.OPEN));
  }

  /** Nobody accepted: the next attempt where there is one, otherwise the refund. */
  private void silent(Attempt attempt, long nowS) {
    Job job = job(attempt);
    boolean attemptsLeft = attempt.attempt() < job.order().attemptsMax();
    boolean stopped = database.transaction(tx -> Jobs.isStopped(tx, job.orderHash()));
    if (!stopped && attemptsLeft && nowS <= job.order().orderDeadline()) {
      if (attempt.offerHash() != null) {
        owe(
            attempt,
            Kind.RETRY,
            chain.retry(
                job.order(), attempt.attempt(), attempt.offerHash(), shown(attempt).card()));
      }
    } else if (!attemptsLeft || nowS > attempt.deadlineS() + chain.bounds().retryGraceS()) {
      owe(attempt, Kind.EXPIRE, expire(attempt));
    }
  }

  private void reported(Attempt attempt, long nowS) {
    if (nowS <= attempt.deadlineS()) {
      return;
    }
    boolean fraud = attempt.verdictCode() == VerdictCode.FRAUD.code();
    if (fraud && !attempt.slashed()) {
      Shown shown = shown(attempt);
      owe(attempt, Kind.SLASH, chain.slash(attempt.jobId(), shown.card(), shown.outcome()));
      return;
    }
    if (attempt.refunded().signum() == 0) {
      settle(attempt);
      return;
    }
    long bucketS = chain.bounds().bucketS();
    long matureAfterS = Math.ceilDiv(attempt.deadlineS(), bucketS) * bucketS;
    if (nowS <= matureAfterS) {
      return;
    }
    Job job = job(attempt);
    if (chain.claimable(job.order().consumer()).signum() > 0) {
      owe(attempt, Kind.CLAIM, chain.claim(job.order().consumer()));
    } else {
      settle(attempt);
    }
  }

  private Call expire(Attempt attempt) {
    return chain.expire(attempt.jobId(), shown(attempt).card());
  }

  private Shown shown(Attempt attempt) {
    return database.transaction(tx -> ChainEvents.shown(tx, attempt.jobId()));
  }

  private Job job(Attempt attempt) {
    return database.transaction(tx -> Jobs.find(tx, attempt.orderHash())).orElseThrow();
  }

  private void settle(Attempt attempt) {
    database.transaction(tx -> {
      Jobs.settle(tx, attempt.jobId());
      return true;
    });
  }

  private void owe(Attempt attempt, Kind kind, Call call) {
    if (kind != Kind.CLAIM && movedOn(attempt)) {
      return; // its event is on the way
    }
    boolean owed =
        database.transaction(tx -> {
          Jobs.lock(tx, attempt.jobId());
          if (Outbox.owes(tx, attempt.jobId(), kind)
              || Outbox.failures(tx, attempt.jobId(), kind) >= FAILURES_MAX) {
            return false;
          }
          int next = Outbox.count(tx, attempt.jobId(), kind) + 1;
          String key =
              "%s/%s/%d"
                  .formatted(
                      kind.name().toLowerCase(java.util.Locale.ROOT),
                      JobIds.text(attempt.jobId()),
                      next);
          Entry entry = new Entry(key, kind, attempt.jobId(), call);
          return Outbox.add(tx, entry, clockMs.getAsLong());
        });
    if (owed) {
      wake.run();
    }
  }

  private boolean movedOn(Attempt attempt) {
    JobState state = chain.state(attempt.jobId());
    return state != attempt.state()
        && !(state == JobState.FINAL && attempt.state() == JobState.REPORTED);
  }

  /** For health: what is still open. */
  public List<Attempt> open() {
    return database.transaction(tx -> Jobs.open(tx, OPEN_MAX));
  }
}
