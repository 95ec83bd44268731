package network.assay.agent.execute;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.WorkCommit;

/** The matchmaker: it may be slow, refuse or lie, and is believed in nothing. */
public interface Coordinator {

  /** Publishes or renews an offer, with what the node says that it has. */
  void publish(Signed<Offer> offer, List<Bytes32> models, NodeHardware hardware)
      throws PortException;

  /**
   * Hands every assignment to the sink until the stream breaks, then throws.
   *
   * @param asked gets what is not on chain yet, and waits for {@link #accept} for a moment
   */
  void watch(Consumer<Assignment> sink, Consumer<Assignment> asked)
      throws PortException, InterruptedException;

  /** Takes a job that is not on chain yet, so that one transaction opens and accepts it. */
  void accept(Signed<Accept> accept) throws PortException;

  /** The job's input; the answer is cut off above {@code bytesMax}. */
  byte[] input(long jobId, int bytesMax) throws PortException;

  void deliver(long jobId, Signed<WorkCommit> commit, byte[] ciphertext) throws PortException;

  /**
   * The consumer's acceptance of the job's result, as it came; empty before there is one.
   * Unchecked.
   */
  default Optional<byte[]> acceptance(long jobId) throws PortException {
    return Optional.empty();
  }

  /** Hints for the consumer: at most {@link LogLine#AT_ONCE_MAX} lines at once. */
  default void log(long jobId, List<LogLine> lines) throws PortException {}

  /** A hint for the consumer's time line. */
  void progress(long jobId, String phase, String message) throws PortException;
}
