package network.assay.contracts.client.send;

import network.assay.contracts.client.rpc.TxReceipt;

/** What became of an intent. */
public sealed interface TxOutcome {
  String intentId();

  /** Mined and executed. */
  record Included(String intentId, TxReceipt receipt) implements TxOutcome {}

  /** Mined and reverted; the fee is spent, the nonce used. */
  record Reverted(String intentId, TxReceipt receipt, RevertReason reason) implements TxOutcome {}

  /**
   * Never sent: executing it at the head would revert, or it needs more gas than a transaction may
   * have.
   */
  record Refused(String intentId, RevertReason reason) implements TxOutcome {}

  /**
   * Never mined and never will be: a transaction that is not ours used its nonce, and that is
   * final. Somebody else has this key, or a journal was lost.
   */
  record Displaced(String intentId, long nonce) implements TxOutcome {}

  /**
   * The receipt, where the transaction was mined and did not revert; otherwise throws {@link
   * TxFailed}.
   */
  default TxReceipt requireIncluded() {
    return switch (this) {
      case Included included -> included.receipt();
      case Reverted reverted ->
          throw new TxFailed(intentId() + " reverted with " + reverted.reason(), this);
      case Refused refused ->
          throw new TxFailed(intentId() + " was not sent: " + refused.reason(), this);
      case Displaced displaced ->
          throw new TxFailed(
              intentId() + " was displaced: a foreign transaction used nonce " + displaced.nonce(),
              this);
    };
  }

  /** A transaction that had to succeed did not. */
  final class TxFailed extends RuntimeException {
    private final transient TxOutcome outcome;

    TxFailed(String message, TxOutcome outcome) {
      super(message);
      this.outcome = outcome;
    }

    public TxOutcome outcome() {
      return outcome;
    }
  }
}
