package network.assay.agent.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.OutputFile;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.Sandbox;
import network.assay.agent.execute.container.SandboxException;
import network.assay.agent.runtime.container.ContainerHome;
import network.assay.agent.runtime.container.Sandboxes;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one container here, exactly as a job would run, and says what came of it. */
@Command(
    name = "try",
    description =
        "Run a container on this machine as a job would be, without any network or money.",
    mixinStandardHelpOptions = true)
final class TryCommand implements Callable<Integer> {
  private static final int FAILED = 4;
  private static final RunId RUN = new RunId("try");

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SPEC",
      description = "JSON: image, argv, inputs, outputs, limits; see docs/CONTAINERS.md.")
  Path file = Path.of("spec.json");

  @Option(
      names = "--images",
      description = "Folder with OCI layouts (folders or .tar); may be given several times.")
  List<Path> images = List.of();

  @Option(
      names = "--engine",
      defaultValue = "auto",
      description = "podman, bubblewrap or auto (default: ${DEFAULT-VALUE}).")
  String engine = "auto";

  @Option(
      names = "--state",
      defaultValue = "/var/lib/assay-try",
      description = "Where images and runs are kept (default: ${DEFAULT-VALUE}).")
  Path state = Path.of("/var/lib/assay-try");

  @Option(names = "--into", description = "Folder to copy the outputs to.")
  Optional<Path> into = Optional.empty();

  @Option(names = "--json", description = "The outcome as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    TrySpec wanted = TrySpec.load(file);
    ContainerHome home =
        ContainerHome.open(state, images, TrySpec.IMAGE_BYTES_MAX, 2 * TrySpec.IMAGE_BYTES_MAX);
    try {
      Sandbox sandbox = Sandboxes.byName(engine, home);
      Optional<String> unfit = sandbox.unfit();
      if (unfit.isPresent()) {
        throw new ConfigProblem(unfit.get());
      }
      Set<RunId> _ = sandbox.sweep(Set.of());
      ContainerSpec container = wanted.container(RUN);
      ContainerOutcome outcome = sandbox.run(container, wanted::open);
      show(sandbox, outcome);
      if (into.isPresent()) {
        copy(sandbox, outcome, into.get());
      }
      sandbox.forget(RUN);
      return outcome.succeeded() ? 0 : FAILED;
    } catch (SandboxException e) {
      throw new ConfigProblem(String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new ConfigProblem(file + ": " + e.getMessage(), e);
    }
  }

  private void show(Sandbox sandbox, ContainerOutcome outcome) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(TrySpec.Shown.of(sandbox.describe(), outcome)));
      return;
    }
    out.println("sandbox   " + sandbox.describe());
    out.println("outcome   " + outcome.reason() + ": " + outcome.detail());
    out.println(
        "used      cpu "
            + text(outcome.counters().cpuNs())
            + " ns, memory peak "
            + text(outcome.counters().memoryPeakBytes())
            + " bytes, "
            + outcome.wallMs()
            + " ms");
    outcome
        .outputs()
        .forEach(one ->
            out.println("output    " + one.path() + " " + one.bytes() + " bytes " + one.root()));
    out.println("log       " + outcome.log().bytes() + " bytes " + outcome.log().root());
  }

  private static String text(java.util.OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "unknown";
  }

  private static void copy(Sandbox sandbox, ContainerOutcome outcome, Path folder)
      throws IOException {
    for (OutputFile output : outcome.outputs()) {
      Path target = folder.resolve(output.path());
      Files.createDirectories(target.toAbsolutePath().getParent());
      try (InputStream in = sandbox.output(RUN, output)) {
        long _ = Files.copy(in, target);
      }
    }
  }
}
