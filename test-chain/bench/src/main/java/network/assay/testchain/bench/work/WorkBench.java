package network.assay.testchain.bench.work;

import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.work.gemm.GemmCheck;
import network.assay.testchain.bench.BenchReport;
import network.assay.testchain.bench.BenchReport.Goal;

/** One run of everything, and what it came to beside the goals. */
final class WorkBench {
  /** What GOALS allows a check of three rounds of 128 rows, one core, seeds included. */
  private static final Map<Integer, Long> GOALS_MS = goals();

  private static final int WARM_SIZE = 2_048;
  private static final int WARM_CHECKS = 30;

  private final int repeats;
  private final Consumer<String> progress;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Map<String, Long> figures = new LinkedHashMap<>();
  private final List<Goal> goals = new ArrayList<>();

  /**
   * @param repeats of each measurement; the median counts
   * @param progress gets a sentence for each step
   */
  WorkBench(int repeats, Consumer<String> progress) {
    this.repeats = repeats;
    this.progress = progress;
  }

  private static Map<Integer, Long> goals() {
    Map<Integer, Long> goals = new LinkedHashMap<>();
    goals.put(4_096, 150L);
    goals.put(8_192, 500L);
    goals.put(16_384, 2_000L);
    return goals;
  }

  BenchReport run() {
    progress.accept("warming up");
    SampleWork warm = SampleWork.of(WARM_SIZE);
    for (int i = 0; i < WARM_CHECKS; i++) {
      check(warm);
    }
    GOALS_MS.forEach(this::measure);
    Map<String, String> peers = new LinkedHashMap<>();
    peers.put("GraVal", "needs 8 H200 to verify (GOALS.md)");
    return new BenchReport("work", machine(), versions(), figures, peers, goals);
  }

  private void measure(int n, long goalMs) {
    progress.accept("computing the rows of n = " + n);
    SampleWork work = SampleWork.of(n);
    progress.accept("checking them");
    long[] cpuMs = new long[repeats];
    long[] wallMs = new long[repeats];
    check(work);
    for (int i = 0; i < repeats; i++) {
      long cpu = threads.getCurrentThreadCpuTime();
      long wall = System.nanoTime();
      check(work);
      wallMs[i] = (System.nanoTime() - wall) / 1_000_000;
      cpuMs[i] = (threads.getCurrentThreadCpuTime() - cpu) / 1_000_000;
    }
    Arrays.sort(cpuMs);
    Arrays.sort(wallMs);
    figures.put("check_n" + n + "_cpu_ms", cpuMs[repeats / 2]);
    figures.put("check_n" + n + "_wall_ms", wallMs[repeats / 2]);
    figures.put("opening_n" + n + "_bytes", (long) work.opening().length);
    goals.add(
        Goal.atMost(
            "check of a GPU challenge, n = " + n + ", one core", cpuMs[repeats / 2], goalMs, "ms"));
  }

  private static void check(SampleWork work) {
    Finding finding =
        GemmCheck.check(
            work.commit(),
            work.draw(),
            new SecureRandom(),
            new ByteArrayInputStream(work.opening()));
    if (!finding.holds()) {
      throw new IllegalStateException("honest rows were not accepted: " + finding);
    }
  }

  private static Map<String, String> machine() {
    return Map.of(
        "processors",
        Integer.toString(Runtime.getRuntime().availableProcessors()),
        "os",
        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  private static Map<String, String> versions() {
    return Map.of("java", Runtime.version().toString());
  }
}
