package network.assay.contracts.client.sign;

import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Signature;

/**
 * Signs 32-byte digests (EIP-712 digests of our messages) with one secp256k1 key, wherever the key
 * lives.
 */
public interface EcdsaSigner {
  Address address();

  /** A recoverable low-s signature of the digest, taken as it is: no prefix, no further hash. */
  Signature sign(Bytes32 digest);
}
