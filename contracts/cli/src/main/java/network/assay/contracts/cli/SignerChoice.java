package network.assay.contracts.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.sign.TxSigner;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.KeyFiles;
import network.assay.contracts.service.Web3SignerTx;

/**
 * Where the deployer's key is: exactly one of a file, an environment variable and a remote signer.
 *
 * @param keystore a version 3 key store, or 0x and 64 digits; readable by its owner only
 * @param passwordFile the key store's password; none: $ASSAY_KEY_PASSWORD
 * @param environment the name of a variable that holds 0x and 64 digits
 * @param web3signer base address of a Web3Signer; then {@code address} says whose key
 */
record SignerChoice(
    Optional<Path> keystore,
    Optional<Path> passwordFile,
    Optional<String> environment,
    Optional<URI> web3signer,
    Optional<Address> address) {
  private static final String PASSWORD = "ASSAY_KEY_PASSWORD";

  SignerChoice {
    long given = Stream.of(keystore, environment, web3signer).filter(Optional::isPresent).count();
    if (given != 1) {
      throw new ConfigProblem(
          "want exactly one of \"keystore\", \"environment\" and \"web3signer\" in \"signer\", got "
              + given);
    }
    if (web3signer.isPresent() && address.isEmpty()) {
      throw new ConfigProblem("want \"address\" beside \"web3signer\": whose key it is");
    }
  }

  TxSigner open(Map<String, String> environmentNow) {
    if (web3signer.isPresent()) {
      return Web3SignerTx.open(web3signer.get(), address.orElseThrow());
    }
    KeySigner signer =
        KeySigner.of(
            environment
                .map(name -> fromEnvironment(name, environmentNow))
                .orElseGet(() -> fromFile(environmentNow)));
    address.ifPresent(want -> {
      if (!want.equals(signer.address())) {
        throw new ConfigProblem("want the key of " + want + ", got that of " + signer.address());
      }
    });
    return signer;
  }

  private Secp256k1.PrivateKey fromFile(Map<String, String> now) {
    Optional<String> variable =
        now.containsKey(PASSWORD) ? Optional.of(PASSWORD) : Optional.empty();
    return KeyFiles.load(keystore.orElseThrow(), KeyFiles.password(passwordFile, variable, now));
  }

  private static Secp256k1.PrivateKey fromEnvironment(String name, Map<String, String> now) {
    String text = now.get(name);
    if (text == null) {
      throw new ConfigProblem(
          "want the deployer's key in the environment variable " + name + ", it is not set");
    }
    try {
      return Secp256k1.PrivateKey.of(Hex.decode(text.strip(), 32));
    } catch (ProtocolException e) {
      // The text may be half a key: it must not reach a message.
      throw new ConfigProblem(
          "want 0x and 64 hexadecimal digits in the environment variable " + name);
    }
  }
}
