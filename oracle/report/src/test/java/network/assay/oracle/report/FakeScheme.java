package network.assay.oracle.report;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Signature;

/**
 * A test's stand-in for ECDSA, a thousand times cheaper: s = address, r = digest xor s. Anyone
 * could forge it; the tests' liars sign with their own addresses only, so what is tested is what
 * follows from signatures, not the curve.
 */
final class FakeScheme {
  static final CommitteeMember.Domains DOMAINS =
      new CommitteeMember.Domains(
          Eip712Domain.assay(31_337, address(1_001)), Eip712Domain.assay(31_337, address(1_002)));

  private FakeScheme() {}

  static Address address(int index) {
    return Address.of(Keccak.hashUtf8("member " + index).toArray(), 12);
  }

  static Committee committee(long epoch, int n) {
    List<Address> keys = new ArrayList<>();
    List<Bytes32> pins = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      keys.add(address(i));
      pins.add(Keccak.hashUtf8("pin " + i));
    }
    return new Committee(epoch, keys, pins);
  }

  static Signer signer(int index) {
    Address address = address(index);
    return digest -> sign(address, digest);
  }

  private static Signature sign(Address address, Bytes32 digest) {
    BigInteger s = new BigInteger(1, address.toArray());
    return Signature.of(digest.toUnsigned().xor(s), s, 27);
  }

  static Optional<Address> check(Bytes32 digest, Signature signature) {
    byte[] s = Bytes.start().u256(signature.s()).toArray();
    Address claimed = Address.of(s, 12);
    return sign(claimed, digest).equals(signature) ? Optional.of(claimed) : Optional.empty();
  }
}
