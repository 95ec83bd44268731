package network.assay.oracle.node.loop;

/**
 * State in memory and state on disk can no longer be the same: only a restart brings them together.
 */
public final class HaltException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HaltException(String message, Throwable cause) {
    super(message, cause);
  }
}
