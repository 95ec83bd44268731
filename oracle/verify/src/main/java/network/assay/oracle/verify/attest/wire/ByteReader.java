package network.assay.oracle.verify.attest.wire;

import java.util.Arrays;
import network.assay.oracle.verify.attest.AttestException;

/**
 * A cursor over bytes that nobody vouches for. Every read is bounded by the window it was made for
 * and refused by {@link AttestException}, reason {@code TRUNCATED}, before anything is allocated.
 */
public final class ByteReader {
  private final byte[] bytes;
  private final int end;
  private final String what;
  private int position;

  /**
   * A reader of a whole array.
   *
   * @param what the structure's name, for messages
   */
  public ByteReader(byte[] bytes, String what) {
    this(bytes, 0, bytes.length, what);
  }

  private ByteReader(byte[] bytes, int from, int end, String what) {
    this.bytes = bytes;
    this.position = from;
    this.end = end;
    this.what = what;
  }

  /** Where the next read begins, from the array's start. */
  public int position() {
    return position;
  }

  /** How many bytes are left. */
  public int remaining() {
    return end - position;
  }

  /** The next byte, unsigned, left where it is. */
  public int peek() {
    need(1);
    return bytes[position] & 0xff;
  }

  /** One byte, unsigned. */
  public int u8() {
    need(1);
    return bytes[position++] & 0xff;
  }

  /** Two bytes, little-endian. */
  public int u16le() {
    return (int) little(2);
  }

  /** Four bytes, little-endian. */
  public long u32le() {
    return little(4);
  }

  /** Eight bytes, little-endian; above 2^63 it is negative. */
  public long u64le() {
    return little(8);
  }

  /** Two bytes, big-endian. */
  public int u16be() {
    return (int) big(2);
  }

  /** Four bytes, big-endian. */
  public long u32be() {
    return big(4);
  }

  /** Eight bytes, big-endian; above 2^63 it is negative. */
  public long u64be() {
    return big(8);
  }

  /** A copy of the next {@code length} bytes. */
  public byte[] bytes(long length) {
    need(length);
    byte[] copy = Arrays.copyOfRange(bytes, position, position + (int) length);
    position += (int) length;
    return copy;
  }

  /** Passes over {@code length} bytes. */
  public void skip(long length) {
    need(length);
    position += (int) length;
  }

  /** A reader of the next {@code length} bytes alone; this one goes on behind them. */
  public ByteReader window(long length, String name) {
    need(length);
    ByteReader window = new ByteReader(bytes, position, position + (int) length, name);
    position += (int) length;
    return window;
  }

  /** Refuses bytes that nothing asked for: what is not read is not checked either. */
  public void end() {
    if (position != end) {
      throw new AttestException(
          "TRAILING_BYTES", remaining() + " bytes behind " + what, "the end of " + what);
    }
  }

  /** A copy of {@code [from, to)} of the array, for what is hashed as it stood. */
  public byte[] between(int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  private void need(long length) {
    if (length < 0 || length > end - position) {
      throw new AttestException(
          "TRUNCATED",
          remaining() + " bytes left in " + what + " at " + position,
          Long.toUnsignedString(length) + " bytes");
    }
  }

  private long little(int width) {
    need(width);
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[position + i] & 0xff);
    }
    position += width;
    return value;
  }

  private long big(int width) {
    need(width);
    long value = 0;
    for (int i = 0; i < width; i++) {
      value = (value << 8) | (bytes[position + i] & 0xff);
    }
    position += width;
    return value;
  }
}
