package network.assay.contracts.client.send;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One intent as the journal has it.
 *
 * @param nonce assigned before signing, never changed; null while queued or refused
 * @param gasLimit what the attempts offer; 0 while queued
 * @param attempts every signed transaction of this nonce, oldest first
 * @param mined where it is, while mined
 * @param reason why it was refused or reverted
 */
record JournalEntry(
    TxIntent intent,
    State state,
    @Nullable Long nonce,
    long gasLimit,
    List<Attempt> attempts,
    @Nullable Mined mined,
    @Nullable RevertReason reason) {
  enum State {
    /** Written down, no nonce yet. */
    QUEUED,
    /** Has a nonce and at least one signed transaction; not in a block as far as we know. */
    SENT,
    /** In a block that may still be reorganised away. */
    MINED,
    /** In a block deeper than finalityBlocks. */
    FINAL,
    REFUSED,
    DISPLACED
  }

  /** One signed transaction. */
  record Attempt(String hash, String raw, Fees fees, long signedAtMs) {}

  record Mined(String hash, long blockNumber, String blockHash, boolean succeeded) {}

  Attempt lastAttempt() {
    return attempts.getLast();
  }

  long requireNonce() {
    Long n = nonce;
    if (n == null) {
      throw new IllegalStateException(intent.id() + " in state " + state + " has no nonce");
    }
    return n;
  }

  Mined requireMined() {
    Mined m = mined;
    if (m == null) {
      throw new IllegalStateException(intent.id() + " in state " + state + " is in no block");
    }
    return m;
  }
}
