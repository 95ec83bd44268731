package network.assay.testchain.bench.attest;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import network.assay.oracle.verify.attest.MeasuredOperation;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One operation and its signatures alone, in turns, by JMH, in one thread of a process of its own.
 * Both are counted in the thread's processor time, so that other work on the machine changes
 * little, and what it changes it changes for both.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AttestBenchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * Warming up is counted in processor time, too: on a busy machine seconds alone would measure the
   * interpreter. It ends after the wall time in any case.
   */
  private static final long WARM_CPU_NS = 4_000_000_000L;

  private static final long WARM_WALL_NS = 20_000_000_000L;

  /** Operations between two readings of the clock. */
  private static final int TURN = 4;

  /** Name of an operation. */
  @Param("")
  public String operation = "";

  /** Where to look for the evidence from. */
  @Param("")
  public String from = "";

  @SuppressWarnings("NullAway.Init") // JMH calls the setup first
  private MeasuredOperation measured;

  /** Processor time and how many operations took it. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Counters {
    public long onceNs;
    public long floorNs;
    public long operations;
  }

  @Setup
  public void prepare() {
    RealEvidence evidence = RealEvidence.find(Path.of(from)).orElseThrow();
    measured = Objects.requireNonNull(AttestOperations.all(evidence).get(operation), operation);
    long end = System.nanoTime() + WARM_WALL_NS;
    long enough = THREADS.getCurrentThreadCpuTime() + WARM_CPU_NS;
    while (System.nanoTime() < end && THREADS.getCurrentThreadCpuTime() < enough) {
      long spent = timed(measured.once()) + timed(measured.floor());
      if (spent < 0) {
        throw new IllegalStateException("a thread's processor time ran backwards");
      }
    }
  }

  /** Some whole operations, then as often their signatures alone. */
  @Benchmark
  public void turns(Counters counters) {
    counters.onceNs += timed(measured.once());
    counters.floorNs += timed(measured.floor());
    counters.operations += TURN;
  }

  private long timed(BooleanSupplier work) {
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < TURN; i++) {
      if (!work.getAsBoolean()) {
        throw new IllegalStateException(operation + " did not come out as it should");
      }
    }
    return THREADS.getCurrentThreadCpuTime() - start;
  }
}
