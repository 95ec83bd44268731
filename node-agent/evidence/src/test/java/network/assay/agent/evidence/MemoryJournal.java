package network.assay.agent.evidence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.agent.execute.Assignment;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.Phase;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.TelemetryBatch;

/** A journal that survives what a test survives; batches and signatures only. */
final class MemoryJournal implements Journal {
  private final Map<String, Bytes32> signed = new HashMap<>();
  private final List<StoredBatch> batches = new ArrayList<>();

  /** Runs before each write; a test throws here to simulate a crash. */
  Runnable beforeWrite = () -> {};

  @Override
  public void reserve(String slot, Bytes32 digest) {
    beforeWrite.run();
    Bytes32 known = signed.putIfAbsent(slot, digest);
    if (known != null && !known.equals(digest)) {
      throw new AlreadySignedException(slot, digest, known);
    }
  }

  @Override
  public void putBatch(TelemetryBatch batch, byte[] samples) {
    beforeWrite.run();
    if (batch.seq() != batches.size()) {
      throw new IllegalStateException(
          "want sequence number " + batches.size() + ", got " + batch.seq());
    }
    batches.add(new StoredBatch(batch, samples));
  }

  @Override
  public List<StoredBatch> batches(long jobId) {
    return List.copyOf(batches);
  }

  @Override
  public void open(Assignment assignment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void promise(Promise promise) {
    throw new UnsupportedOperationException();
  }

  @Override
  public java.util.List<Promise> promises() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void openPromised(Promise promise) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void dropPromise(long jobId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void phase(long jobId, Phase phase, String note) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Entry> find(long jobId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Entry> recent(int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Entry> unfinished() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<byte[]> artifact(long jobId, Artifact artifact) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] putOnce(long jobId, Artifact artifact, byte[] bytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int unitCount(long jobId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void putUnit(long jobId, int unit, byte[] rows, byte[] result) {
    throw new UnsupportedOperationException();
  }

  @Override
  public StoredUnit unit(long jobId, int unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void forget(long jobId) {
    throw new UnsupportedOperationException();
  }
}
