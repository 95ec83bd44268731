package network.assay.agent.runtime.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.EndReason;
import network.assay.agent.execute.container.ImageDigest;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.Sandbox;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Devices by CDI. There is no card here: a harmless device stands for it, a second name of
 * /dev/full, made for the test.
 */
class DevicesTest {
  private static final String SPEC =
      """
      cdiVersion: "0.5.0"
      kind: "assay.test/card"
      devices:
        - name: "0"
          containerEdits:
            deviceNodes:
              - path: /dev/assay-card0
                hostPath: /dev/full
                type: c
                major: 1
                minor: 7
                permissions: rw
      """;

  @TempDir Path folder = Path.of("unset");

  @Test
  void devicesAreReadFromWhatTheDriversToolsWrite() throws IOException {
    Files.writeString(folder.resolve("card.yaml"), SPEC);
    Files.writeString(folder.resolve("broken.json"), "{\"kind\": [");
    Cdi cdi = Cdi.in(folder);
    assertThat(cdi.names()).containsExactly("assay.test/card=0");
    assertThat(cdi.nodes("assay.test/card=0").orElseThrow())
        .containsExactly(new Cdi.Node("/dev/assay-card0", Path.of("/dev/full")));
    assertThat(cdi.nodes("assay.test/card=1")).isEmpty();
  }

  @Test
  void aDeviceCountsOnlyWhereItIsTheSameInside() throws IOException {
    Files.writeString(folder.resolve("card.yaml"), SPEC);
    Cdi cdi = Cdi.in(folder);
    Path inside = folder.resolve("root/dev");
    Files.createDirectories(inside);
    List<String> wanted = List.of("assay.test/card=0");
    assertThat(cdi.missing(wanted, folder.resolve("root"))).isPresent();
    Files.writeString(inside.resolve("assay-card0"), "a file of that name");
    assertThat(cdi.missing(wanted, folder.resolve("root"))).isPresent();
    Files.delete(inside.resolve("assay-card0"));
    Files.createSymbolicLink(inside.resolve("assay-card0"), Path.of("/dev/full"));
    assertThat(cdi.missing(wanted, folder.resolve("root"))).isPresent();
  }

  @Test
  void aContainerGetsItsDeviceAndOneThatDoesNotIsNotRun() throws Exception {
    ImageDigest image = TestImage.busybox(folder.resolve("images/busybox"));
    ContainerHome home =
        ContainerHome.open(
            folder.resolve("state"), List.of(folder.resolve("images")), 64 << 20, 256 << 20);
    PodmanSetup setup = PodmanSetup.open(home);
    Assumptions.assumeTrue(setup.unfit().isEmpty(), () -> "SKIPPED: " + setup.unfit().orElse(""));
    Path node = Path.of("/dev/assay-card0");
    Assumptions.assumeTrue(
        Commands.run(
                Map.of(),
                Duration.ofMinutes(1),
                List.of("mknod", "-m", "666", node.toString(), "c", "1", "7"))
            .ok(),
        "SKIPPED: want the right to make a device node");
    Path file = Path.of("/var/run/cdi/assay-test-" + ProcessHandle.current().pid() + ".yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, SPEC.replace("/dev/full", node.toString()));
    try {
      Sandbox sandbox = new ContainerRuns(home, new PodmanEngine(home, setup, Cdi.standard()));
      ContainerSpec spec =
          card(image, "a", "ls -l /dev/assay-card0; echo x >/dev/assay-card0; true");
      ContainerOutcome outcome = sandbox.run(spec, Sandbox.InputSource.none());
      assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
      try (var log = sandbox.log(spec.run())) {
        assertThat(new String(log.readAllBytes(), UTF_8))
            .startsWith("crw")
            .contains("1,   7")
            .contains("No space");
      }
      // The file of the host names another device than the one that podman was told of.
      Path lie = folder.resolve("lie");
      Files.createDirectories(lie);
      Files.writeString(
          lie.resolve("card.yaml"), SPEC.replace("hostPath: /dev/full", "hostPath: /dev/zero"));
      Sandbox other = new ContainerRuns(home, new PodmanEngine(home, setup, Cdi.in(lie)));
      ContainerOutcome refused =
          other.run(card(image, "b", "echo ran"), Sandbox.InputSource.none());
      assertThat(refused.reason()).isEqualTo(EndReason.DEVICE_MISSING);
      assertThat(refused.detail()).contains("/dev/assay-card0");
      ContainerOutcome unknown =
          sandbox.run(
              card(image, "c", "true").withDevices(List.of("assay.test/card=9")),
              Sandbox.InputSource.none());
      assertThat(unknown.reason()).isEqualTo(EndReason.UNSUPPORTED);
      assertThat(Stranger.podman(home, List.of("ps", "--all", "--quiet")).out()).isBlank();
    } finally {
      Files.delete(file);
      Files.delete(node);
      Sandboxes.removeTraces(home);
    }
  }

  private static ContainerSpec card(ImageDigest image, String run, String script) {
    return ContainerSpec.of(new RunId(run), image, ContainerLimits.small(), "/bin/sh", "-c", script)
        .withDevices(List.of("assay.test/card=0"));
  }
}
