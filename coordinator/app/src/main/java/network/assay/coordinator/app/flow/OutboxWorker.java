package network.assay.coordinator.app.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import network.assay.contracts.protocol.JobState;
import network.assay.coordinator.app.flow.Sender.Failed;
import network.assay.coordinator.app.flow.Sender.Included;
import network.assay.coordinator.app.flow.Sender.Sent;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Notes;
import network.assay.coordinator.app.store.Notes.Note;
import network.assay.coordinator.app.store.Outbox;
import network.assay.coordinator.app.store.Outbox.Claimed;
import network.assay.coordinator.app.store.Outbox.Done;
import network.assay.coordinator.app.store.Outbox.Entry;
import network.assay.coordinator.app.store.Outbox.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the outbox owes, and draws the consequences where the chain refused it. Coordinators
 * on one database share the rows by claims; what a dead one had claimed is another's after {@link
 * #CLAIM}.
 */
public final class OutboxWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxWorker.class);

  /** One look takes so many rows at most; also how many ends are committed together. */
  private static final int BATCH = 50;

  /** On their way at a time; more waits in the table, where another may take it. */
  private static final int IN_FLIGHT_MAX = 400;

  /** Renewed each look; a process that stalls longer finds its rows in other hands. */
  public static final Duration CLAIM = Duration.ofSeconds(5);

  private final Database database;
  private final Chain chain;
  private final Sender sender;
  private final OfferDesk desk;
  private final Placer placer;
  private final LongSupplier clockMs;
  private final String holder;

  /** Whose claims are renewed; one that falls out by an error is anybody's after its term. */
  private final Set<String> inFlight = ConcurrentHashMap.newKeySet();

  private final Queue<Done> ended = new ConcurrentLinkedQueue<>();
  private final ReentrantLock committing = new ReentrantLock();

  /**
   * @param holder names this process's life; its claims are its own
   */
  public OutboxWorker(
      Database database,
      Chain chain,
      Sender sender,
      OfferDesk desk,
      Placer placer,
      LongSupplier clockMs,
      String holder) {
    this.database = database;
    this.chain = chain;
    this.sender = sender;
    this.desk = desk;
    this.placer = placer;
    this.clockMs = clockMs;
    this.holder = holder;
  }

  /** Hands everything that is due and in nobody's hands to the sender. */
  public void step() {
    while (true) {
      int room = Math.min(BATCH, IN_FLIGHT_MAX - inFlight.size());
      List<Claimed> claimed =
          database.transaction(tx -> {
            if (!inFlight.isEmpty()) {
              Outbox.renew(tx, holder, CLAIM, List.copyOf(inFlight));
            }
            return room <= 0 ? List.of() : Outbox.claim(tx, holder, CLAIM, room);
          });
      claimed.forEach(this::hand);
      if (claimed.size() < BATCH) {
        return;
      }
    }
  }

  private void hand(Claimed claimed) {
    inFlight.add(claimed.entry().key());
    try {
      var _ =
          sender
              .send(claimed.entry().key(), claimed.entry().call())
              .whenComplete((sent, trouble) ->
                  Thread.startVirtualThread(() -> complete(claimed, sent, trouble)));
    } catch (RuntimeException e) {
      inFlight.remove(claimed.entry().key());
      throw e;
    }
  }

  private void complete(Claimed claimed, @Nullable Sent sent, @Nullable Throwable trouble) {
    try {
      switch (sent) {
        case null -> LOG.debug("{} stays due: {}", claimed.entry().key(), String.valueOf(trouble));
        case Included included -> done(claimed, included.txHash());
        case Failed failed -> failed(claimed, failed);
      }
    } catch (RuntimeException e) {
      LOG.warn("{} stays due: {}", claimed.entry().key(), e.getMessage());
    } finally {
      if (!(sent instanceof Included)) {
        inFlight.remove(claimed.entry().key());
      }
    }
  }

  /** Ends that come together are committed together, by whoever comes first. */
  private void done(Claimed claimed, String txHash) {
    ended.add(new Done(claimed, txHash));
    while (!ended.isEmpty() && committing.tryLock()) {
      List<Done> batch = new ArrayList<>();
      try {
        while (batch.size() < BATCH && ended.peek() != null) {
          batch.add(ended.remove());
        }
        database.transaction(tx -> {
          Outbox.done(tx, batch, clockMs.getAsLong());
          return true;
        });
      } finally {
        batch.forEach(done -> inFlight.remove(done.claimed().entry().key()));
        committing.unlock();
      }
    }
  }

  private void failed(Claimed claimed, Failed failed) {
    Entry entry = claimed.entry();
    // A journal that was lost, or somebody else's submission of the same order: it is open all the
    // same.
    if (entry.kind() == Kind.OPEN && chain.state(entry.jobId()) != JobState.NONE) {
      done(claimed, failed.txHash());
      return;
    }
    LOG.info("{} was refused: {}", entry.key(), failed.detail());
    boolean ours =
        database.transaction(tx -> {
          long nowMs = clockMs.getAsLong();
          if (!Outbox.failed(tx, claimed, failed.txHash(), failed.detail(), nowMs)) {
            return false; // another coordinator took it over and draws the consequences
          }
          String text = entry.kind() + " refused: " + failed.detail();
          String clipped = text.length() <= 512 ? text : text.substring(0, 512);
          Notes.add(tx, entry.jobId(), new Note(nowMs, "coordinator", "REFUSED", clipped));
          return true;
        });
    if (ours && (entry.kind() == Kind.OPEN || entry.kind() == Kind.JOIN)) {
      afterRefusedOffer(entry, failed);
    }
  }

  private void afterRefusedOffer(Entry entry, Failed failed) {
    Attempt attempt = database.transaction(tx -> Jobs.attempt(tx, entry.jobId())).orElseThrow();
    boolean anotherMayDo =
        attempt.offerHash() != null
            && attempt.device() != null
            && desk.blame(failed.reason(), attempt.offerHash(), attempt.device());
    if (entry.kind() == Kind.JOIN) {
      return; // still FUNDED: the keeper places it again
    }
    if (anotherMayDo) {
      boolean placed = placer.place(entry.jobId());
      LOG.info("{} placed again: {}", entry.key(), placed);
      return;
    }
    database.transaction(tx -> {
      Jobs.giveUp(tx, entry.jobId(), failed.detail());
      return true;
    });
  }

  /** Gives back what is claimed, so that another coordinator takes it at once. */
  @Override
  public void close() {
    database.transaction(tx -> {
      Outbox.release(tx, holder);
      return true;
    });
  }
}
