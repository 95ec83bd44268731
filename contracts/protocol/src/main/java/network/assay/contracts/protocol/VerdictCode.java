package network.assay.contracts.protocol;

/** What a job gets; see docs/PROTOCOL.md §2 for who pays what. */
public enum VerdictCode {
  OK(1),
  PARTIAL(2),
  FAILED(3),
  FRAUD(4),
  NO_EVIDENCE(5),
  CHECKPOINT(6),
  INCONCLUSIVE(7);

  private final int code;

  VerdictCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  public static VerdictCode of(int code) {
    for (VerdictCode value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new ProtocolException("UNKNOWN_VERDICT", "a code from 1 to 7", code);
  }
}
