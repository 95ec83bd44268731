package network.assay.oracle.node.chain;

/**
 * What happens on chain, as the follower sees it; called from its thread, possibly more than once
 * for one thing.
 */
public interface ChainListener {
  /** A newer block. */
  void onHead(Chain.Head head);

  /** The report of (epoch, seq) is on chain. */
  void onReportAccepted(long epoch, long seq);

  /** A verdict settled this job, or something else ended it or moved it; re-read it. */
  void onJobMoved(long jobId, String event);

  /** A new committee takes new jobs. */
  void onEpoch(long epoch);
}
