package network.assay.contracts.client.sign;

import java.math.BigInteger;
import java.util.Optional;
import network.assay.contracts.protocol.Address;

/** Signs EIP-1559 transactions with one secp256k1 key, wherever the key lives. */
public interface TxSigner {
  Address address();

  SignedTx sign(UnsignedTx transaction);

  /**
   * An EIP-1559 transaction before its signature.
   *
   * @param nonce the sender's transaction counter
   * @param gasLimit gas units
   * @param priorityFeePerGas wei to the block's producer
   * @param maxFeePerGas wei, base fee included
   * @param to empty for a contract creation
   * @param valueWei wei sent along
   * @param data calldata or init code, 0x
   */
  record UnsignedTx(
      long chainId,
      long nonce,
      long gasLimit,
      BigInteger priorityFeePerGas,
      BigInteger maxFeePerGas,
      Optional<Address> to,
      BigInteger valueWei,
      String data) {
    public UnsignedTx {
      if (priorityFeePerGas.signum() < 0 || priorityFeePerGas.compareTo(maxFeePerGas) > 0) {
        throw new IllegalArgumentException(
            "want 0 ≤ priority fee ≤ max fee, got " + priorityFeePerGas + " and " + maxFeePerGas);
      }
      if (nonce < 0 || gasLimit <= 0 || valueWei.signum() < 0) {
        throw new IllegalArgumentException(
            "want a nonce ≥ 0, gas > 0 and value ≥ 0, got "
                + nonce
                + ", "
                + gasLimit
                + " and "
                + valueWei);
      }
    }
  }

  /**
   * A signed transaction.
   *
   * @param raw the typed envelope, 0x
   * @param hash keccak256 of raw, 0x: the transaction's hash
   */
  record SignedTx(String raw, String hash) {}
}
