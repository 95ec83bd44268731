package network.assay.coordinator.app.flow;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
import network.assay.coordinator.app.store.Outbox.Entry;
import network.assay.coordinator.app.store.Outbox.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what the outbox owes, and draws the consequences where the chain refused it. */
public final class OutboxWorker {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxWorker.class);

  /** As many as the sender has in flight, and as many again waiting behind them. */
  private static final int DUE_MAX = 32;

  private final Database database;
  private final Chain chain;
  private final Sender sender;
  private final OfferDesk desk;
  private final Placer placer;
  private final LongSupplier clockMs;
  private final Set<String> inFlight = ConcurrentHashMap.newKeySet();

  public OutboxWorker(
      Database database,
      Chain chain,
      Sender sender,
      OfferDesk desk,
      Placer placer,
      LongSupplier clockMs) {
    this.database = database;
    this.chain = chain;
    this.sender = sender;
    this.desk = desk;
    this.placer = placer;
    this.clockMs = clockMs;
  }

  /** Hands everything that is due and not yet on its way to the sender. */
  public void step() {
    List<Entry> due = database.transaction(tx -> Outbox.due(tx, DUE_MAX));
    for (Entry entry : due) {
      if (inFlight.add(entry.key())) {
        hand(entry);
      }
    }
  }

  private void hand(Entry entry) {
    try {
      var _ =
          sender
              .send(entry.key(), entry.call())
              .whenComplete((sent, trouble) ->
                  Thread.startVirtualThread(() -> complete(entry, sent, trouble)));
    } catch (RuntimeException e) {
      inFlight.remove(entry.key());
      throw e;
    }
  }

  private void complete(
      Entry entry,
      @org.jspecify.annotations.Nullable Sent sent,
      @org.jspecify.annotations.Nullable Throwable trouble) {
    try {
      switch (sent) {
        case null -> LOG.debug("{} stays due: {}", entry.key(), String.valueOf(trouble));
        case Included included -> done(entry, included.txHash());
        case Failed failed -> failed(entry, failed);
      }
    } catch (RuntimeException e) {
      LOG.warn("{} stays due: {}", entry.key(), e.getMessage());
    } finally {
      inFlight.remove(entry.key());
    }
  }

  private void done(Entry entry, String txHash) {
    database.transaction(tx -> {
      Outbox.done(tx, entry.key(), txHash, clockMs.getAsLong());
      return true;
    });
  }

  private void failed(Entry entry, Failed failed) {
    // A journal that was lost, or somebody else's submission of the same order: it is open all the
    // same.
    if (entry.kind() == Kind.OPEN && chain.state(entry.jobId()) != JobState.NONE) {
      done(entry, failed.txHash());
      return;
    }
    LOG.info("{} was refused: {}", entry.key(), failed.detail());
    database.transaction(tx -> {
      long nowMs = clockMs.getAsLong();
      Outbox.failed(tx, entry.key(), failed.txHash(), failed.detail(), nowMs);
      String text = entry.kind() + " refused: " + failed.detail();
      String clipped = text.length() <= 512 ? text : text.substring(0, 512);
      Notes.add(tx, entry.jobId(), new Note(nowMs, "coordinator", "REFUSED", clipped));
      return true;
    });
    if (entry.kind() == Kind.OPEN || entry.kind() == Kind.JOIN) {
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
      boolean placed = placer.place(entry.jobId(), Kind.OPEN);
      LOG.info("{} placed again: {}", entry.key(), placed);
      return;
    }
    database.transaction(tx -> {
      Jobs.giveUp(tx, entry.jobId(), failed.detail());
      return true;
    });
  }
}
