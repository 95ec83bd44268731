package network.assay.contracts.protocol;

import java.math.BigInteger;
import java.util.Arrays;

/** Reads what {@link Bytes} wrote; every read is bounded and a short input is refused by name. */
public final class ByteReader {
  private final byte[] bytes;
  private int at;

  public ByteReader(byte[] bytes) {
    this.bytes = bytes;
  }

  public int remaining() {
    return bytes.length - at;
  }

  public byte[] raw(int length) {
    if (length < 0 || length > remaining()) {
      throw new ProtocolException("TRUNCATED", length + " bytes at offset " + at, remaining());
    }
    byte[] out = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return out;
  }

  public Bytes32 bytes32() {
    return Bytes32.of(raw(Bytes32.SIZE));
  }

  public Address address() {
    return Address.of(raw(Address.SIZE));
  }

  public int u8() {
    return (int) number(1);
  }

  public int u16() {
    return (int) number(2);
  }

  public long u32() {
    return number(4);
  }

  public long u40() {
    return number(5);
  }

  public long u64() {
    return number(8);
  }

  public BigInteger u96() {
    return new BigInteger(1, raw(12));
  }

  public BigInteger u256() {
    return new BigInteger(1, raw(32));
  }

  public float f32() {
    return Float.intBitsToFloat((int) number(4));
  }

  /** A length that must fit what is left and the bound given; refused before anything is copied. */
  public int length32(int max) {
    long length = u32();
    if (length > max || length > remaining()) {
      throw new ProtocolException(
          "TOO_LONG", "at most " + Math.min(max, remaining()) + " bytes", length);
    }
    return (int) length;
  }

  /** Refuses trailing bytes. */
  public void end() {
    if (remaining() != 0) {
      throw new ProtocolException("TRAILING_BYTES", "none", remaining());
    }
  }

  private long number(int width) {
    if (width > remaining()) {
      throw new ProtocolException("TRUNCATED", width + " bytes at offset " + at, remaining());
    }
    long value = 0;
    for (int i = 0; i < width; i++) {
      value = value << 8 | (bytes[at++] & 0xff);
    }
    return value;
  }
}
