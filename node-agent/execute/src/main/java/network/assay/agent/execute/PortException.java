package network.assay.agent.execute;

/**
 * Somebody outside did not answer, or refused; the message is a sentence for people. The want stays
 * and is tried again.
 */
public final class PortException extends Exception {
  private static final long serialVersionUID = 1L;

  public PortException(String message) {
    super(message);
  }

  public PortException(String message, Throwable cause) {
    super(message, cause);
  }
}
