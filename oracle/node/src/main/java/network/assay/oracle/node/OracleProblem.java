package network.assay.oracle.node;

/** Something that went wrong for a reason that the operator can read in one sentence. */
public final class OracleProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OracleProblem(String message) {
    super(message);
  }

  public OracleProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
