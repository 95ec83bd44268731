package network.assay.oracle.collateral;

/** Collateral that cannot be used or got: a name for programs, what came and what was wanted. */
public final class CollateralException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String reason;

  /**
   * @param reason upper-case name, stable for programs
   */
  public CollateralException(String reason, Object got, Object want) {
    super(reason + ": got " + got + ", want " + want);
    this.reason = reason;
  }

  /** Something below failed; the sentence says what. */
  public CollateralException(String reason, Object got, Object want, Throwable cause) {
    super(reason + ": got " + got + ", want " + want, cause);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
