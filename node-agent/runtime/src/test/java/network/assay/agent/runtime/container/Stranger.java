package network.assay.agent.runtime.container;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import network.assay.agent.execute.container.ImageDigest;

/** A container, in the same store where there is one, that an agent did not start. */
interface Stranger {

  boolean isRunning() throws Exception;

  void end() throws Exception;

  static Commands.Answer podman(ContainerHome home, List<String> words) throws Exception {
    PodmanSetup setup = PodmanSetup.open(home);
    return Commands.run(setup.environment(), Duration.ofMinutes(1), setup.command(words));
  }

  /** With podman it bears our label, even our name's beginning, but another journal's id. */
  static Stranger start(String engine, ContainerHome home, ImageDigest image, Path folder)
      throws Exception {
    return engine.equals("podman") ? inPodman(home, folder) : process();
  }

  private static Stranger inPodman(ContainerHome home, Path folder) throws Exception {
    Path layout = folder.resolve("images/busybox");
    String id = podman(home, List.of("pull", "--quiet", "oci:" + layout)).out().strip();
    String name = "assay-stranger";
    List<String> words =
        new ArrayList<>(
            List.of(
                "run",
                "--detach",
                "--name=" + name,
                "--label=network.assay.journal=ffffffffffffffff",
                "--label=network.assay.run=job-1",
                "--network=none",
                id,
                "/bin/sleep",
                "300"));
    Commands.Answer started = podman(home, words);
    if (!started.ok()) {
      throw new IllegalStateException(started.complaint());
    }
    return new Stranger() {
      @Override
      public boolean isRunning() throws Exception {
        return podman(home, List.of("inspect", "--format={{.State.Status}}", name))
            .out()
            .strip()
            .equals("running");
      }

      @Override
      public void end() throws Exception {
        podman(home, List.of("rm", "--force", "--time=0", name));
      }
    };
  }

  private static Stranger process() throws Exception {
    Process process = new ProcessBuilder("sleep", "300").start();
    return new Stranger() {
      @Override
      public boolean isRunning() {
        return process.isAlive();
      }

      @Override
      public void end() throws Exception {
        process.destroyForcibly().waitFor();
      }
    };
  }
}
