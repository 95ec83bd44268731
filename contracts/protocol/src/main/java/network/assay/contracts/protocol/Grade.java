package network.assay.contracts.protocol;

/** How a job's result is verified. Offers carry a bit set, bit {@code 1 << code}. */
public enum Grade {
  ATTESTED(1),
  PROVED(2),
  SAMPLED(3),
  REPLICATED(4),
  ACCEPTED(5);

  private final int code;

  Grade(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  public int bit() {
    return 1 << code;
  }

  public static Grade of(int code) {
    for (Grade value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new ProtocolException("UNKNOWN_GRADE", "a code from 1 to 5", code);
  }
}
