package network.assay.contracts.client.sign;

import java.math.BigInteger;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Secp256k1;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Wallet;
import org.web3j.crypto.WalletFile;
import org.web3j.crypto.exception.CipherException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Web3 Secret Storage, version 3: the password-protected key file of Ethereum wallets. */
public final class KeystoreV3 {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** A real file has some 500 bytes. */
  private static final int TEXT_CHARS_MAX = 8_192;

  /** 2^18 is the standard's own cost (256 MiB); more would let a file exhaust the process. */
  private static final int SCRYPT_N_MAX = 1 << 18;

  private KeystoreV3() {}

  /**
   * The file's key.
   *
   * @throws IllegalArgumentException where the text is no key file, asks for too much memory, or
   *     the password is wrong
   */
  public static Secp256k1.PrivateKey decrypt(String json, String password) {
    if (json.length() > TEXT_CHARS_MAX) {
      throw new IllegalArgumentException(
          "want a key file of at most " + TEXT_CHARS_MAX + " characters, got " + json.length());
    }
    try {
      WalletFile file = MAPPER.readValue(json, WalletFile.class);
      refuseCostly(file);
      ECKeyPair pair = Wallet.decrypt(password, file);
      return Secp256k1.PrivateKey.of(Bytes.start().u256(pair.getPrivateKey()).toArray());
    } catch (CipherException e) {
      throw new IllegalArgumentException("the key file does not open: " + e.getMessage(), e);
    } catch (JacksonException | NullPointerException e) {
      throw new IllegalArgumentException("want a version 3 key file, got something else", e);
    }
  }

  /** Encrypts with scrypt at the standard cost. */
  public static String encrypt(Secp256k1.PrivateKey key, String password) {
    try {
      ECKeyPair pair = ECKeyPair.create(new BigInteger(1, key.secretBytes()));
      return MAPPER.writeValueAsString(Wallet.createStandard(password, pair));
    } catch (CipherException e) {
      throw new IllegalStateException("cannot encrypt a key: " + e.getMessage(), e);
    }
  }

  private static void refuseCostly(WalletFile file) {
    if (file.getCrypto().getKdfparams() instanceof WalletFile.ScryptKdfParams scrypt
        && (scrypt.getN() > SCRYPT_N_MAX || scrypt.getR() > 8 || scrypt.getP() > 16)) {
      throw new IllegalArgumentException(
          "want scrypt cost of at most n="
              + SCRYPT_N_MAX
              + ", r=8, p=16, got n="
              + scrypt.getN()
              + ", r="
              + scrypt.getR()
              + ", p="
              + scrypt.getP());
    }
  }
}
