package network.assay.coordinator.app.flow;

import java.util.concurrent.CompletableFuture;
import network.assay.coordinator.app.store.Call;

/** Sends transactions of the coordinator's key, each key once whatever crashes. */
public interface Sender {

  /** What became of one. */
  sealed interface Sent {}

  /** Mined and executed. */
  record Included(String txHash) implements Sent {}

  /**
   * Never will be, or was mined and reverted.
   *
   * @param txHash empty where nothing was mined
   * @param reason the contract's error, or our own
   * @param detail with its arguments
   */
  record Failed(String txHash, String reason, String detail) implements Sent {}

  /**
   * Effects: durable when this returns. The same key again, also after a restart, sends nothing
   * more and completes with the same end.
   */
  CompletableFuture<Sent> send(String key, Call call);
}
