package network.assay.testchain.bench.scheduler;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import network.assay.testchain.bench.BenchReport;
import network.assay.testchain.devnet.AssayHome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code assay bench scheduler}: placements with GPU constraints in one thread. */
@Command(
    name = "scheduler",
    mixinStandardHelpOptions = true,
    description = {
      "Placements per second with GPU constraints on 5,000 and 100,000 nodes, in one thread; real",
      "arrivals where ../shared/data is there. Other schedulers' figures are those they published."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:measured, every goal met", "1:a measurement failed or missed a goal"})
public final class SchedulerBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Option(
      names = "--milliseconds",
      defaultValue = "5000",
      description = "of each measurement (default: ${DEFAULT-VALUE})")
  private int milliseconds = 5_000;

  @Override
  public Integer call() {
    Path home = AssayHome.find();
    if (AzureTrace.find(home).isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(
              "SKIPPED: real arrivals, as ../shared/data/azure-llm is not beside this checkout; the synthetic mix is measured");
    }
    BenchReport report = new SchedulerBench(home, Math.clamp(milliseconds, 100, 60_000)).run();
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
