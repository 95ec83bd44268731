package network.assay.contracts.protocol;

import java.math.BigInteger;
import java.util.Arrays;

/** Thirty-two bytes that never change: a hash, a root, a salt. */
public final class Bytes32 implements Comparable<Bytes32> {
  public static final int SIZE = 32;
  public static final Bytes32 ZERO = new Bytes32(new byte[SIZE]);

  private final byte[] bytes;

  private Bytes32(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Copies exactly 32 bytes. */
  public static Bytes32 of(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new ProtocolException("WRONG_LENGTH", "32 bytes", bytes.length);
    }
    return new Bytes32(bytes.clone());
  }

  public static Bytes32 of(byte[] source, int offset) {
    if (offset < 0 || source.length - offset < SIZE) {
      throw new ProtocolException("WRONG_LENGTH", "32 bytes from " + offset, source.length);
    }
    return new Bytes32(Arrays.copyOfRange(source, offset, offset + SIZE));
  }

  public static Bytes32 fromHex(String hex) {
    return of(Hex.decode(hex, SIZE));
  }

  public byte[] toArray() {
    return bytes.clone();
  }

  /** The bytes as an unsigned big-endian number. */
  public BigInteger toUnsigned() {
    return new BigInteger(1, bytes);
  }

  public boolean isZero() {
    return equals(ZERO);
  }

  public String hex() {
    return Hex.encode(bytes);
  }

  @Override
  public int compareTo(Bytes32 other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes32 that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
