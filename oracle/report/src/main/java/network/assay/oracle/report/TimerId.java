package network.assay.oracle.report;

/**
 * Names of timers. Setting one again replaces it; none is ever cancelled, because a timer that
 * fires too late is recognised and ignored.
 */
public sealed interface TimerId {
  /** The agreement's round is over. */
  record Round(long seq, long round) implements TimerId {}

  /** Send again what peers may have missed about a job. */
  record Resend(long jobId) implements TimerId {}

  /** No agreement about a job in this attempt. */
  record Attempt(long jobId, long attempt) implements TimerId {}

  /** Peers are ahead of us, and waiting did not help. */
  record CatchUp() implements TimerId {}

  /** Send our share of a report again. */
  record Share(long seq) implements TimerId {}

  /** Our turn to send the report to the chain. */
  record Transmit(long seq) implements TimerId {}
}
