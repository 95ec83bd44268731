package network.assay.oracle.verify.attest.x509;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.math.BigInteger;
import java.util.Arrays;
import network.assay.oracle.verify.attest.AttestException;

/**
 * A reader over a stretch of DER (ITU-T X.690): definite, minimal lengths and one-byte tags only.
 * Reading an element moves the cursor past it and gives a reader over its contents. Every step is
 * bounded by the stretch, and nothing is copied until asked for.
 */
public final class Der {
  public static final int BOOLEAN = 0x01;
  public static final int INTEGER = 0x02;
  public static final int BIT_STRING = 0x03;
  public static final int OCTET_STRING = 0x04;
  public static final int NULL = 0x05;
  public static final int OID = 0x06;
  public static final int ENUMERATED = 0x0a;
  public static final int UTC_TIME = 0x17;
  public static final int GENERALIZED_TIME = 0x18;
  public static final int SEQUENCE = 0x30;
  public static final int SET = 0x31;

  private final byte[] bytes;
  private final int header;
  private final int from;
  private final int to;
  private int at;

  private Der(byte[] bytes, int header, int from, int to) {
    this.bytes = bytes;
    this.header = header;
    this.from = from;
    this.to = to;
    this.at = from;
  }

  /** A reader over all of these bytes. */
  public static Der of(byte[] bytes) {
    return new Der(bytes, 0, 0, bytes.length);
  }

  /** A reader over part of these bytes. */
  public static Der of(byte[] bytes, int from, int to) {
    java.util.Objects.checkFromToIndex(from, to, bytes.length);
    return new Der(bytes, from, from, to);
  }

  /** Whether everything was read. */
  public boolean atEnd() {
    return at == to;
  }

  /** The next element's tag, or -1 at the end. */
  public int peek() {
    return at < to ? bytes[at] & 0xff : -1;
  }

  /** Reads an element of any tag. */
  public Der any() {
    int start = at;
    need(2);
    if ((bytes[at] & 0x1f) == 0x1f) {
      throw bad("a tag of several bytes", "a tag of one byte");
    }
    int length = bytes[at + 1] & 0xff;
    int contents = at + 2;
    if (length >= 0x80) {
      int count = length & 0x7f;
      if (count == 0 || count > 3) {
        throw bad("a length of " + count + " bytes", "1 to 3 bytes, definite");
      }
      need(2 + count);
      length = 0;
      for (int i = 0; i < count; i++) {
        length = (length << 8) | (bytes[contents + i] & 0xff);
      }
      if (length < 0x80 || (length >>> (8 * (count - 1))) == 0) {
        throw bad("a length with padding", "the shortest form");
      }
      contents += count;
    }
    if (length > to - contents) {
      throw bad(length + " bytes at " + start, "at most the " + (to - contents) + " there are");
    }
    at = contents + length;
    return new Der(bytes, start, contents, at);
  }

  /** Reads an element of this tag. */
  public Der read(int tag) {
    if (peek() != tag) {
      throw bad("tag " + peek() + " at " + at, "tag " + tag);
    }
    return any();
  }

  /** Reads a sequence. */
  public Der sequence() {
    return read(SEQUENCE);
  }

  /** Reads past an element of this tag. */
  @CanIgnoreReturnValue
  public Der skip(int tag) {
    read(tag);
    return this;
  }

  /** Refuses what comes after the last element that is understood. */
  public void end() {
    if (at != to) {
      throw bad((to - at) + " bytes left over", "none");
    }
  }

  /** Reads an OID in dotted form. */
  public String oid() {
    Der oid = read(OID);
    return oid.dotted();
  }

  /** Reads an OID as its bytes: cheaper to compare than its dotted form. */
  public byte[] oidBytes() {
    return read(OID).contents();
  }

