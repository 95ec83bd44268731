package network.assay.oracle.node.chain;

import java.util.Optional;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.protocol.Committee;
import network.assay.oracle.report.QuorumReport;

/**
 * The chain as this node needs it.
 *
 * <p>Assumptions. Breaks safety: none — what a lying endpoint can bring about is that this node
 * acknowledges or judges a job that does not exist, which then settles nothing. Breaks liveness: an
 * endpoint that is silent, behind, or disagrees with the other one.
 */
public interface Chain extends AutoCloseable {
  /**
   * The newest block seen.
   *
   * @param timestampS its own time, the only clock for deadlines
   */
  record Head(long block, long timestampS) {}

  Domains domains();

  /** Throws {@link ChainException} until a block was seen. */
  Head head();

  /**
   * Blocks for a round trip; empty for a job the chain does not know. Throws {@link
   * ChainException}.
   */
  Optional<JobOnChain> job(long jobId);

  /** Cached after the first read; a committee never changes. Throws {@link ChainException}. */
  Committee committee(long epoch);

  /** The epoch that new jobs get. Throws {@link ChainException}. */
  long currentEpoch();

  /** Whether the report of this height is on chain already. Throws {@link ChainException}. */
  boolean reported(long epoch, long seq);

  /**
   * Sends the report; returns once it is in the sender's journal. Throws {@link ChainException}.
   */
  void transmit(QuorumReport report);

  HealthReading health();

  /** Begins to follow; before it nothing is delivered. */
  void start(ChainListener listener);

  @Override
  void close();
}
