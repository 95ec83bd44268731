package network.assay.contracts.client.send;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.client.rpc.CallRequest;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.send.JournalEntry.Attempt;
import network.assay.contracts.client.send.JournalEntry.State;
import network.assay.contracts.client.send.Reconciler.View;
import network.assay.contracts.client.sign.TxSigner;
import network.assay.contracts.client.sign.TxSigner.SignedTx;
import network.assay.contracts.client.sign.TxSigner.UnsignedTx;
import network.assay.contracts.protocol.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives nonces, signs, sends, raises fees. Every signed transaction is in the journal before a node
 * sees it.
 */
final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final RpcEndpoints rpc;
  private final TxJournal journal;
  private final TxSigner signer;
  private final SenderConfig config;
  private final RevertReasons reasons;

  /**
   * When a transaction was last handed to the nodes (monotonic); empty after a restart, so that all
   * are handed over again.
   */
  private final Map<String, Long> sentAtNanos = new HashMap<>();

  private long gapSinceNanos = -1;
  private @Nullable String trouble;

  Dispatcher(
      RpcEndpoints rpc,
      TxJournal journal,
      TxSigner signer,
      SenderConfig config,
      RevertReasons reasons) {
    this.rpc = rpc;
    this.journal = journal;
    this.signer = signer;
    this.config = config;
    this.reasons = reasons;
  }

  /** What stands in the way, in a sentence; null where nothing does. */
  @Nullable String trouble() {
    return trouble;
  }

  void run(View view) {
    trouble = null;
    reopenVanished(view);
    for (JournalEntry entry : journal.inState(State.SENT, config.inFlightMax())) {
      if (entry.requireNonce() >= view.nonce()) {
        keepAlive(entry, view);
      }
    }
    launchQueued(view);
    fillGap(view);
  }

  /**
   * A reorganisation deeper than finalityBlocks: what was final is not on the chain any more, and
   * goes out again as it was.
   */
  private void reopenVanished(View view) {
    if (journal.highestNonce().orElse(-1L) < view.nonce()) {
      return;
    }
    for (JournalEntry entry : journal.finalFrom(view.nonce())) {
      LOG.error(
          "{}: nonce {} was final and is not on the chain; sending it again",
          entry.intent().id(),
          entry.requireNonce());
      journal.unmined(entry.intent().id());
    }
  }

  private void keepAlive(JournalEntry entry, View view) {
    Attempt last = entry.lastAttempt();
    @Nullable Long sentAt = sentAtNanos.get(last.hash());
    if (sentAt == null) {
      send(last);
    } else if (System.currentTimeMillis() - last.signedAtMs() >= config.bumpAfter().toMillis()
        || last.fees().max().compareTo(view.baseFee()) < 0) {
      raise(entry, view);
    } else if (System.nanoTime() - sentAt >= config.bumpAfter().toNanos() / 3) {
      send(last); // a node may have dropped it from its pool
    }
  }

  private void raise(JournalEntry entry, View view) {
    Attempt last = entry.lastAttempt();
    Optional<Fees> fees = last.fees().bumped(view.baseFee(), config.maxFeePerGasCap());
    if (fees.isEmpty()) {
      trouble =
          entry.intent().id()
              + " is not mined at "
              + last.fees().max()
              + " wei per gas, and the cap of "
              + config.maxFeePerGasCap()
              + " leaves no room for a rise (base fee "
              + view.baseFee()
              + ")";
      if (System.nanoTime() - sentAtNanos.getOrDefault(last.hash(), 0L)
          >= config.bumpAfter().toNanos() / 3) {
        send(last);
      }
      return;
    }
    Attempt next = sign(entry.intent(), entry.requireNonce(), entry.gasLimit(), fees.get());
    LOG.info(
        "{}: nonce {} not mined, raising its fee to {} wei per gas",
        entry.intent().id(),
        entry.nonce(),
        fees.get().max());
    journal.addAttempt(entry.intent().id(), next);
    send(next);
  }

  private void launchQueued(View view) {
    int inFlight = journal.inState(State.SENT, config.inFlightMax()).size();
    for (JournalEntry entry : journal.inState(State.QUEUED, config.inFlightMax() - inFlight)) {
      long gas =
          entry.intent().gasLimit() > 0
              ? entry.intent().gasLimit()
              : estimate(entry.intent(), inFlight > 0);
      if (gas == 0) {
        return; // stays queued, and the order of submission stays
      }
      if (gas > 0) {
        launch(entry.intent(), gas, view);
        inFlight++;
      }
    }
  }

  private void launch(TxIntent intent, long gas, View view) {
    long nonce = journal.freeNonce(view.nonce());
    Fees fees = Fees.first(view.baseFee(), config.priorityFeePerGas(), config.maxFeePerGasCap());
    Attempt attempt = sign(intent, nonce, gas, fees);
    journal.launch(intent.id(), nonce, gas, attempt);
    send(attempt);
  }

  /**
   * Gas to offer; 0 where it cannot be told now, −1 where the intent was refused. With others in
   * flight a revert may only mean that it builds on them: then it waits.
   */
  private long estimate(TxIntent intent, boolean othersInFlight) {
    CallRequest message =
        new CallRequest(
            signer.address().hex(),
            intent.to().map(Address::hex).orElse(null),
            intent.data(),
            intent.valueWei(),
            0);
    try {
      long estimate = rpc.read("the gas of " + intent.id(), node -> node.estimateGas(message));
      if (estimate > TxIntent.GAS_MAX) {
        return refuse(
            intent,
            RevertReason.own(
                "GasAboveCap", String.valueOf(estimate), String.valueOf(TxIntent.GAS_MAX)));
      }
      return Math.min(estimate + estimate * config.gasMarginPercent() / 100, TxIntent.GAS_MAX);
    } catch (RpcException.ErrorAnswer e) {
      if (e.isRevert() && !othersInFlight) {
        return refuse(intent, reasons.decode(e));
      }
      trouble = e.isRevert() ? trouble : intent.id() + " waits: " + e.getMessage();
      return 0;
    }
  }

  private long refuse(TxIntent intent, RevertReason reason) {
    LOG.info("{} is not sent: {}", intent.id(), reason);
    journal.refused(intent.id(), reason);
    return -1;
  }

  /**
   * A nonce below ours that nothing has (foreign transactions that a reorganisation removed) blocks
   * everything above it. After a while without a queued intent that would take it, an empty payment
   * to ourselves does.
   */
  private void fillGap(View view) {
    long free = journal.freeNonce(view.nonce());
    boolean gap =
        journal.inState(State.SENT, config.inFlightMax()).stream()
            .anyMatch(e -> e.requireNonce() > free);
    if (!gap) {
      gapSinceNanos = -1;
      return;
    }
    long now = System.nanoTime();
    if (gapSinceNanos < 0) {
      gapSinceNanos = now;
    } else if (now - gapSinceNanos >= config.bumpAfter().toNanos()) {
      LOG.warn(
          "nonce {} of {} is missing and blocks others: filling it with an empty payment",
          free,
          signer.address());
      TxIntent filler =
          new TxIntent(
              "fill-nonce-" + free, Optional.of(signer.address()), "0x", BigInteger.ZERO, 21_000);
      if (journal.admit(filler).state() == State.QUEUED) {
        launch(filler, 21_000, view);
      }
    }
  }

  private Attempt sign(TxIntent intent, long nonce, long gas, Fees fees) {
    SignedTx signed =
        signer.sign(
            new UnsignedTx(
                rpc.chainId(),
                nonce,
                gas,
                fees.priority(),
                fees.max(),
                intent.to(),
                intent.valueWei(),
                intent.data()));
    return new Attempt(signed.hash(), signed.raw(), fees, System.currentTimeMillis());
  }

  private void send(Attempt attempt) {
    sentAtNanos.put(attempt.hash(), System.nanoTime());
    rpc.broadcast(attempt.raw()).ifPresent(refusal -> refused(attempt, refusal));
  }

  private void refused(Attempt attempt, RpcException refusal) {
    String message = String.valueOf(refusal.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("nonce too low") || message.contains("nonce_too_low")) {
      return; // mined or displaced: the next look says which
    }
    trouble = "transaction " + attempt.hash() + " was not taken: " + refusal.getMessage();
    LOG.warn("{}", trouble);
  }

  /** Forgets what is no longer in flight. */
  void forgetAllBut(List<JournalEntry> inFlight) {
    sentAtNanos
        .keySet()
        .removeIf(hash ->
            inFlight.stream()
                .flatMap(e -> e.attempts().stream())
                .noneMatch(a -> a.hash().equals(hash)));
  }
}
