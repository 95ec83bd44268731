package network.assay.agent.execute.container;

import java.util.Optional;

/**
 * What was seen when a container ended; {@link #reason} is the one place that says what it means.
 *
 * @param exitCode of its first process
 * @param stoppedFor why we killed it, if we did: TIMED_OUT, LOG_FLOOD, DEVICE_MISSING or KILLED
 * @param logCut whether it wrote more than it may
 * @param diskFull whether its disk had no room left, in bytes or files, at the end or shortly
 *     before
 */
public record EndFacts(
    int exitCode,
    Optional<EndReason> stoppedFor,
    Counters counters,
    boolean logCut,
    boolean diskFull) {
  private static final int SIGKILL = 128 + 9;

  /**
   * The limit that was hit names the end; a container that met a limit, coped and ended well has
   * EXITED. An outside stop comes first, for the container did not choose it.
   */
  public EndReason reason() {
    if (stoppedFor.isPresent()
        && stoppedFor.get() != EndReason.TIMED_OUT
        && stoppedFor.get() != EndReason.LOG_FLOOD) {
      return stoppedFor.get();
    }
    if (logCut) {
      return EndReason.LOG_FLOOD;
    }
    if (exitCode == 0 && stoppedFor.isEmpty()) {
      return EndReason.EXITED;
    }
    if (counters.oom()) {
      return EndReason.OUT_OF_MEMORY;
    }
    if (counters.pidsHit()) {
      return EndReason.TOO_MANY_PROCESSES;
    }
    if (diskFull) {
      return EndReason.DISK_FULL;
    }
    return stoppedFor.orElse(exitCode == SIGKILL ? EndReason.KILLED : EndReason.EXITED);
  }
}
