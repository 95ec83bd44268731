package network.assay.agent.execute;

import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.TelemetryBatch;

/**
 * What survives a power cut. Every method that writes has written durably when it returns, and each
 * is one transaction: a crash leaves a prefix of the writes. Finished jobs keep their outcome and
 * what was signed; their data go.
 */
public interface Journal extends SignOnce {

  /** What is kept of a job until it is over; each is written once. */
  enum Artifact {
    INPUT,
    /** Section 11's bytes. */
    NONCES,
    CIPHERTEXT,
    /** WorkCommit words. */
    WORK_COMMIT,
    BUNDLE,
    /** The consumer's signed acceptance, of grade ACCEPTED. */
    ACCEPTANCE
  }

  /** A job as it was last noted. */
  record Entry(Assignment assignment, Phase phase, String note) {}

  /** Notes a job; one that is known stays as it is. */
  void open(Assignment assignment);

  /** A job that our key accepted before it was on chain, with its input. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Promise(Assignment assignment, byte[] input) {}

  /**
   * Keeps a promise, before it is given: whoever has our Accept may open the job and die, and then
   * nobody else tells us of it. One that is known stays as it is.
   */
  void promise(Promise promise);

  List<Promise> promises();

  /** The promise's job is on chain: {@link #open}, with its input, and the promise is gone. */
  void openPromised(Promise promise);

  /** The promise's order can come on chain no more, or is somebody else's. */
  void dropPromise(long jobId);

  void phase(long jobId, Phase phase, String note);

  Optional<Entry> find(long jobId);

  /** Every job, the newest first, at most {@code limit}. */
  List<Entry> recent(int limit);

  /** Jobs that are not CLOSED. */
  List<Entry> unfinished();

  Optional<byte[]> artifact(long jobId, Artifact artifact);

  /** Writes it unless it is there; answers with what is there now. */
  byte[] putOnce(long jobId, Artifact artifact, byte[] bytes);

  /** How many units are kept; they are 0 to that number − 1. */
  int unitCount(long jobId);

  /**
   * Keeps a finished unit; units come in order.
   *
   * @param rows the work leaves of the unit, one after the other
   * @param result the unit's result leaf
   */
  void putUnit(long jobId, int unit, byte[] rows, byte[] result);

  StoredUnit unit(long jobId, int unit);

  /** What {@link #putUnit} kept. */
  @SuppressWarnings("ArrayRecordComponent") // large buffers, read once and never compared
  record StoredUnit(byte[] rows, byte[] result) {}

  /** Keeps a telemetry batch before it is signed; a sequence number is taken once. */
  void putBatch(TelemetryBatch batch, byte[] samples);

  /** All batches of a job in order. */
  List<StoredBatch> batches(long jobId);

  /** What {@link #putBatch} kept. Its signature is deterministic, so that it need not be kept. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record StoredBatch(TelemetryBatch batch, byte[] samples) {}

  /** Drops artifacts, units and batches; outcome and signatures stay. */
  void forget(long jobId);
}
