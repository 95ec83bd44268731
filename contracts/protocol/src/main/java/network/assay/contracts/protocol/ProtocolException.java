package network.assay.contracts.protocol;

/**
 * Bytes or values that the protocol refuses: a name for machines, what was wanted and what came.
 */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  public ProtocolException(
      String reason, Object want, @org.jspecify.annotations.Nullable Object got) {
    super(reason + ": want " + want + ", got " + got);
    this.reason = reason;
  }

  /** Upper-case name of what was refused, stable for programs. */
  public String reason() {
    return reason;
  }
}
