package network.assay.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.ImageDigest;
import network.assay.agent.execute.container.OutputFile;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.Sandbox;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a kill -9 of the agent leaves, the next life takes up or cleans away; and nothing else. */
class KilledAgentTest {
  private static final RunId RUN = new RunId("job-1");

  @TempDir Path folder = Path.of("unset");

  private ImageDigest begin(String engine) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    ImageDigest image = TestImage.busybox(folder.resolve("images/busybox"));
    Sandbox sandbox = AgentLife.open(engine, AgentLife.home(folder));
    Assumptions.assumeTrue(
        sandbox.unfit().isEmpty(), () -> "SKIPPED: " + sandbox.unfit().orElse(""));
    return image;
  }

  /** Starts an agent, waits until its container is at work, and kills the agent. */
  private void killInTheMiddle(String engine, ImageDigest image) throws Exception {
    Process agent =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AgentLife.class.getName(),
                engine,
                folder.toString(),
                image.text(),
                RUN.text())
            .inheritIO()
            .start();
    Path log = RunFolder.of(AgentLife.home(folder).runs(), RUN).log();
    await(() -> Files.exists(log) && Files.readString(log).contains("began"));
    agent.destroyForcibly();
    assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(folder.resolve("outcome")).doesNotExist();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long endNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(endNs);
      Thread.sleep(20);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"podman", "bubblewrap"})
  void theNextLifeTakesTheRunUp(String engine) throws Exception {
    ImageDigest image = begin(engine);
    killInTheMiddle(engine, image);
    ContainerHome home = AgentLife.home(folder);
    Sandbox next = AgentLife.open(engine, home);
    assertThat(next.sweep(Set.of(RUN))).isEmpty();
    Files.writeString(RunFolder.of(home.runs(), RUN).out().resolve("go"), "");
    ContainerOutcome outcome = next.run(AgentLife.work(image, RUN), Sandbox.InputSource.none());
    assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
    OutputFile starts = outcome.outputs().getFirst();
    try (InputStream in = next.output(RUN, starts)) {
      assertThat(in.readAllBytes()).as("it ran once").hasSize(2);
    }
    assertThat(outcome.counters().cpuNs()).isPresent();
    end(engine, home, next);
  }

  @ParameterizedTest
  @ValueSource(strings = {"podman", "bubblewrap"})
  void theNextLifeCleansAwayWhatNobodyWantsAndNothingElse(String engine) throws Exception {
    ImageDigest image = begin(engine);
    killInTheMiddle(engine, image);
    ContainerHome home = AgentLife.home(folder);
    Stranger stranger = Stranger.start(engine, home, image, folder);
    Sandbox next = AgentLife.open(engine, home);
    assertThat(next.sweep(Set.of())).containsExactly(RUN);
    assertThat(home.runs()).isEmptyDirectory();
    assertThat(stranger.isRunning()).isTrue();
    stranger.end();
    end(engine, home, next);
  }

  private static void end(String engine, ContainerHome home, Sandbox sandbox) throws Exception {
    assertThat(sandbox.sweep(Set.of())).isSubsetOf(RUN);
    assertThat(LeftProcesses.inCgroup("assay-" + home.journalId())).isEmpty();
    if (engine.equals("podman")) {
      assertThat(Stranger.podman(home, List.of("ps", "--all", "--quiet")).out()).isBlank();
    }
    Sandboxes.removeTraces(home);
  }
}
