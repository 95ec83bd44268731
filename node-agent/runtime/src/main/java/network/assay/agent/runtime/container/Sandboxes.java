package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import network.assay.agent.execute.container.Sandbox;
import network.assay.agent.execute.container.SandboxException;

/** Opens the sandboxes of this machine. */
public final class Sandboxes {
  private Sandboxes() {}

  /** Podman by its command line. */
  public static Sandbox podman(ContainerHome home) throws IOException, InterruptedException {
    return new ContainerRuns(home, new PodmanEngine(home, PodmanSetup.open(home), Cdi.standard()));
  }

  /** Bubblewrap with control groups made by hand. */
  public static Sandbox bubblewrap(ContainerHome home) throws IOException, InterruptedException {
    return new ContainerRuns(home, BubblewrapEngine.open(home));
  }

  /**
   * A sandbox by its name; {@code auto} is the first that is fit, or else podman, which says why it
   * is not.
   */
  public static Sandbox byName(String name, ContainerHome home)
      throws IOException, InterruptedException {
    return switch (name) {
      case "podman" -> podman(home);
      case "bubblewrap" -> bubblewrap(home);
      case "auto" -> {
        Sandbox podman = podman(home);
        yield podman.unfit().isEmpty() || bubblewrap(home).unfit().isPresent()
            ? podman
            : bubblewrap(home);
      }
      default -> throw new IllegalArgumentException("want podman, bubblewrap or auto, got " + name);
    };
  }

  /** Removes every image that podman keeps for this home, and with it what is mounted for them. */
  public static void dropImages(ContainerHome home)
      throws SandboxException, IOException, InterruptedException {
    PodmanSetup setup = PodmanSetup.open(home);
    Commands.Answer answer =
        Commands.run(
            Map.copyOf(setup.environment()),
            Duration.ofMinutes(1),
            setup.command(List.of("rmi", "--all", "--force")));
    if (!answer.ok()) {
      throw new SandboxException("podman does not drop its images: " + answer.complaint());
    }
  }

  /** Removes what a home leaves outside its folder; nothing of it may run any more. */
  public static void removeTraces(ContainerHome home) throws IOException {
    Cgroups.remove("assay-" + home.journalId());
    RunFolder.removeAll(Path.of("/run/assay-" + home.journalId()));
  }
}
