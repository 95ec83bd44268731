package network.assay.agent.execute.container;

/**
 * What a container may use at most. Every one is enforced by the kernel or by the sandbox, and the
 * outcome names the one that was hit.
 *
 * @param cpuMillis thousandths of a core
 * @param memoryBytes of memory; there is no swap
 * @param pidsMax processes and threads at a time; the few that an engine starts it with count
 * @param diskBytes of everything that it writes; its own image is read-only
 * @param filesMax files and folders that it makes
 * @param timeMs from start to end, by the clock on the wall
 * @param logBytesMax of what it writes to stdout and stderr
 */
public record ContainerLimits(
    int cpuMillis,
    long memoryBytes,
    int pidsMax,
    long diskBytes,
    int filesMax,
    long timeMs,
    int logBytesMax) {
  private static final long MIB = 1 << 20;
  private static final long TIB = MIB << 20;
  private static final long MONTH_MS = 31L * 24 * 3600 * 1000;

  public ContainerLimits {
    require("cpuMillis", cpuMillis, 10, 1_024_000);
    require("memoryBytes", memoryBytes, 16 * MIB, 64 * TIB);
    require("pidsMax", pidsMax, 16, 32_768);
    require("diskBytes", diskBytes, MIB, 64 * TIB);
    require("filesMax", filesMax, 1, 100_000_000);
    require("timeMs", timeMs, 1, MONTH_MS);
    require("logBytesMax", logBytesMax, 0, 64 * MIB);
  }

  private static void require(String name, long got, long min, long max) {
    if (got < min || got > max) {
      throw new IllegalArgumentException(
          "want " + name + " from " + min + " to " + max + ", got " + got);
    }
  }

  /** One core, 256 MiB of memory, 64 processes, 64 MiB and 1,000 files of disk, a minute. */
  public static ContainerLimits small() {
    return new ContainerLimits(1_000, 256 * MIB, 64, 64 * MIB, 1_000, 60_000, 1 << 20);
  }

  public ContainerLimits withMemoryBytes(long bytes) {
    return new ContainerLimits(cpuMillis, bytes, pidsMax, diskBytes, filesMax, timeMs, logBytesMax);
  }

  public ContainerLimits withPidsMax(int pids) {
    return new ContainerLimits(
        cpuMillis, memoryBytes, pids, diskBytes, filesMax, timeMs, logBytesMax);
  }

  /** With this much disk, in bytes and in files. */
  public ContainerLimits withDisk(long bytes, int files) {
    return new ContainerLimits(cpuMillis, memoryBytes, pidsMax, bytes, files, timeMs, logBytesMax);
  }

  public ContainerLimits withTimeMs(long ms) {
    return new ContainerLimits(
        cpuMillis, memoryBytes, pidsMax, diskBytes, filesMax, ms, logBytesMax);
  }

  public ContainerLimits withLogBytesMax(int bytes) {
    return new ContainerLimits(cpuMillis, memoryBytes, pidsMax, diskBytes, filesMax, timeMs, bytes);
  }

  public ContainerLimits withCpuMillis(int millis) {
    return new ContainerLimits(
        millis, memoryBytes, pidsMax, diskBytes, filesMax, timeMs, logBytesMax);
  }
}
