package network.assay.oracle.verify.attest.snp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;

/**
 * A report with what came along in the same bytes: alone, with a table of certificates behind it
 * (as an extended request or a cloud provider hands it out), behind the 32 bytes of a guest
 * message, or the report alone as hex digits.
 *
 * @param certificates contents of the table's entries
 */
record SnpEvidence(SnpReport report, List<byte[]> certificates) {
  /** Status, size, 24 reserved: MSG_REPORT_RSP. */
  private static final int MESSAGE_HEADER = 0x20;

  private static final int HEX_MAX = 2 * SnpReport.BYTES + 64;

  /** Whether bytes may be such a thing: cheap, and right about every real report. */
  static boolean looksLike(byte[] raw) {
    if (raw.length < SnpReport.BYTES) {
      return false;
    }
    return reportAt(raw, 0) || reportAt(raw, MESSAGE_HEADER) || looksHex(raw);
  }

  private static boolean reportAt(byte[] raw, int at) {
    if (raw.length < at + SnpReport.BYTES) {
      return false;
    }
    boolean small = raw[at] > 0 && raw[at] < 16 && raw[at + 1] == 0 && raw[at + 2] == 0;
    boolean algorithm = raw[at + 0x34] == 1 && raw[at + 0x35] == 0 && raw[at + 0x36] == 0;
    // Bit 17 of every guest policy is one.
    return small && raw[at + 3] == 0 && algorithm && (raw[at + 0x0a] & 2) != 0;
  }

  private static boolean looksHex(byte[] raw) {
    if (raw.length < 2 * SnpReport.BYTES || raw.length > HEX_MAX) {
      return false;
    }
    for (int i = 0; i < 2 * SnpReport.BYTES; i++) {
      if (Character.digit(raw[i], 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Takes the bytes apart.
   *
   * @throws AttestException if there is no report in them, or a table that does not hold together
   */
  static SnpEvidence read(byte[] raw) {
    if (looksHex(raw)) {
      return new SnpEvidence(SnpReport.of(unhex(raw)), List.of());
    }
    if (raw.length > MESSAGE_HEADER + SnpReport.BYTES
        && !reportAt(raw, 0)
        && reportAt(raw, MESSAGE_HEADER)) {
      return message(raw);
    }
    if (raw.length <= SnpReport.BYTES) {
      return new SnpEvidence(SnpReport.of(raw), List.of());
    }
    byte[] table = Arrays.copyOfRange(raw, SnpReport.BYTES, raw.length);
    SnpReport report = SnpReport.of(Arrays.copyOf(raw, SnpReport.BYTES));
    if (zeros(table)) {
      // A buffer that was larger than the report, or a host that has no certificates to give.
      return new SnpEvidence(report, List.of());
    }
    return new SnpEvidence(report, new ArrayList<>(CertTable.contents(table)));
  }

  private static boolean zeros(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** What stands behind the report in a message is room, and must be empty. */
  private static SnpEvidence message(byte[] raw) {
    for (int i = 0; i < raw.length; i++) {
      boolean header = i < 4 || (i >= 8 && i < MESSAGE_HEADER);
      boolean behind = i >= MESSAGE_HEADER + SnpReport.BYTES;
      if ((header || behind) && raw[i] != 0) {
        throw new AttestException("SNP_MESSAGE", "byte " + i + " set", "status 0, then the report");
      }
    }
    byte[] report = Arrays.copyOfRange(raw, MESSAGE_HEADER, MESSAGE_HEADER + SnpReport.BYTES);
    return new SnpEvidence(SnpReport.of(report), List.of());
  }

  private static byte[] unhex(byte[] raw) {
    String text = new String(raw, StandardCharsets.US_ASCII).strip();
    if (text.length() != 2 * SnpReport.BYTES) {
      throw new AttestException(
          "SNP_REPORT_SIZE", text.length() + " digits", 2 * SnpReport.BYTES + " digits");
    }
    return HexFormat.of().parseHex(text);
  }
}
