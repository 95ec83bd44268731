package network.assay.contracts.protocol;

import java.util.Map;

/**
 * A message that is signed as EIP-712 typed data. Implementations are records whose constructors
 * refuse values out of range.
 */
public interface TypedStruct {
  StructType type();

  /** The members in type order. */
  Object[] values();

  /** {@code encodeData}: 32 bytes a member; also the canonical serialisation. */
  default byte[] words() {
    return type().encode(values());
  }

  default Bytes32 structHash() {
    return Keccak.hash(type().typeHash().toArray(), words());
  }

  /** What is signed: {@code H(0x1901 ‖ domainSeparator ‖ structHash)}. */
  default Bytes32 digest(Eip712Domain domain) {
    return domain.digest(structHash());
  }

  default Map<String, String> toText() {
    return type().toText(values());
  }

  /** Signs with a device's, oracle's or consumer's key. */
  default Signature sign(Eip712Domain domain, Secp256k1.PrivateKey key) {
    return key.sign(digest(domain));
  }
}
