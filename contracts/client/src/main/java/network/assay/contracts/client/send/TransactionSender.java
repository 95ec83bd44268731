package network.assay.contracts.client.send;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.TxReceipt;
import network.assay.contracts.client.send.JournalEntry.Mined;
import network.assay.contracts.client.send.JournalEntry.State;
import network.assay.contracts.client.send.Reconciler.View;
import network.assay.contracts.client.sign.TxSigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the transactions of one key, each intent once, through crashes, dropped pools, rising fees
 * and reorganisations.
 *
 * <p>The journal makes doubling impossible by its shape: an intent gets one nonce and keeps it, a
 * nonce gets one intent, and a signed transaction is durable before any node sees it. After a
 * restart whatever was sent is looked for on the chain by all its hashes, and handed over again as
 * it was where it is not there.
 *
 * <p>Assumptions. Breaks safety (an intent done twice): none. Breaks liveness: no endpoint answers;
 * the key's balance is empty; base fees stay above the cap; another program uses the same key (then
 * an intent may end {@link TxOutcome.Displaced}).
 */
public final class TransactionSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionSender.class);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private final RpcEndpoints rpc;
  private final TxSigner signer;
  private final SenderConfig config;
  private final JournalHome home;
  private final TxJournal journal;
  private final Reconciler reconciler;
  private final Dispatcher dispatcher;
  private final Map<String, CompletableFuture<TxOutcome>> waiting = new ConcurrentHashMap<>();

  private volatile boolean closed;
  private volatile boolean woken;
  private volatile @Nullable Thread thread;
  private volatile HealthReading health =
      HealthReading.down("the transaction sender has not looked at the chain yet");

  /**
   * @param store of its own or shared with the rest of the process; one process per file
   * @param reasons with the error signatures of the contracts called
   * @throws network.assay.contracts.client.store.StoreException where the journal belongs to
   *     another chain
   */
  public TransactionSender(
      RpcEndpoints rpc,
      TxSigner signer,
      SqliteStore store,
      SenderConfig config,
      RevertReasons reasons) {
    this(rpc, signer, JournalHome.of(store), config, reasons);
  }

  /**
   * Over a journal that several processes share: only the holder of its lease sends, the others
   * wait for the outcomes of what they submitted.
   *
   * @param home with the tables of {@link TxJournal} already made
   * @throws network.assay.contracts.client.store.StoreException where the journal belongs to
   *     another chain
   */
  public TransactionSender(
      RpcEndpoints rpc,
      TxSigner signer,
      JournalHome home,
      SenderConfig config,
      RevertReasons reasons) {
    this.rpc = rpc;
    this.home = home;
    this.signer = signer;
    this.config = config;
    String genesis =
        rpc.read("the genesis block", node -> node.header(0))
            .map(BlockHeader::hash)
            .orElse("unknown");
    this.journal = new TxJournal(home, signer.address(), rpc.chainId(), genesis);
    this.reconciler = new Reconciler(rpc, journal, signer.address(), config, reasons);
    this.dispatcher = new Dispatcher(rpc, journal, signer, config, reasons);
  }

  /** Starts the sending thread; at most once. */
  public void start() {
    if (thread != null || closed) {
      throw new IllegalStateException("the sender of " + signer.address() + " was started before");
    }
    thread = Thread.ofVirtual().name("send-" + signer.address()).start(this::run);
  }

  public Address address() {
    return signer.address();
  }

  /**
   * Effects: the intent is in the journal when this returns, and will be sent. Submitting the same
   * id and content again, also after a restart, sends nothing more and waits for the same outcome.
   *
   * @return completes when the transaction is {@code confirmations} deep, or will never be; it
   *     never completes by itself where neither happens, so give it a time-out of your own.
   *     Cancelling it does not cancel the transaction.
   * @throws IntentConflict where the id was used with another receiver, value or data
   */
  public CompletableFuture<TxOutcome> submit(TxIntent intent) {
    CompletableFuture<TxOutcome> future =
        waiting.computeIfAbsent(intent.id(), id -> new CompletableFuture<>());
    try {
      journal.admit(intent);
    } catch (RuntimeException e) {
      // Somebody else may wait for the same id with the right content: only our own wish fails.
      if (!(e instanceof IntentConflict)) {
        waiting.remove(intent.id(), future);
      }
      throw e;
    }
    wake();
    return future.copy();
  }

  /** Shorthand for {@link #submit(TxIntent)}. */
  public CompletableFuture<TxOutcome> submit(
      String intentId, Address to, String data, BigInteger valueWei) {
    return submit(new TxIntent(intentId, Optional.of(to), data, valueWei, 0));
  }

  /**
   * Like {@link #submit(TxIntent)} for a caller who reads the outcome from the chain's events, or
   * not at all.
   *
   * @throws IntentConflict where the id was used with another receiver, value or data
   */
  public void enqueue(TxIntent intent) {
    journal.admit(intent);
    wake();
  }

  private void wake() {
    woken = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    Duration pause = config.pollInterval();
    while (!closed) {
      try {
        woken = false;
        tick();
        pause = config.pollInterval();
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.warn("sender of {}: {}; trying again", signer.address(), e.getMessage(), e);
        }
        health = HealthReading.down("sender of " + signer.address() + ": " + e.getMessage());
        pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
      }
      if (!closed && !woken) {
        LockSupport.parkNanos(pause.toNanos());
      }
    }
  }

  /**
   * One look at the chain and what follows from it. Called by the sending thread; a test may call
   * it in its place.
   */
  void tick() {
    if (!home.holds().getAsBoolean()) {
      standBy();
      return;
    }
    View view = rpc.read("the state of " + signer.address(), reconciler::run);
    dispatcher.run(view);
    settleWaiting(view);
    List<JournalEntry> inFlight = journal.inState(State.SENT, config.inFlightMax());
    dispatcher.forgetAllBut(inFlight);
    @Nullable String trouble = dispatcher.trouble();
    health =
        trouble == null
            ? HealthReading.up(
                "sender of "
                    + signer.address()
                    + ": "
                    + inFlight.size()
                    + " in flight at block "
                    + view.head())
            : HealthReading.degraded("sender of " + signer.address() + ": " + trouble);
  }

  /** Another process sends; we only look how our own submissions ended. */
  private void standBy() {
    dispatcher.forgetAllBut(List.of());
    if (!waiting.isEmpty()) {
      settleWaiting(
          rpc.read("the head", node -> new View(node.head().number(), BigInteger.ZERO, 0)));
    }
    health = HealthReading.up("sender of " + signer.address() + ": another coordinator sends");
  }

  private void settleWaiting(View view) {
    waiting.forEach((id, future) ->
        journal
            .find(id)
            .flatMap(entry -> outcome(entry, view))
            .ifPresent(outcome -> {
              waiting.remove(id, future);
              future.complete(outcome);
            }));
  }

  private Optional<TxOutcome> outcome(JournalEntry entry, View view) {
    String id = entry.intent().id();
    return switch (entry.state()) {
      case QUEUED, SENT -> Optional.empty();
      case REFUSED -> Optional.of(new TxOutcome.Refused(id, reason(entry)));
      case DISPLACED -> Optional.of(new TxOutcome.Displaced(id, entry.requireNonce()));
      case MINED, FINAL -> minedOutcome(entry, view);
    };
  }

  private Optional<TxOutcome> minedOutcome(JournalEntry entry, View view) {
    Mined mined = entry.requireMined();
    if (view.head() - mined.blockNumber() + 1 < config.confirmations()) {
      return Optional.empty();
    }
    Optional<TxReceipt> receipt =
        rpc.read("the receipt of " + entry.intent().id(), node -> node.receipt(mined.hash()));
    return receipt
        .filter(r -> r.blockHash().equals(mined.blockHash()))
        .map(r ->
            r.succeeded()
                ? new TxOutcome.Included(entry.intent().id(), r)
                : new TxOutcome.Reverted(entry.intent().id(), r, reason(entry)));
  }

  private static RevertReason reason(JournalEntry entry) {
    RevertReason reason = entry.reason();
    return reason == null ? RevertReason.own("None") : reason;
  }

  /** Where an intent stands; empty where it was never submitted. */
  public Optional<Status> status(String intentId) {
    return journal
        .find(intentId)
        .map(e ->
            new Status(
                Status.Phase.valueOf(e.state().name()),
                Optional.ofNullable(e.nonce()),
                e.attempts().stream().map(JournalEntry.Attempt::hash).toList()));
  }

  /**
   * Where an intent stands.
   *
   * @param nonce empty while queued or refused
   * @param hashes of every transaction signed for it, oldest first; one of them is mined at most
   */
  public record Status(Phase phase, Optional<Long> nonce, List<String> hashes) {
    /** QUEUED → SENT ⇄ MINED → FINAL; QUEUED → REFUSED; SENT → DISPLACED. */
    public enum Phase {
      QUEUED,
      SENT,
      MINED,
      FINAL,
      REFUSED,
      DISPLACED
    }
  }

  /**
   * UP after a look without trouble; DEGRADED names what keeps a transaction from being mined; DOWN
   * without a look.
   */
  public HealthReading health() {
    Thread running = thread;
    if (closed || (running != null && !running.isAlive())) {
      return HealthReading.down("the sender of " + signer.address() + " is stopped");
    }
    return health;
  }

  /**
   * Stops after the look in progress. What is in flight goes on at the next start. The store stays
   * open.
   */
  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      LockSupport.unpark(running);
      try {
        if (!running.join(Duration.ofSeconds(10))) {
          LOG.warn("the sender of {} did not stop within 10 s", signer.address());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    waiting.values().forEach(f -> f.cancel(false));
  }
}
