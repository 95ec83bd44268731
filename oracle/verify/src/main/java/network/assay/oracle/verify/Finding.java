package network.assay.oracle.verify;

import network.assay.contracts.protocol.ProtocolException;

/**
 * What one check of the evidence found. Never a boolean: whoever loses money by it must be able to
 * read why, and what could not be seen is neither good nor bad.
 */
public sealed interface Finding {

  /**
   * The check was made and holds.
   *
   * @param what in words, with the numbers that were compared
   */
  record Accepted(String what) implements Finding {}

  /**
   * The check was made and does not hold; the device's own signature stands behind what is wrong.
   *
   * @param reason upper-case name, stable for programs
   */
  record Rejected(String reason, String got, String want) implements Finding {
    private static final int CHARS_MAX = 400;

    /** Cuts what came from outside to a readable line: findings are logged and shown. */
    public Rejected {
      got = line(got);
      want = line(want);
    }

    private static String line(String text) {
      String start = text.length() > CHARS_MAX ? text.substring(0, CHARS_MAX) + "…" : text;
      boolean plain = start.chars().noneMatch(Character::isISOControl);
      return plain ? start : start.replaceAll("\\p{Cntrl}", "?");
    }
  }

  /**
   * The check could not be made, or its result lies too near the edge to blame anybody.
   *
   * @param missing what would be needed
   */
  record Inconclusive(String missing) implements Finding {}

  /** The check holds. */
  static Finding accepted(String what) {
    return new Accepted(what);
  }

  /** The check does not hold. */
  static Finding rejected(String reason, Object got, Object want) {
    return new Rejected(reason, got.toString(), want.toString());
  }

  /** Bytes that the protocol refuses by name. */
  static Finding refused(ProtocolException refusal, String want) {
    return new Rejected(refusal.reason(), String.valueOf(refusal.getMessage()), want);
  }

  /** The check could not be made. */
  static Finding inconclusive(String missing) {
    return new Inconclusive(missing);
  }

  /** Whether this is {@link Accepted}. */
  default boolean holds() {
    return this instanceof Accepted;
  }
}
