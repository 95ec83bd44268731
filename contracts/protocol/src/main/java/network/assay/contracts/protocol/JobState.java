package network.assay.contracts.protocol;

/**
 * A job's state on chain, in the contract's numbering; FINAL is derived from time and never stored.
 */
public enum JobState {
  NONE,
  FUNDED,
  ASSIGNED,
  RUNNING,
  CHECKPOINTED,
  COMMITTED,
  REPORTED,
  DISPUTED,
  FINAL,
  REFUNDED,
  CANCELLED,
  EXPIRED;

  public static JobState of(int code) {
    if (code < 0 || code >= values().length) {
      throw new ProtocolException(
          "UNKNOWN_STATE", "a state from 0 to " + (values().length - 1), code);
    }
    return values()[code];
  }

  public boolean terminal() {
    return this == FINAL || this == REFUNDED || this == CANCELLED || this == EXPIRED;
  }
}
