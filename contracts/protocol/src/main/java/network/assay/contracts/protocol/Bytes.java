package network.assay.contracts.protocol;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Appends fixed-width big-endian fields: the one writer behind every canonical byte string. */
public final class Bytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public static Bytes start() {
    return new Bytes();
  }

  public Bytes raw(byte[] bytes) {
    out.write(bytes, 0, bytes.length);
    return this;
  }

  public Bytes raw(Bytes32 value) {
    return raw(value.toArray());
  }

  public Bytes raw(Address value) {
    return raw(value.toArray());
  }

  public Bytes utf8(String text) {
    return raw(text.getBytes(StandardCharsets.UTF_8));
  }

  public Bytes u8(int value) {
    return number(value, 1);
  }

  public Bytes u16(int value) {
    return number(value, 2);
  }

  public Bytes u32(long value) {
    return number(value, 4);
  }

  public Bytes u40(long value) {
    return number(value, 5);
  }

  /** All 64 bits, taken as unsigned. */
  public Bytes u64(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  public Bytes u96(BigInteger value) {
    return unsigned(value, 12);
  }

  public Bytes u256(BigInteger value) {
    return unsigned(value, 32);
  }

  public Bytes f32(float value) {
    return number(Float.floatToIntBits(value) & 0xffffffffL, 4);
  }

  private Bytes number(long value, int width) {
    if (value < 0 || value >>> (8 * width) != 0) {
      throw new ProtocolException(
          "OUT_OF_RANGE", "an unsigned number of " + 8 * width + " bits", value);
    }
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  private Bytes unsigned(BigInteger value, int width) {
    if (value.signum() < 0 || value.bitLength() > 8 * width) {
      throw new ProtocolException(
          "OUT_OF_RANGE", "an unsigned number of " + 8 * width + " bits", value);
    }
    byte[] magnitude = value.toByteArray();
    int skip = Math.max(0, magnitude.length - width);
    for (int i = magnitude.length - skip; i < width; i++) {
      out.write(0);
    }
    out.write(magnitude, skip, magnitude.length - skip);
    return this;
  }

  public int size() {
    return out.size();
  }

  public byte[] toArray() {
    return out.toByteArray();
  }
}
