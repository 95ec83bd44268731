package network.assay.contracts.protocol;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A committee of one epoch: n = 3f + 1 keys, quorum q = 2f + 1.
 *
 * @param keys signing addresses by index
 * @param pins SHA-256 of each node's TLS SubjectPublicKeyInfo, by index
 */
public record Committee(long epoch, List<Address> keys, List<Bytes32> pins) {
  public static final int SIZE_MAX = 31;

  public Committee {
    keys = List.copyOf(keys);
    pins = List.copyOf(pins);
    int n = keys.size();
    if (n < 4 || n > SIZE_MAX || n % 3 != 1) {
      throw new ProtocolException("COMMITTEE_SIZE", "3f+1 from 4 to 31", n);
    }
    if (pins.size() != n) {
      throw new ProtocolException("COMMITTEE_PINS", n, pins.size());
    }
    if (new HashSet<>(keys).size() != n || keys.contains(Address.ZERO)) {
      throw new ProtocolException("COMMITTEE_KEYS", "distinct, none zero", keys);
    }
  }

  public int n() {
    return keys.size();
  }

  public int f() {
    return (n() - 1) / 3;
  }

  public int quorum() {
    return 2 * f() + 1;
  }

  /** The index of a key, or -1. */
  public int indexOf(Address key) {
    return keys.indexOf(key);
  }

  /** {@code keys ‖ pins}, as stored in contract code. */
  public byte[] blob() {
    Bytes out = Bytes.start();
    keys.forEach(out::raw);
    pins.forEach(out::raw);
    return out.toArray();
  }

  public static Committee fromBlob(long epoch, byte[] blob) {
    int size = Address.SIZE + Bytes32.SIZE;
    if (blob.length == 0 || blob.length % size != 0 || blob.length / size > SIZE_MAX) {
      throw new ProtocolException("COMMITTEE_BLOB", "n times 52 bytes", blob.length);
    }
    ByteReader in = new ByteReader(blob);
    int n = blob.length / size;
    List<Address> keys = new ArrayList<>();
    List<Bytes32> pins = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      keys.add(in.address());
    }
    for (int i = 0; i < n; i++) {
      pins.add(in.bytes32());
    }
    return new Committee(epoch, keys, pins);
  }

  /** {@code H("assay/committee/v1" ‖ chainId u256 ‖ contract ‖ epoch u64 ‖ n u8 ‖ q u8 ‖ blob)}. */
  public Bytes32 digest(long chainId, Address contract) {
    return Keccak.hash(
        Bytes.start()
            .utf8("assay/committee/v1")
            .u256(BigInteger.valueOf(chainId))
            .raw(contract)
            .u64(epoch)
            .u8(n())
            .u8(quorum())
            .raw(blob())
            .toArray());
  }
}
