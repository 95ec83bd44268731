package network.assay.coordinator.app.flow;

import java.util.concurrent.CompletableFuture;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.send.TxOutcome;
import network.assay.contracts.protocol.Hex;
import network.assay.coordinator.app.store.Call;

/** Sends through the durable journal of a {@link TransactionSender}. */
public final class JournalledSender implements Sender {
  private final TransactionSender sender;

  public JournalledSender(TransactionSender sender) {
    this.sender = sender;
  }

  @Override
  public CompletableFuture<Sent> send(String key, Call call) {
    return sender
        .submit(TxIntent.call(key, call.to(), Hex.encode(call.data())))
        .thenApply(JournalledSender::sent);
  }

  private static Sent sent(TxOutcome outcome) {
    return switch (outcome) {
      case TxOutcome.Included included -> new Included(included.receipt().transactionHash());
      case TxOutcome.Reverted reverted ->
          new Failed(
              reverted.receipt().transactionHash(),
              reverted.reason().name(),
              reverted.reason().toString());
      case TxOutcome.Refused refused ->
          new Failed("", refused.reason().name(), refused.reason().toString());
      case TxOutcome.Displaced displaced ->
          new Failed("", "Displaced", "a foreign transaction used nonce " + displaced.nonce());
    };
  }
}
