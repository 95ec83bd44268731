package network.assay.agent.execute.container;

import java.util.List;
import java.util.OptionalInt;
import network.assay.contracts.protocol.Bytes32;

/**
 * What came of a container.
 *
 * @param exitCode of its first process; 128 + n where signal n ended it; empty where nothing ran
 * @param detail a sentence for people
 * @param outputs by path, ascending; empty unless it {@linkplain #succeeded() succeeded}
 */
public record ContainerOutcome(
    EndReason reason,
    OptionalInt exitCode,
    String detail,
    Counters counters,
    List<OutputFile> outputs,
    Log log,
    long wallMs) {

  /**
   * What it wrote to stdout and stderr, as it came.
   *
   * @param bytes how much is kept: at most the limit
   * @param cut whether there was more
   * @param root content root of what is kept
   */
  public record Log(long bytes, boolean cut, Bytes32 root) {
    /** Nothing was written. */
    public static Log empty() {
      return new Log(0, false, ContentHasher.ofNothing());
    }
  }

  public ContainerOutcome {
    outputs = List.copyOf(outputs);
  }

  /** Nothing ran, for this reason. */
  public static ContainerOutcome notRun(EndReason reason, String detail) {
    return new ContainerOutcome(
        reason, OptionalInt.empty(), detail, Counters.unknown(), List.of(), Log.empty(), 0);
  }

  public boolean succeeded() {
    return reason == EndReason.EXITED && exitCode.orElse(-1) == 0;
  }
}
