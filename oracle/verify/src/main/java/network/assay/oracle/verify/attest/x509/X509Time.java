package network.assay.oracle.verify.attest.x509;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import network.assay.oracle.verify.attest.AttestException;

/** Times of certificates and lists: UTCTime and GeneralizedTime, in seconds, with Z. */
final class X509Time {

  private X509Time() {}

  static Instant read(Der from) {
    Der time = from.any();
    int tag = time.tag();
    boolean utc = tag == Der.UTC_TIME && time.length() == 13;
    boolean general = tag == Der.GENERALIZED_TIME && time.length() == 15;
    if (!utc && !general) {
      throw bad();
    }
    int skip = utc ? 2 : 4;
    int year = digits(time, 0, skip);
    if (utc) {
      year += year < 50 ? 2000 : 1900;
    }
    if (time.byteAt(time.length() - 1) != 'Z') {
      throw bad();
    }
    try {
      return LocalDateTime.of(
              year,
              digits(time, skip, 2),
              digits(time, skip + 2, 2),
              digits(time, skip + 4, 2),
              digits(time, skip + 6, 2),
              digits(time, skip + 8, 2))
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw bad();
    }
  }

  static boolean isTime(int tag) {
    return tag == Der.UTC_TIME || tag == Der.GENERALIZED_TIME;
  }

  private static int digits(Der time, int at, int count) {
    int number = 0;
    for (int i = 0; i < count; i++) {
      int digit = time.byteAt(at + i) - '0';
      if (digit < 0 || digit > 9) {
        throw bad();
      }
      number = 10 * number + digit;
    }
    return number;
  }

  private static AttestException bad() {
    return new AttestException("X509_TIME", "another form", "YYMMDDhhmmssZ or YYYYMMDDhhmmssZ");
  }
}
