package network.assay.contracts.client.follow;

import java.util.List;

/** What one look at the chain found. */
sealed interface LookAhead {
  /** The height that the endpoint reported. */
  long head();

  /** Nothing new. */
  record Idle(long head) implements LookAhead {}

  /**
   * The endpoint is behind us, on our own branch: it lags, or the chain was cut and has not grown
   * again.
   */
  record Behind(long head) implements LookAhead {}

  /** Blocks that extend what was delivered. */
  record Next(long head, List<BlockLogs> blocks) implements LookAhead {}

  /** Our branch is dead above {@code ancestor}. */
  record Reorganised(long head, long ancestor) implements LookAhead {}
}
