package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.Counters;
import network.assay.agent.execute.container.EndReason;
import network.assay.agent.execute.container.SandboxException;

/** Watches a container until it has ended, and ends it where it runs too long or talks too much. */
final class Watch {
  private static final long LOOK_MS = 20;
  private static final long THOROUGH_NS = 2_000_000_000L;
  private static final long KILL_AGAIN_NS = 5_000_000_000L;
  private static final int ABSENT_EXIT = 137;

  private final long beganNs;

  private Watch(long beganNs) {
    this.beganNs = beganNs;
  }

  /** Begins now. */
  static Watch begun() {
    return new Watch(System.nanoTime());
  }

  /** Began in an earlier life, by the clock on the wall. */
  static Watch resumed(long wallMs) {
    long elapsedMs = Math.max(0, System.currentTimeMillis() - wallMs);
    return new Watch(System.nanoTime() - elapsedMs * 1_000_000);
  }

  long elapsedMs() {
    return (System.nanoTime() - beganNs) / 1_000_000;
  }

  Engine.State.Ended untilEnd(Engine engine, RunFolder folder, ContainerLimits limits)
      throws SandboxException, IOException, InterruptedException {
    long thoroughNs = System.nanoTime() + THOROUGH_NS;
    long killedNs = 0;
    while (true) {
      boolean thorough = System.nanoTime() >= thoroughNs;
      if (thorough) {
        thoroughNs = System.nanoTime() + THOROUGH_NS;
      }
      switch (engine.state(folder, thorough)) {
        case Engine.State.Ended ended -> {
          return ended;
        }
        case Engine.State.Absent _ -> {
          return vanished(folder);
        }
        case Engine.State.Running _ -> {}
      }
      if (stopped(folder, limits) && System.nanoTime() - killedNs > KILL_AGAIN_NS) {
        killedNs = System.nanoTime();
        engine.kill(folder);
      }
      Thread.sleep(LOOK_MS);
    }
  }

  /** Somebody else removed it: nobody knows what it used. */
  private static Engine.State.Ended vanished(RunFolder folder) throws IOException {
    if (RunFolder.read(folder.stopped()).isEmpty()) {
      RunFolder.write(folder.stopped(), EndReason.KILLED.name());
    }
    return new Engine.State.Ended(ABSENT_EXIT, Counters.unknown());
  }

  /** Whether it is to be killed; the reason is written down first. */
  private boolean stopped(RunFolder folder, ContainerLimits limits) throws IOException {
    if (RunFolder.read(folder.stopped()).isPresent()) {
      return true;
    }
    Optional<EndReason> reason = Optional.empty();
    if (elapsedMs() > limits.timeMs()) {
      reason = Optional.of(EndReason.TIMED_OUT);
    } else if (size(folder.log()) > limits.logBytesMax()) {
      reason = Optional.of(EndReason.LOG_FLOOD);
    }
    if (reason.isPresent()) {
      RunFolder.write(folder.stopped(), reason.get().name());
    }
    return reason.isPresent();
  }

  private static long size(Path log) throws IOException {
    return Files.exists(log) ? Files.size(log) : 0;
  }
}
