package network.assay.oracle.verify.attest.dcap;

import java.util.Arrays;
import network.assay.oracle.verify.attest.AttestException;

/** Walks little-endian bytes; every step is bounded. */
final class LittleEndian {
  private final byte[] bytes;
  private final int end;
  private int at;

  LittleEndian(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  int position() {
    return at;
  }

  int left() {
    return end - at;
  }

  int u16(String what) {
    need(2, what);
    int value = u16(bytes, at);
    at += 2;
    return value;
  }

  /** 32 bits, of which no length here needs more than 31. */
  int u31(String what) {
    need(4, what);
    long value = u32(bytes, at);
    if (value > Integer.MAX_VALUE) {
      throw new AttestException("QUOTE_LENGTH", what + " " + value, "less than 2^31");
    }
    at += 4;
    return (int) value;
  }

  byte[] take(int count, String what) {
    skip(count, what);
    return Arrays.copyOfRange(bytes, at - count, at);
  }

  void skip(int count, String what) {
    need(count, what);
    at += count;
  }

  void end(String what) {
    if (at != end) {
      throw new AttestException("TRAILING_BYTES", left() + " bytes after " + what, "none");
    }
  }

  private void need(int count, String what) {
    if (count < 0 || end - at < count) {
      throw new AttestException(
          "QUOTE_LENGTH", what + " of " + count + " bytes", "at most the " + left() + " there are");
    }
  }

  static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) | ((bytes[at + 1] & 0xff) << 8);
  }

  static long u32(byte[] bytes, int at) {
    return u16(bytes, at) | ((long) u16(bytes, at + 2) << 16);
  }
}
