package network.assay.agent.runtime.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.ImageDigest;
import network.assay.agent.execute.container.OutputRule;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.Sandbox;

/** A process that runs one container, to be killed in the middle. */
final class AgentLife {
  private AgentLife() {}

  static ContainerSpec work(ImageDigest image, RunId run) {
    String script =
        "echo began; echo x >>/assay/out/starts; while [ ! -e /assay/out/go ]; do sleep 0.1; done; echo end";
    return ContainerSpec.of(
            run, image, ContainerLimits.small().withTimeMs(120_000), "/bin/sh", "-c", script)
        .withFiles(List.of(), List.of(new OutputRule("starts", 1, 100)));
  }

  static Sandbox open(String engine, ContainerHome home) throws Exception {
    return engine.equals("podman") ? Sandboxes.podman(home) : Sandboxes.bubblewrap(home);
  }

  static ContainerHome home(Path folder) throws Exception {
    return ContainerHome.open(
        folder.resolve("state"), List.of(folder.resolve("images")), 64 << 20, 256 << 20);
  }

  /** Arguments: engine, folder, image, run. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[1]);
    Sandbox sandbox = open(args[0], home(folder));
    ContainerSpec spec = work(new ImageDigest(args[2]), new RunId(args[3]));
    ContainerOutcome outcome = sandbox.run(spec, Sandbox.InputSource.none());
    Files.writeString(folder.resolve("outcome"), outcome.toString());
  }
}
