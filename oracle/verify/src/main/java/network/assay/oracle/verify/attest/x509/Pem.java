package network.assay.oracle.verify.attest.x509;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;

/** PEM (RFC 7468), strictly: blocks of one label, and between them only white space and NUL. */
public final class Pem {
  private static final byte[] DASHES = "-----".getBytes(StandardCharsets.US_ASCII);

  private Pem() {}

  /** Certificates as DER: from PEM, or DER one after the other. */
  public static List<byte[]> certificates(byte[] pemOrDer, int countMax) {
    return blocks(pemOrDer, "CERTIFICATE", countMax);
  }

  /** One revocation list as DER: from PEM or DER. */
  public static byte[] crl(byte[] pemOrDer) {
    List<byte[]> blocks = blocks(pemOrDer, "X509 CRL", 1);
    if (blocks.isEmpty()) {
      throw new AttestException("PEM", "nothing", "one X509 CRL");
    }
    return blocks.get(0);
  }

  /**
   * Blocks of a label, decoded; or, where the bytes begin with a DER sequence, its elements.
   *
   * @throws AttestException for more than {@code countMax}, other labels, other text
   */
  public static List<byte[]> blocks(byte[] pemOrDer, String label, int countMax) {
    if (pemOrDer.length > 0 && pemOrDer[0] == Der.SEQUENCE) {
      return elements(pemOrDer, countMax);
    }
    byte[] begin = ("-----BEGIN " + label + "-----").getBytes(StandardCharsets.US_ASCII);
    byte[] end = ("-----END " + label + "-----").getBytes(StandardCharsets.US_ASCII);
    List<byte[]> found = new ArrayList<>();
    int at = blank(pemOrDer, 0);
    while (at < pemOrDer.length) {
      if (!startsWith(pemOrDer, at, begin)) {
        throw new AttestException("PEM", "other text at byte " + at, "BEGIN " + label);
      }
      int from = at + begin.length;
      int to = indexOf(pemOrDer, from, DASHES);
      if (to < 0 || !startsWith(pemOrDer, to, end)) {
        throw new AttestException("PEM", "no end of the block at byte " + at, "END " + label);
      }
      if (found.size() == countMax) {
        throw new AttestException("PEM", "more blocks", "at most " + countMax);
      }
      found.add(decode(pemOrDer, from, to));
      at = blank(pemOrDer, to + end.length);
    }
    return found;
  }

  private static List<byte[]> elements(byte[] der, int countMax) {
    List<byte[]> found = new ArrayList<>();
    Der all = Der.of(der);
    while (!all.atEnd()) {
      if (found.size() == countMax) {
        throw new AttestException("DER", "more elements", "at most " + countMax);
      }
      found.add(all.sequence().element());
    }
    return found;
  }

  private static byte[] decode(byte[] text, int from, int to) {
    byte[] packed = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (!isBlank(text[i])) {
        packed[length++] = text[i];
      }
    }
    try {
      return Base64.getDecoder().decode(Arrays.copyOf(packed, length));
    } catch (IllegalArgumentException e) {
      throw new AttestException("PEM", "text that is no base64", "base64");
    }
  }

  private static int blank(byte[] text, int from) {
    int at = from;
    while (at < text.length && (isBlank(text[at]) || text[at] == 0)) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte c) {
    return c == '\n' || c == '\r' || c == ' ' || c == '\t';
  }

  private static boolean startsWith(byte[] text, int at, byte[] start) {
    return text.length - at >= start.length
        && Arrays.equals(text, at, at + start.length, start, 0, start.length);
  }

  private static int indexOf(byte[] text, int from, byte[] what) {
    for (int i = from; i <= text.length - what.length; i++) {
      if (startsWith(text, i, what)) {
        return i;
      }
    }
    return -1;
  }
}
