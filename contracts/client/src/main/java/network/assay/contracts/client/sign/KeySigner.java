package network.assay.contracts.client.sign;

import java.math.BigInteger;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;

/** A signer whose key is in this process's memory. Its text form shows the address only. */
public final class KeySigner implements TxSigner, EcdsaSigner {
  private final Secp256k1.PrivateKey key;
  private final Credentials credentials;

  private KeySigner(Secp256k1.PrivateKey key) {
    this.key = key;
    this.credentials = Credentials.create(ECKeyPair.create(new BigInteger(1, key.secretBytes())));
  }

  public static KeySigner of(Secp256k1.PrivateKey key) {
    return new KeySigner(key);
  }

  @Override
  public Address address() {
    return key.address();
  }

  @Override
  public Signature sign(Bytes32 digest) {
    return key.sign(digest);
  }

  @Override
  public SignedTx sign(UnsignedTx tx) {
    RawTransaction raw =
        RawTransaction.createTransaction(
            tx.chainId(),
            BigInteger.valueOf(tx.nonce()),
            BigInteger.valueOf(tx.gasLimit()),
            tx.to().map(Address::hex).orElse(""),
            tx.valueWei(),
            tx.data(),
            tx.priorityFeePerGas(),
            tx.maxFeePerGas());
    byte[] signed = TransactionEncoder.signMessage(raw, credentials);
    return new SignedTx(Hex.encode(signed), Keccak.hash(signed).hex());
  }

  @Override
  public String toString() {
    return "KeySigner(" + key.address() + ")";
  }
}
