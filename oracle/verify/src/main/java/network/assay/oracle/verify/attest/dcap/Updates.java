package network.assay.oracle.verify.attest.dcap;

import java.time.DateTimeException;
import java.time.Instant;
import network.assay.oracle.verify.attest.AttestException;

/**
 * From when to when collateral speaks.
 *
 * @param issueDate first moment
 * @param nextUpdate last moment
 */
record Updates(Instant issueDate, Instant nextUpdate) {

  boolean holdAt(Instant at) {
    return !at.isBefore(issueDate) && !at.isAfter(nextUpdate);
  }

  /** Reads YYYY-MM-DDThh:mm:ssZ. */
  static Instant date(String text) {
    try {
      if (text.length() == 20) {
        return Instant.parse(text);
      }
    } catch (DateTimeException e) {
      // refused below, without the exception's words
    }
    throw new AttestException("COLLATERAL_DATE", text, "YYYY-MM-DDThh:mm:ssZ");
  }
}
