package network.assay.agent.execute;

import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;

/** A message and a signature that nobody has checked yet. */
public record Signed<T extends TypedStruct>(T message, Signature signature) {

  /** Who signed it under this domain; empty where the signature is none. */
  public Optional<Address> signer(Eip712Domain domain) {
    return Secp256k1.recover(message.digest(domain), signature);
  }

  /** Whether {@code key} signed it under this domain. */
  public boolean signedBy(Address key, Eip712Domain domain) {
    return signer(domain).filter(key::equals).isPresent();
  }
}
