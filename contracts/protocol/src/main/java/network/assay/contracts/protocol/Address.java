package network.assay.contracts.protocol;

import java.util.Arrays;
import java.util.Locale;

/** A 20-byte Ethereum address. Text form is lower-case; no checksum is demanded of input. */
public final class Address implements Comparable<Address> {
  public static final int SIZE = 20;
  public static final Address ZERO = new Address(new byte[SIZE]);

  private final byte[] bytes;

  private Address(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Address of(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new ProtocolException("WRONG_LENGTH", "20 bytes", bytes.length);
    }
    return new Address(bytes.clone());
  }

  public static Address of(byte[] source, int offset) {
    if (offset < 0 || source.length - offset < SIZE) {
      throw new ProtocolException("WRONG_LENGTH", "20 bytes from " + offset, source.length);
    }
    return new Address(Arrays.copyOfRange(source, offset, offset + SIZE));
  }

  /** Reads an address in any case, as wallets write it. */
  public static Address fromHex(String hex) {
    return of(Hex.decode(hex.toLowerCase(Locale.ROOT), SIZE));
  }

  public byte[] toArray() {
    return bytes.clone();
  }

  public boolean isZero() {
    return equals(ZERO);
  }

  public String hex() {
    return Hex.encode(bytes);
  }

  @Override
  public int compareTo(Address other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Address that && Arrays.equals(bytes, that.bytes);
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
