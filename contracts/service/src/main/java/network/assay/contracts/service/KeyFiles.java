package network.assay.contracts.service;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.client.sign.KeystoreV3;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Secp256k1;

/**
 * secp256k1 keys in files of mode 600: Ethereum's version 3 key store with a password, or, for
 * machines whose disk is the protection (and for devnets), 0x and 64 digits on one line.
 */
public final class KeyFiles {
  private static final SecureRandom RANDOM = new SecureRandom();

  private KeyFiles() {}

  /** A new random key. */
  public static Secp256k1.PrivateKey random() {
    byte[] secret = new byte[32];
    while (true) {
      RANDOM.nextBytes(secret);
      try {
        return Secp256k1.PrivateKey.of(secret);
      } catch (ProtocolException e) {
        // zero or above the group's order: once in 2^128
      }
    }
  }

  /**
   * Effects: a new key in a new file.
   *
   * @param password encrypts the file; empty for a plain one
   * @throws ConfigProblem where the file exists
   */
  public static Secp256k1.PrivateKey generate(Path file, Optional<String> password) {
    Secp256k1.PrivateKey key = random();
    save(file, key, password);
    return key;
  }

  /** Effects: the key in a new file of mode 600. */
  public static void save(Path file, Secp256k1.PrivateKey key, Optional<String> password) {
    PrivateFiles.create(
        file,
        password.map(p -> KeystoreV3.encrypt(key, p)).orElseGet(() -> Hex.encode(key.secretBytes()))
            + "\n");
  }

  /**
   * The file's key.
   *
   * @param password for an encrypted file; not asked for a plain one
   * @throws ConfigProblem where the file is missing, readable by others, no key, or the password is
   *     missing or wrong
   */
  public static Secp256k1.PrivateKey load(Path file, Optional<String> password) {
    String text = PrivateFiles.read(file).trim();
    try {
      if (text.startsWith("{")) {
        return KeystoreV3.decrypt(
            text,
            password.orElseThrow(() ->
                new ConfigProblem(
                    "the key file " + file + " is encrypted: want a password, got none")));
      }
      return Secp256k1.PrivateKey.of(Hex.decode(text, 32));
    } catch (ProtocolException e) {
      // The text may be half a key: it must not reach a message.
      throw new ConfigProblem(
          "want a version 3 key store or 0x and 64 hexadecimal digits in "
              + file
              + ", got neither");
    } catch (IllegalArgumentException e) {
      throw new ConfigProblem(file + ": " + e.getMessage(), e);
    }
  }

  /** Loads the key, or makes it at the first start. */
  public static Secp256k1.PrivateKey loadOrGenerate(Path file, Optional<String> password) {
    return java.nio.file.Files.exists(file) ? load(file, password) : generate(file, password);
  }

  /**
   * A password from a file of mode 600 or from a named environment variable, the file first.
   *
   * @throws ConfigProblem where what was named does not exist
   */
  public static Optional<String> password(
      Optional<Path> file, Optional<String> variable, Map<String, String> environment) {
    if (file.isPresent()) {
      return Optional.of(PrivateFiles.read(file.get()).strip());
    }
    return variable.map(name ->
        Optional.ofNullable(environment.get(name))
            .orElseThrow(() ->
                new ConfigProblem(
                    "want the password in the environment variable " + name + ", it is not set")));
  }
}
