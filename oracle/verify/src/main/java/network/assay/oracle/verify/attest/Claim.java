package network.assay.oracle.verify.attest;

import java.util.Locale;

/**
 * One named check with what was seen and what was wanted.
 *
 * @param name lower-case, dotted, stable for policies and programs: "pck.chain", "tcb.status"
 * @param got what the evidence says; cut to {@value #CHARS_MAX} characters, control characters
 *     replaced
 * @param want what the rule or policy asks for; cut likewise
 */
public record Claim(String name, Outcome outcome, String got, String want) {

  /** Longest text kept: evidence is hostile, and claims are shown and logged. */
  public static final int CHARS_MAX = 400;

  /** How a check came out. Missing is neither good nor bad, and never enough. */
  public enum Outcome {
    HOLDS,
    FAILS,
    MISSING
  }

  /** Refuses names that a program could not rely on, and bounds the texts. */
  public Claim {
    if (!named(name)) {
      throw new IllegalArgumentException(
          "claim name: got \"" + name + "\", want lower-case dotted, at most 64 characters");
    }
    got = line(got);
    want = line(want);
  }

  /** The upper-case reason that a rejection for this claim carries: "tcb.status" → TCB_STATUS. */
  public String reason() {
    return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static boolean named(String name) {
    if (name.isEmpty() || name.length() > 64) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  private static String line(String text) {
    String start = text.length() > CHARS_MAX ? text.substring(0, CHARS_MAX) + "…" : text;
    for (int i = 0; i < start.length(); i++) {
      if (Character.isISOControl(start.charAt(i))) {
        return start.replaceAll("\\p{Cntrl}", "?");
      }
    }
    return start;
  }
}
