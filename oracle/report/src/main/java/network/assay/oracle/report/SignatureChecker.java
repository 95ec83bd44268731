package network.assay.oracle.report;

import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;

/** Says who signed. Must be a pure function: the same arguments always give the same answer. */
@FunctionalInterface
public interface SignatureChecker {
  /** The signing address; empty where the signature is nobody's. */
  Optional<Address> signer(Bytes32 digest, Signature signature);

  /** The chain's own scheme: recoverable ECDSA on secp256k1, low s. */
  static SignatureChecker secp256k1() {
    return Secp256k1::recover;
  }
}
