package network.assay.testchain.devnet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code assay demo}: exit 0 when all ended as it should, 1 otherwise. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "A whole network on this machine: three paid jobs, an honest provider, a cheat and a silent one; then who paid whom.")
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--chain",
      defaultValue = "anvil",
      description = "anvil or besu; default ${DEFAULT-VALUE}")
  private String chain = "anvil";

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "where to keep everything; default a new folder below .assay/demo")
  private @Nullable Path folder;

  @Option(
      names = "--json",
      description = "print one JSON object on standard output; progress goes to standard error")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Progress progress = new Progress(spec.commandLine().getErr());
    Path where = folder();
    DevnetLogging.to(new DevnetLayout(where).log());
    DemoReport report = Demo.run(TestChain.Kind.parse(chain), where, progress);
    if (json) {
      spec.commandLine().getOut().println(report.toJson());
    } else {
      report.print(spec.commandLine().getOut());
    }
    spec.commandLine().getOut().flush();
    return report.failures().isEmpty() ? 0 : 1;
  }

  private Path folder() throws IOException {
    Path chosen = folder;
    if (chosen != null) {
      if (holdsFiles(chosen)) {
        throw new DevnetException(
            chosen + " is not empty: name a new folder, so that nothing of an earlier run is lost");
      }
      return Files.createDirectories(chosen).toAbsolutePath();
    }
    String stamp =
        LocalDateTime.now(java.time.ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    Path parent = Files.createDirectories(AssayHome.find().resolve(".assay/demo"));
    return Files.createTempDirectory(parent, stamp + "-").toAbsolutePath();
  }

  private static boolean holdsFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isPresent();
    }
  }
}
