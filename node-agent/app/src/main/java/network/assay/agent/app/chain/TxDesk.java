package network.assay.agent.app.chain;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import network.assay.agent.execute.PortException;
import network.assay.contracts.client.send.IntentConflict;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TransactionSender.Status;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.send.TxOutcome;

/**
 * Sends a transaction and waits for it. A purpose (such as "accept/17") may need several tries; a
 * try under way, also one of an earlier life, is waited for before another is begun.
 */
final class TxDesk {
  /** A transaction that needs more tries than this fails for a reason that trying does not cure. */
  private static final int TRIES_MAX = 10_000;

  private final TransactionSender sender;
  private final Duration patience;

  /**
   * A desk.
   *
   * @param patience how long to wait for a transaction; it may be mined later nevertheless
   */
  TxDesk(TransactionSender sender, Duration patience) {
    this.sender = sender;
    this.patience = patience;
  }

  /**
   * Returns when the transaction was mined with success.
   *
   * @param purpose what it is for; two calls with one purpose never send at the same time
   * @param intent makes the intent with an id
   */
  void send(String purpose, Function<String, TxIntent> intent)
      throws PortException, InterruptedException {
    for (int turn = 1; turn <= TRIES_MAX; turn++) {
      String id = purpose + "/" + turn;
      if (isOver(sender.status(id))) {
        continue;
      }
      try {
        await(purpose, sender.submit(intent.apply(id)));
        return;
      } catch (IntentConflict e) {
        // An earlier life is still sending something else for this purpose: what it wanted then is
        // done or fails by itself.
        throw new PortException(purpose + ": an earlier transaction is still under way", e);
      }
    }
    throw new PortException(purpose + " failed " + TRIES_MAX + " times");
  }

  private static boolean isOver(Optional<Status> status) {
    return status
        .map(Status::phase)
        .filter(p -> p != Status.Phase.QUEUED && p != Status.Phase.SENT)
        .isPresent();
  }

  private void await(String purpose, CompletableFuture<TxOutcome> future)
      throws PortException, InterruptedException {
    try {
      var _ = future.get(patience.toMillis(), TimeUnit.MILLISECONDS).requireIncluded();
    } catch (TimeoutException e) {
      throw new PortException(purpose + " was not mined within " + patience.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new PortException(purpose + ": " + e.getMessage(), e);
    } catch (TxOutcome.TxFailed e) {
      throw new PortException(String.valueOf(e.getMessage()), e);
    }
  }
}
