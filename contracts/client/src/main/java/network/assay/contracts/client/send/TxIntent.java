package network.assay.contracts.client.send;

import java.math.BigInteger;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;

/**
 * What a caller wants done once.
 *
 * @param id the caller's idempotency key, 1 to 200 characters: the same id is sent once, whatever
 *     crashes
 * @param to empty for a contract creation
 * @param data calldata or init code, 0x
 * @param valueWei wei sent along
 * @param gasLimit gas to offer; 0 to estimate (which also refuses what would revert)
 */
public record TxIntent(
    String id, Optional<Address> to, String data, BigInteger valueWei, long gasLimit) {
  /** EIP-7825: no transaction above 2^24 gas since Osaka. */
  public static final long GAS_MAX = 16_777_216;

  public TxIntent {
    if (id.isEmpty() || id.length() > 200) {
      throw new IllegalArgumentException(
          "want an intent id of 1 to 200 characters, got " + id.length());
    }
    if (valueWei.signum() < 0 || gasLimit < 0 || gasLimit > GAS_MAX) {
      throw new IllegalArgumentException(
          "want value ≥ 0 and gas up to " + GAS_MAX + ", got " + valueWei + " and " + gasLimit);
    }
    if (!data.startsWith("0x") || data.length() % 2 != 0) {
      throw new IllegalArgumentException(
          "want data as 0x and whole bytes, got " + data.length() + " characters");
    }
  }

  public static TxIntent call(String id, Address to, String data) {
    return new TxIntent(id, Optional.of(to), data, BigInteger.ZERO, 0);
  }

  public static TxIntent create(String id, String initCode) {
    return new TxIntent(id, Optional.empty(), initCode, BigInteger.ZERO, 0);
  }

  public static TxIntent pay(String id, Address to, BigInteger valueWei) {
    return new TxIntent(id, Optional.of(to), "0x", valueWei, 0);
  }

  public TxIntent withGas(long gas) {
    return new TxIntent(id, to, data, valueWei, gas);
  }

  /** Binds everything but id and gas limit: two intents with one id must have one content. */
  public Bytes32 contentHash() {
    return Keccak.hashUtf8(to.map(Address::hex).orElse("create") + "|" + valueWei + "|" + data);
  }
}
