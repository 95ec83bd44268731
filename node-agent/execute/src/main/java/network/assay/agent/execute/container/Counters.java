package network.assay.agent.execute.container;

import java.util.OptionalLong;

/**
 * What the kernel counted for a container's control group, read before it is removed. What is not
 * known is empty, never 0.
 *
 * @param cpuNs processor time, nanoseconds
 * @param memoryPeakBytes most memory at a time, page cache included
 * @param pidsPeak most processes at a time; older kernels do not tell
 * @param pidsRefused how often a new process was refused
 * @param oomKills how many processes were killed for lack of memory
 * @param ioBytes read and written on block devices
 */
public record Counters(
    OptionalLong cpuNs,
    OptionalLong memoryPeakBytes,
    OptionalLong pidsPeak,
    OptionalLong pidsRefused,
    OptionalLong oomKills,
    OptionalLong ioBytes) {

  /** Nothing is known. */
  public static Counters unknown() {
    OptionalLong none = OptionalLong.empty();
    return new Counters(none, none, none, none, none, none);
  }

  boolean oom() {
    return oomKills.orElse(0) > 0;
  }

  boolean pidsHit() {
    return pidsRefused.orElse(0) > 0;
  }
}
