package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.assay.agent.execute.container.Sandbox;

class PodmanSandboxTest extends SandboxContract {

  @Override
  Sandbox open(ContainerHome home) throws IOException, InterruptedException {
    return Sandboxes.podman(home);
  }

  private Commands.Answer podman(String... words) throws Exception {
    PodmanSetup setup = PodmanSetup.open(home);
    return Commands.run(
        Map.copyOf(setup.environment()),
        java.time.Duration.ofMinutes(1),
        setup.command(List.of(words)));
  }

  @Override
  List<String> leftovers() throws Exception {
    if (sandbox.unfit().isPresent()) {
      return List.of();
    }
    List<String> left = new ArrayList<>(podman("ps", "--all", "--quiet").out().lines().toList());
    left.addAll(LeftProcesses.inCgroup("assay-" + home.journalId()));
    try (Stream<Path> ended = Files.list(home.state().resolve("ended"))) {
      ended.map(Path::toString).forEach(left::add);
    }
    return left;
  }

  @Override
  void tearDown() throws Exception {
    if (sandbox.unfit().isEmpty()) {
      podman("rmi", "--all", "--force");
      Sandboxes.removeTraces(home);
    }
  }
}
