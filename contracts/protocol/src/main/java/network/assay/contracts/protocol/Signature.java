package network.assay.contracts.protocol;

import java.math.BigInteger;
import java.util.Arrays;

/** A recoverable secp256k1 signature, 65 bytes {@code r‖s‖v}, v 27 or 28. */
public final class Signature {
  public static final int SIZE = 65;

  private final byte[] bytes;

  private Signature(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Signature of(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new ProtocolException("MALFORMED_SIGNATURE", "65 bytes", bytes.length);
    }
    int v = bytes[64] & 0xff;
    if (v != 27 && v != 28) {
      throw new ProtocolException("MALFORMED_SIGNATURE", "v 27 or 28", v);
    }
    return new Signature(bytes.clone());
  }

  public static Signature of(BigInteger r, BigInteger s, int v) {
    return of(Bytes.start().u256(r).u256(s).u8(v).toArray());
  }

  public static Signature fromHex(String hex) {
    return of(Hex.decode(hex, SIZE));
  }

  public BigInteger r() {
    return new BigInteger(1, Arrays.copyOfRange(bytes, 0, 32));
  }

  public BigInteger s() {
    return new BigInteger(1, Arrays.copyOfRange(bytes, 32, 64));
  }

  public int v() {
    return bytes[64] & 0xff;
  }

  public byte[] toArray() {
    return bytes.clone();
  }

  public String hex() {
    return Hex.encode(bytes);
  }

  /**
   * The 64 bytes {@code r‖s} of the same signature with s chosen so that v is 27: the form in which
   * a quorum's signatures go on chain.
   */
  public byte[] toNormalised64() {
    BigInteger s = v() == 27 ? s() : Secp256k1.ORDER.subtract(s());
    return Bytes.start().u256(r()).u256(s).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature that && Arrays.equals(bytes, that.bytes);
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
