package network.assay.testchain.bench.attest;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.assay.testchain.bench.BenchReport;
import network.assay.testchain.devnet.AssayHome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code assay bench attest}: verifications of real evidence in one thread. */
@Command(
    name = "attest",
    mixinStandardHelpOptions = true,
    description = {
      "Verifications of real evidence per second, in one thread, by JMH: beside their signatures",
      "alone, the goals, and @phala/dcap-qvl on the same quotes. Takes some minutes."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:measured",
      "1:a measurement failed",
      "2:skipped: no evidence beside the checkout"
    })
public final class AttestBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Option(
      names = "--iterations",
      defaultValue = "6",
      description = "of half a second each, by operation (default: ${DEFAULT-VALUE})")
  private int iterations = 6;

  @Override
  public Integer call() {
    Path home = AssayHome.find();
    Optional<RealEvidence> evidence = RealEvidence.find(home);
    if (evidence.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(
              "SKIPPED: bench attest measures real evidence, and ../shared/vectors is not beside this checkout");
      return 2;
    }
    BenchReport report = new AttestBench(evidence.get(), home, Math.clamp(iterations, 1, 60)).run();
    print(report);
    return 0;
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
