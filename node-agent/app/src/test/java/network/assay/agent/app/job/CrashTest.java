package network.assay.agent.app.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import network.assay.agent.execute.Assignment;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.Phase;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.VerdictCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent dies between any two writes of its journal, before or after the write, and is started
 * again over the same file. The job must end OK each time, with one Accept, one WorkCommit and one
 * telemetry batch a sequence number ever seen by anybody.
 */
class CrashTest {
  @TempDir Path folder;

  /**
   * Dies at its n-th write: from then on nothing of that life reaches the disk or a peer any more.
   */
  private static final class DyingJournal implements Journal {
    private final Journal disk;
    private final int dieAt;
    private final boolean afterWrite;
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicBoolean dead;

    DyingJournal(Journal disk, int dieAt, boolean afterWrite, AtomicBoolean dead) {
      this.disk = disk;
      this.dieAt = dieAt;
      this.afterWrite = afterWrite;
      this.dead = dead;
    }

    private synchronized void write(Runnable write) {
      alive();
      boolean last = writes.getAndIncrement() == dieAt;
      if (!last || afterWrite) {
        write.run();
      }
      if (last) {
        dead.set(true);
      }
      alive();
    }

    private void alive() {
      if (dead.get()) {
        throw new IllegalStateException("this life is over");
      }
    }

    @Override
    public void reserve(String slot, Bytes32 digest) {
      write(() -> disk.reserve(slot, digest));
    }

    @Override
    public void open(Assignment assignment) {
      write(() -> disk.open(assignment));
    }

    @Override
    public void promise(Promise promise) {
      write(() -> disk.promise(promise));
    }

    @Override
    public java.util.List<Promise> promises() {
      return disk.promises();
    }

    @Override
    public void openPromised(Promise promise) {
      write(() -> disk.openPromised(promise));
    }

    @Override
    public void dropPromise(long jobId) {
      write(() -> disk.dropPromise(jobId));
    }

    @Override
    public void phase(long jobId, Phase phase, String note) {
      write(() -> disk.phase(jobId, phase, note));
    }

    @Override
    public byte[] putOnce(long jobId, Artifact artifact, byte[] bytes) {
      byte[][] out = new byte[1][];
      write(() -> out[0] = disk.putOnce(jobId, artifact, bytes));
      return out[0];
    }

    @Override
    public void putUnit(long jobId, int unit, byte[] rows, byte[] result) {
      write(() -> disk.putUnit(jobId, unit, rows, result));
    }

    @Override
    public void putBatch(TelemetryBatch batch, byte[] samples) {
      write(() -> disk.putBatch(batch, samples));
    }

    @Override
    public void forget(long jobId) {
      write(() -> disk.forget(jobId));
    }

    @Override
    public Optional<Entry> find(long jobId) {
      alive();
      return disk.find(jobId);
    }

    @Override
    public List<Entry> recent(int limit) {
      alive();
      return disk.recent(limit);
    }

    @Override
    public List<Entry> unfinished() {
      alive();
      return disk.unfinished();
    }

    @Override
    public Optional<byte[]> artifact(long jobId, Artifact artifact) {
      alive();
      return disk.artifact(jobId, artifact);
    }

    @Override
    public int unitCount(long jobId) {
      alive();
      return disk.unitCount(jobId);
    }

    @Override
    public StoredUnit unit(long jobId, int unit) {
      alive();
      return disk.unit(jobId, unit);
    }

    @Override
    public List<StoredBatch> batches(long jobId) {
      alive();
      return disk.batches(jobId);
    }
  }

  @Test
  void aCrashBetweenAnyTwoWritesNeitherLosesTheJobNorSignsTwice() {
    int writes = 0;
    for (boolean finished = false; !finished; writes++) {
      boolean before = liveThrough(writes, false);
      boolean after = liveThrough(writes, true);
      finished = before && after;
      assertThat(writes).as("the number of writes is bounded").isLessThan(60);
    }
    assertThat(writes).as("crash points that were tried").isGreaterThan(12);
  }

  /** Whether the first life ended without reaching the crash. */
  private boolean liveThrough(int dieAt, boolean afterWrite) {
    WordRuntime runtime = new WordRuntime();
    FakeNet net = new FakeNet(runtime, WordRuntime.MODEL);
    Path file = folder.resolve("agent-" + dieAt + "-" + afterWrite + ".db");
    AtomicBoolean dead = new AtomicBoolean();
    try (Agents.Life first =
        new Agents.Life(
            net,
            file,
            runtime,
            ports ->
                ports.withJournal(new DyingJournal(ports.journal(), dieAt, afterWrite, dead)))) {
      net.assignments.add(net.assignment());
      Agents.await("a crash or an end", () -> dead.get() || over(net, first));
    }
    if (dead.get()) {
      try (Agents.Life second = new Agents.Life(net, file, runtime, ports -> ports)) {
        net.assignments.add(net.assignment());
        Agents.await("the end after a crash at write " + dieAt, () -> over(net, second));
      }
    }
    assertThat(net.signedByDevice)
        .as("crash at write %d", dieAt)
        .allSatisfy((slot, digests) -> assertThat(digests).hasSize(1));
    assertThat(net.verdicts.values())
        .allSatisfy(v -> assertThat(v.verdict().code()).isEqualTo(VerdictCode.OK));
    return !dead.get();
  }

  private static boolean over(FakeNet net, Agents.Life life) {
    if (net.facts(null).state() == JobState.REPORTED) {
      net.settle();
    }
    return life.journal
        .find(net.assignment().jobId())
        .filter(e -> e.phase() == Phase.CLOSED)
        .isPresent();
  }
}
