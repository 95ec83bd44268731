package network.assay.oracle.verify.attest;

/**
 * Bytes that are no evidence or collateral of the kind they claim to be: unusable input, found
 * before any signature is checked. Carries no stack trace, since hostile input must be cheap to
 * refuse.
 */
public final class AttestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final String got;
  private final String want;

  /**
   * A refusal.
   *
   * @param reason UPPER_CASE, stable for programs
   */
  public AttestException(String reason, String got, String want) {
    super(reason + ": got " + cut(got) + ", want " + cut(want), null, false, false);
    this.reason = reason;
    this.got = cut(got);
    this.want = cut(want);
  }

  /** UPPER_CASE name of what is wrong. */
  public String reason() {
    return reason;
  }

  /** What was there. */
  public String got() {
    return got;
  }

  /** What should be there. */
  public String want() {
    return want;
  }

  private static String cut(String text) {
    String start = text.length() > 200 ? text.substring(0, 200) + "…" : text;
    StringBuilder line = new StringBuilder(start.length());
    start.chars().forEach(c -> line.append(Character.isISOControl(c) ? '?' : (char) c));
    return line.toString();
  }
}