  private String dotted() {
    if (from == to || to - from > 32 || (bytes[to - 1] & 0x80) != 0) {
      throw bad("an OID of " + (to - from) + " bytes", "1 to 32 bytes, complete");
    }
    StringBuilder text = new StringBuilder(2 * (to - from) + 4);
    long arc = 0;
    boolean first = true;
    for (int i = from; i < to; i++) {
      if (arc == 0 && (bytes[i] & 0xff) == 0x80) {
        throw bad("an OID with padding", "the shortest form");
      }
      if (arc > Long.MAX_VALUE >> 8) {
        throw bad("an OID arc above 2^55", "smaller arcs");
      }
      arc = (arc << 7) | (bytes[i] & 0x7f);
      if ((bytes[i] & 0x80) == 0) {
        if (first) {
          long root = Math.min(arc / 40, 2);
          text.append(root).append('.').append(arc - 40 * root);
        } else {
          text.append('.').append(arc);
        }
        first = false;
        arc = 0;
      }
    }
    return text.toString();
  }

  /** Reads a whole number of at most {@code bytesMax} bytes. */
  public BigInteger integer(int bytesMax) {
    Der number = read(INTEGER);
    number.minimal(bytesMax);
    return new BigInteger(bytes, number.from, number.to - number.from);
  }

  /** Reads a whole number from 0 to 2^31-1. */
  public int smallInteger() {
    return smallInteger(INTEGER);
  }

  /** Reads a whole number from 0 to 2^31-1 under another tag (ENUMERATED). */
  public int smallInteger(int tag) {
    Der number = read(tag);
    number.minimal(5);
    long value = 0;
    for (int i = number.from; i < number.to; i++) {
      value = (value << 8) | (bytes[i] & 0xff);
    }
    if (bytes[number.from] < 0 || value > Integer.MAX_VALUE) {
      throw bad("a number out of range", "0 to 2^31-1");
    }
    return (int) value;
  }

  private void minimal(int bytesMax) {
    int length = to - from;
    if (length == 0 || length > bytesMax) {
      throw bad("a number of " + length + " bytes", "1 to " + bytesMax + " bytes");
    }
    boolean padded =
        length > 1
            && ((bytes[from] == 0 && bytes[from + 1] >= 0)
                || (bytes[from] == -1 && bytes[from + 1] < 0));
    if (padded) {
      throw bad("a number with padding", "the shortest form");
    }
  }

  /** Reads a boolean: 0x00 or 0xff. */
  public boolean bool() {
    Der value = read(BOOLEAN);
    if (value.length() != 1 || (bytes[value.from] != 0 && bytes[value.from] != -1)) {
      throw bad("another boolean", "00 or ff");
    }
    return bytes[value.from] != 0;
  }

  /** Reads an octet string's contents. */
  public byte[] octets() {
    return read(OCTET_STRING).contents();
  }

  /** Reads a bit string of whole bytes. */
  public byte[] bits() {
    Der string = read(BIT_STRING);
    if (string.length() < 1 || bytes[string.from] != 0) {
      throw bad("a bit string of part bytes", "whole bytes");
    }
    return Arrays.copyOfRange(bytes, string.from + 1, string.to);
  }

  /** This element's contents. */
  public byte[] contents() {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** This element with its header. */
  public byte[] element() {
    return Arrays.copyOfRange(bytes, header, to);
  }

  /** This element's own tag. */
  public int tag() {
    return bytes[header] & 0xff;
  }

  /** Where this element's header begins. */
  public int headerAt() {
    return header;
  }

  /** Where this element ends. */
  public int endAt() {
    return to;
  }

  /** How many bytes of contents there are. */
  public int length() {
    return to - from;
  }

  /** One byte of the contents. */
  public int byteAt(int index) {
    return bytes[java.util.Objects.checkIndex(index, to - from) + from] & 0xff;
  }

  private void need(int count) {
    if (to - at < count) {
      throw bad((to - at) + " bytes at " + at, "at least " + count);
    }
  }

  private static AttestException bad(String got, String want) {
    return new AttestException("DER", got, want);
  }
}
