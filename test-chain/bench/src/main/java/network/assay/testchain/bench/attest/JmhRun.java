package network.assay.testchain.bench.attest;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import network.assay.testchain.devnet.DevnetException;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link AttestBenchmark} for one operation: short iterations, one fork, bounded time. */
final class JmhRun {
  private static final int WARMUPS = 1;

  private final Path from;
  private final int iterations;

  /**
   * @param from folder from which the evidence is looked for
   * @param iterations of 500 ms each, after four seconds of processor time for warming up
   */
  JmhRun(Path from, int iterations) {
    this.from = from;
    this.iterations = iterations;
  }

  /**
   * Mean processor time.
   *
   * @param onceNs of one operation
   * @param floorNs of its signatures alone
   */
  record Times(double onceNs, double floorNs) {}

  Times measure(String operation) {
    OptionsBuilder options = new OptionsBuilder();
    options
        .include(AttestBenchmark.class.getName().replace(".", "\\.") + "\\.turns$")
        .param("operation", operation)
        .param("from", from.toString())
        .forks(1)
        .threads(1)
        .warmupIterations(WARMUPS)
        .warmupTime(TimeValue.seconds(1))
        .measurementIterations(iterations)
        .measurementTime(TimeValue.milliseconds(500))
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT)
        // What it writes would stand in our report.
        .jvmArgs("-Xmx512m", "-XX:+UseSerialGC", "--sun-misc-unsafe-memory-access=allow");
    try {
      Collection<RunResult> results = new Runner(options.build()).run();
      RunResult counted = results.iterator().next();
      double operations = counter(counted, "operations");
      return new Times(
          counter(counted, "onceNs") / operations, counter(counted, "floorNs") / operations);
    } catch (RunnerException e) {
      throw new DevnetException(
          "the measurement of " + operation + " failed: " + e.getMessage(), e);
    }
  }

  private static double counter(RunResult counted, String name) {
    return Objects.requireNonNull(counted.getSecondaryResults().get(name), name).getScore();
  }
}
