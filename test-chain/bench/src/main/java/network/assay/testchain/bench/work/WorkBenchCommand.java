package network.assay.testchain.bench.work;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import network.assay.testchain.bench.BenchReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code assay bench work}: what checking GPU work costs an oracle. */
@Command(
    name = "work",
    mixinStandardHelpOptions = true,
    description = {
      "Processor time to check the opened rows of a GPU challenge (three rounds of 128 rows) at",
      "n = 4,096, 8,192 and 16,384, in one thread, operands generated from their seeds included."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:measured, every goal met", "1:a measurement failed or missed a goal"})
public final class WorkBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Option(
      names = "--repeats",
      defaultValue = "5",
      description = "of each measurement; the median counts (default: ${DEFAULT-VALUE})")
  private int repeats = 5;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    BenchReport report =
        new WorkBench(Math.clamp(repeats, 1, 1_000), line -> err.println("  " + line)).run();
    print(report);
    return report.goals().stream().allMatch(BenchReport.Goal::met) ? 0 : 1;
  }

  private void print(BenchReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.toJson());
      return;
    }
    report.figures().forEach((name, value) -> out.printf("%-48s %,14d%n", name, value));
    report.peers().forEach((name, what) -> out.printf("%-48s %s%n", name, what));
    report
        .goals()
        .forEach(g ->
            out.printf(
                "%-64s %,9d  goal %,7d %s  %s%n",
                g.name(), g.value(), g.goal(), g.unit(), g.met() ? "met" : "missed"));
  }
}
