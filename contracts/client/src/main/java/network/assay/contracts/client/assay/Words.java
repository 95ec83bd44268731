package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.ByteReader;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.ProtocolException;

/** Reads ABI-encoded words, in order; refuses values that do not fit their type. */
final class Words {
  private static final int BYTES_MAX = 128 * 1024;

  private final byte[] bytes;
  private final ByteReader in;

  private Words(byte[] bytes) {
    this.bytes = bytes;
    this.in = new ByteReader(bytes);
  }

  static Words of(String hex) {
    return new Words(Hex.decode(hex, BYTES_MAX));
  }

  Bytes32 bytes32() {
    return in.bytes32();
  }

  Address address() {
    byte[] word = in.raw(32);
    fits(word, 160);
    return Address.of(word, 12);
  }

  BigInteger unsigned(int bits) {
    return fits(in.raw(32), bits);
  }

  int u8() {
    return unsigned(8).intValueExact();
  }

  int u16() {
    return unsigned(16).intValueExact();
  }

  long u32() {
    return unsigned(32).longValueExact();
  }

  long u40() {
    return unsigned(40).longValueExact();
  }

  long u64() {
    return unsigned(64).longValue();
  }

  BigInteger u96() {
    return unsigned(96);
  }

  boolean bool() {
    return unsigned(1).signum() == 1;
  }

  /** A dynamic array of words, at the offset that the next word gives. */
  List<Bytes32> words(int countMax) {
    int offset = u31();
    ByteReader at = new ByteReader(bytes);
    at.raw(offset);
    BigInteger count = new BigInteger(1, at.raw(32));
    if (count.bitLength() > 31 || count.intValueExact() > countMax) {
      throw new ProtocolException("TOO_LONG", "at most " + countMax + " words", count);
    }
    List<Bytes32> out = new ArrayList<>();
    for (int i = 0; i < count.intValueExact(); i++) {
      out.add(at.bytes32());
    }
    return out;
  }

  /** Dynamic bytes, at the offset that the next word gives. */
  byte[] bytes(int lengthMax) {
    int offset = u31();
    ByteReader at = new ByteReader(bytes);
    at.raw(offset);
    BigInteger length = new BigInteger(1, at.raw(32));
    if (length.bitLength() > 31 || length.intValueExact() > lengthMax) {
      throw new ProtocolException("TOO_LONG", "at most " + lengthMax + " bytes", length);
    }
    return at.raw(length.intValueExact());
  }

  private int u31() {
    return unsigned(31).intValueExact();
  }

  private static BigInteger fits(byte[] word, int bits) {
    BigInteger value = new BigInteger(1, word);
    if (value.bitLength() > bits) {
      throw new ProtocolException("OUT_OF_RANGE", "an unsigned number of " + bits + " bits", value);
    }
    return value;
  }
}
