package network.assay.testchain.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import network.assay.testchain.devnet.AssayHome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code assay bench gas}: whole-transaction gas of the real contracts on Anvil, Osaka rules.
 * Deterministic.
 */
@Command(
    name = "gas",
    mixinStandardHelpOptions = true,
    description = "Whole-transaction gas beside the goals and the peers' figures.")
final class GasCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Option(names = "--write", description = "write contracts/gas.json")
  private boolean write;

  @Option(
      names = "--check",
      description = "fail where a figure of contracts/gas.json grew by more than one in a thousand")
  private boolean check;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    BenchReport report = GasBench.run();
    if (json) {
      out.println(report.toJson());
    } else {
      report
          .goals()
          .forEach(g ->
              out.printf(
                  "%-56s %,10d  goal %,10d  %s%n",
                  g.name(),
                  g.value(),
                  g.goal(),
                  g.met() ? "met" : "missed by " + (g.value() - g.goal())));
    }
    Path file = AssayHome.find().resolve("contracts/gas.json");
    if (write) {
      Files.writeString(file, GasFile.of(report).toJson() + "\n");
    }
    return check ? GasFile.read(file).compare(report, spec.commandLine().getErr()) : 0;
  }
}
