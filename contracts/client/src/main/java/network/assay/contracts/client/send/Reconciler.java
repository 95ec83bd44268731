package network.assay.contracts.client.send;

import java.math.BigInteger;
import java.util.Optional;
import network.assay.contracts.client.rpc.CallRequest;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.rpc.RpcNode;
import network.assay.contracts.client.rpc.TxReceipt;
import network.assay.contracts.client.send.JournalEntry.Attempt;
import network.assay.contracts.client.send.JournalEntry.Mined;
import network.assay.contracts.client.send.JournalEntry.State;
import network.assay.contracts.protocol.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the journal to what the chain says: mined, vanished again, final, displaced. Sends
 * nothing.
 */
final class Reconciler {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  /** More than inFlightMax at most in SENT; a finality window of full flights in MINED. */
  private static final int ENTRIES_MAX = 10_000;

  private final RpcEndpoints rpc;
  private final TxJournal journal;
  private final Address sender;
  private final SenderConfig config;
  private final RevertReasons reasons;

  Reconciler(
      RpcEndpoints rpc,
      TxJournal journal,
      Address sender,
      SenderConfig config,
      RevertReasons reasons) {
    this.rpc = rpc;
    this.journal = journal;
    this.sender = sender;
    this.config = config;
    this.reasons = reasons;
  }

  /** One endpoint's view of the account: the head's height and the account's nonce there. */
  record View(long head, BigInteger baseFee, long nonce) {}

  /** One look; every question of it goes to one endpoint. */
  View run(RpcNode node) {
    var head = node.head();
    long nonce = node.nonceLatest(sender.hex());
    for (JournalEntry entry : journal.inState(State.MINED, ENTRIES_MAX)) {
      checkMined(node, entry, head.number());
    }
    for (JournalEntry entry : journal.inState(State.SENT, ENTRIES_MAX)) {
      if (entry.requireNonce() < nonce) {
        checkSent(node, entry);
      }
    }
    return new View(head.number(), head.baseFeePerGas(), nonce);
  }

  private void checkMined(RpcNode node, JournalEntry entry, long head) {
    Mined mined = entry.requireMined();
    Optional<TxReceipt> receipt = node.receipt(mined.hash());
    boolean stands = receipt.isPresent() && receipt.get().blockHash().equals(mined.blockHash());
    if (stands) {
      if (head - mined.blockNumber() >= config.finalityBlocks()) {
        journal.close(entry.intent().id(), State.FINAL);
      }
    } else if (!node.header(mined.blockNumber())
        .map(h -> h.hash().equals(mined.blockHash()))
        .orElse(false)) {
      // Gone, or unknown to an endpoint that lags: then it is found again at the next look, and
      // sending it again is harmless.
      LOG.warn(
          "{}: block {} with its transaction was reorganised away",
          entry.intent().id(),
          mined.blockNumber());
      journal.unmined(entry.intent().id());
    }
  }

  private void checkSent(RpcNode node, JournalEntry entry) {
    for (Attempt attempt : entry.attempts()) {
      Optional<TxReceipt> receipt = node.receipt(attempt.hash());
      if (receipt.isPresent()) {
        TxReceipt r = receipt.get();
        @Nullable RevertReason reason = r.succeeded() ? null : revertReason(node, entry, r);
        journal.mined(
            entry.intent().id(),
            new Mined(r.transactionHash(), r.blockNumber(), r.blockHash(), r.succeeded()),
            reason);
        return;
      }
    }
    closeIfDisplaced(entry);
  }

  /**
   * A foreign nonce is believed only when it is final, and by two endpoints where there are two:
   * money hangs on it.
   */
  private void closeIfDisplaced(JournalEntry entry) {
    boolean displaced =
        rpc.compareRead(
            "whether nonce " + entry.requireNonce() + " of " + sender + " is taken",
            q -> {
              long finalHeight = q.blockNumber() - config.finalityBlocks();
              return finalHeight >= 0
                  && q.node().nonceAt(sender.hex(), finalHeight) > entry.requireNonce()
                  && entry.attempts().stream().allMatch(a -> q.node().receipt(a.hash()).isEmpty());
            });
    if (displaced) {
      LOG.error(
          "{}: a foreign transaction used nonce {} of {}",
          entry.intent().id(),
          entry.requireNonce(),
          sender);
      journal.close(entry.intent().id(), State.DISPLACED);
    }
  }

  /**
   * Receipts carry no reason: the message is run again on the state it met, or nearly (transactions
   * before it in the block).
   */
  private RevertReason revertReason(RpcNode node, JournalEntry entry, TxReceipt receipt) {
    TxIntent intent = entry.intent();
    if (receipt.gasUsed() >= entry.gasLimit()) {
      return RevertReason.own("OutOfGas", String.valueOf(entry.gasLimit()));
    }
    CallRequest again =
        new CallRequest(
            sender.hex(),
            intent.to().map(Address::hex).orElse(null),
            intent.data(),
            intent.valueWei(),
            entry.gasLimit());
    try {
      node.call(again, Math.max(0, receipt.blockNumber() - 1));
      return RevertReason.own("None", "the same message succeeds on the state before its block");
    } catch (RpcException.ErrorAnswer e) {
      return reasons.decode(e);
    }
  }
}
