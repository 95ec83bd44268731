package network.assay.oracle.verify.attest.eventlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;

/**
 * Only what a log or a paravisor is compared with, out of a TD quote (version 4 or 5). Nothing here
 * is verified: that is the quote's own verifier's work, on the same bytes.
 *
 * @param mrtd the measurement of the TD's first memory
 * @param rtmrs four registers of 48 bytes
 * @param reportData 64 bytes
 */
public record TdxRegisters(byte[] mrtd, List<byte[]> rtmrs, byte[] reportData) {
  private static final int HEADER = 48;
  private static final int BODY = 584;
  private static final int MRTD = 136;
  private static final int RTMR0 = 328;
  private static final int REPORT_DATA = 520;
  private static final int MR_BYTES = 48;
  private static final int TDX = 0x81;

  /** Whether bytes begin like a TD quote. */
  public static boolean looksLike(byte[] raw) {
    return raw.length > HEADER + 6 + BODY
        && (raw[0] == 4 || raw[0] == 5)
        && raw[1] == 0
        && (raw[4] & 0xff) == TDX
        && raw[5] == 0;
  }

  /**
   * Reads the registers.
   *
   * @throws AttestException if the bytes are no TD quote
   */
  public static TdxRegisters of(byte[] quote) {
    if (!looksLike(quote)) {
      throw new AttestException("TD_QUOTE", quote.length + " bytes", "a TD quote, version 4 or 5");
    }
    // Version 5 has the body's type and size before it.
    int body = HEADER + (quote[0] == 5 ? 6 : 0);
    List<byte[]> rtmrs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rtmrs.add(slice(quote, body + RTMR0 + i * MR_BYTES, MR_BYTES));
    }
    return new TdxRegisters(
        slice(quote, body + MRTD, MR_BYTES),
        List.copyOf(rtmrs),
        slice(quote, body + REPORT_DATA, 64));
  }

  private static byte[] slice(byte[] bytes, int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }
}
