package network.assay.agent.runtime.container;

import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.EndReason;

/** A sentence about an end, with the limit that was hit. */
final class Details {
  private Details() {}

  static String of(EndReason reason, int exitCode, ContainerLimits limits) {
    return switch (reason) {
      case EXITED -> "it ended with exit code " + exitCode;
      case OUT_OF_MEMORY ->
          "it needed more than " + limits.memoryBytes() + " bytes of memory: the kernel killed it";
      case TIMED_OUT -> "it ran longer than " + limits.timeMs() + " ms and was killed";
      case TOO_MANY_PROCESSES -> "it wanted more than " + limits.pidsMax() + " processes";
      case DISK_FULL ->
          "it wanted more than "
              + limits.diskBytes()
              + " bytes or "
              + limits.filesMax()
              + " files of disk";
      case LOG_FLOOD ->
          "it wrote more than " + limits.logBytesMax() + " bytes to its log and was killed";
      case KILLED -> "it was stopped from outside";
      case DEVICE_MISSING -> "a device that was asked for is not inside";
      case IMAGE_MISMATCH,
          IMAGE_MISSING,
          INPUT_MISMATCH,
          OUTPUT_REFUSED,
          UNSUPPORTED,
          NOT_STARTED ->
          "nothing ran";
    };
  }
}
