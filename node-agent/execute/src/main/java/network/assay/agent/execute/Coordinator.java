package network.assay.agent.execute;

import java.util.List;
import java.util.function.Consumer;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.WorkCommit;

/** The matchmaker: it may be slow, refuse or lie, and is believed in nothing. */
public interface Coordinator {

  /** Publishes or renews an offer. */
  void publish(Signed<Offer> offer, List<Bytes32> models) throws PortException;

  /** Hands every assignment to the sink until the stream breaks, then throws. */
  void watch(Consumer<Assignment> sink) throws PortException, InterruptedException;

  /** The job's input; the answer is cut off above {@code bytesMax}. */
  byte[] input(long jobId, int bytesMax) throws PortException;

  void deliver(long jobId, Signed<WorkCommit> commit, byte[] ciphertext) throws PortException;

  /** A hint for the consumer's time line. */
  void progress(long jobId, String phase, String message) throws PortException;
}
