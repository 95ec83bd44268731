package network.assay.oracle.report;

import com.google.errorprone.annotations.CheckReturnValue;
import network.assay.contracts.protocol.Bytes32;

/**
 * The record that keeps this key from ever signing two Reports at one (epoch, seq), which slashes
 * it.
 *
 * <p>Assumption, breaks safety: once {@link #claim} has answered {@link Granted}, the claim
 * outlives any crash of process, host and power, and no older copy of the store is ever restored
 * while the epoch lives.
 */
public interface SignOnce {
  /**
   * Claims the one signature of (epoch, seq) for {@code digest}. Effects: durable before it
   * returns. Idempotent for the same digest. A failure to write must throw, never grant.
   */
  @CheckReturnValue
  Claim claim(long epoch, long seq, Bytes32 digest);

  /** The answer to a claim. */
  sealed interface Claim {}

  /** This digest, and no other, may be signed. */
  record Granted() implements Claim {}

  /** Another digest was claimed before. */
  record Refused(Bytes32 claimedBefore) implements Claim {}
}
