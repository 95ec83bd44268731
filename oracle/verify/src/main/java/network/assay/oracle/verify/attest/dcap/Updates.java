package network.assay.oracle.verify.attest.dcap;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import network.assay.oracle.verify.attest.AttestException;

/**
 * From when to when collateral speaks.
 *
 * @param issueDate first moment
 * @param nextUpdate last moment
 */
record Updates(Instant issueDate, Instant nextUpdate) {
  private static final String FORM = "0000-00-00T00:00:00Z";

  boolean holdAt(Instant at) {
    return !at.isBefore(issueDate) && !at.isAfter(nextUpdate);
  }

  /** Reads YYYY-MM-DDThh:mm:ssZ. */
  static Instant date(String text) {
    if (text.length() == 20 && fits(text)) {
      try {
        return LocalDateTime.of(
                number(text, 0, 4),
                number(text, 5, 7),
                number(text, 8, 10),
                number(text, 11, 13),
                number(text, 14, 16),
                number(text, 17, 19))
            .toInstant(ZoneOffset.UTC);
      } catch (DateTimeException e) {
        // refused below, without the exception's words
      }
    }
    throw new AttestException("COLLATERAL_DATE", text, "YYYY-MM-DDThh:mm:ssZ");
  }

  private static boolean fits(String text) {
    for (int i = 0; i < FORM.length(); i++) {
      char want = FORM.charAt(i);
      char got = text.charAt(i);
      if (want == '0' ? got < '0' || got > '9' : got != want) {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }
}
