package network.assay.agent.execute.container;

/** Why a container is no longer there. Only {@link #EXITED} with code 0 is a success. */
public enum EndReason {
  /** It ended by itself; the exit code says how. */
  EXITED,
  /** The kernel killed some of it for lack of memory. */
  OUT_OF_MEMORY,
  /** It ran longer than it may and was killed. */
  TIMED_OUT,
  /** It was refused more processes, and did not end well. */
  TOO_MANY_PROCESSES,
  /** It was refused more disk, in bytes or files, and did not end well. */
  DISK_FULL,
  /** It wrote more to its log than it may and was killed. */
  LOG_FLOOD,
  /** The image is not what its digest says; nothing ran. */
  IMAGE_MISMATCH,
  /** The image is nowhere to be had; nothing ran. */
  IMAGE_MISSING,
  /** An input is not what its content root says; nothing ran. */
  INPUT_MISMATCH,
  /** It ended well, but what it left is not what was declared. */
  OUTPUT_REFUSED,
  /** A device that was asked for is not inside. */
  DEVICE_MISSING,
  /** This sandbox cannot keep what the specification asks for; nothing ran. */
  UNSUPPORTED,
  /** The command could not be started: not there, not executable. */
  NOT_STARTED,
  /** It was stopped from outside: by the operator, a cancellation or a stranger. */
  KILLED
}
