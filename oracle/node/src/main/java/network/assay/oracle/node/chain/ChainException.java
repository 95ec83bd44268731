package network.assay.oracle.node.chain;

/** The chain could not be asked, or its endpoints disagree. Try again later. */
public final class ChainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ChainException(String message, Throwable cause) {
    super(message, cause);
  }

  public ChainException(String message) {
    super(message);
  }
}
