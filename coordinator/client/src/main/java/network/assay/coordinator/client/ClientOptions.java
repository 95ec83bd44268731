package network.assay.coordinator.client;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.sign.EcdsaSigner;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.sign.KeystoreV3;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Secp256k1;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Options that every consumer command shares. Defaults come from the environment, so that a script
 * says them once.
 */
final class ClientOptions {
  private static final int KEY_BYTES_MAX = 64 * 1024;

  @Option(
      names = "--coordinator",
      paramLabel = "URL",
      defaultValue = "${ASSAY_COORDINATOR:-http://127.0.0.1:8480}",
      description = "the coordinator (or $ASSAY_COORDINATOR); default ${DEFAULT-VALUE}")
  private URI coordinator = URI.create("http://127.0.0.1");

  @Option(
      names = "--deployment",
      paramLabel = "FILE",
      defaultValue = "${ASSAY_DEPLOYMENT}",
      description = "your address book of the contracts (or $ASSAY_DEPLOYMENT)")
  private @Nullable Path deployment;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      defaultValue = "${ASSAY_KEY_FILE}",
      description =
          "your wallet: keystore V3 (password in $ASSAY_KEY_PASSWORD), or 32 bytes as 0x hex (or $ASSAY_KEY_FILE)")
  private @Nullable Path key;

  @Option(
      names = "--orders",
      paramLabel = "FOLDER",
      defaultValue = "${ASSAY_ORDERS:-.assay/orders}",
      description =
          "where orders and their one-time result keys are kept; default ${DEFAULT-VALUE}")
  private Path orders = Path.of(".assay/orders");

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  boolean json() {
    return json;
  }

  ConsumerClient open() {
    return new ConsumerClient(
        coordinator, Deployment.parse(read("--deployment", deployment)), signer(), orders);
  }

  Deployment addressBook() {
    return Deployment.parse(read("--deployment", deployment));
  }

  /** Beside the orders: one file a wallet. */
  Path journal() {
    return orders.resolve("wallet-" + wallet().address().hex() + ".db");
  }

  EcdsaSigner signer() {
    return wallet();
  }

  KeySigner wallet() {
    String text = new String(read("--key", key), StandardCharsets.UTF_8).strip();
    if (text.startsWith("{")) {
      @Nullable String password = System.getenv("ASSAY_KEY_PASSWORD");
      if (password == null) {
        throw new ConsumerException(
            "NO_PASSWORD", "the keystore needs its password in ASSAY_KEY_PASSWORD");
      }
      return KeySigner.of(KeystoreV3.decrypt(text, password));
    }
    return KeySigner.of(Secp256k1.PrivateKey.of(Hex.decode(text, 32)));
  }

  private static byte[] read(String option, @Nullable Path file) {
    if (file == null) {
      throw new ConsumerException("MISSING_OPTION", "say " + option + " FILE");
    }
    try {
      if (Files.size(file) > KEY_BYTES_MAX) {
        throw new ConsumerException(
            "TOO_LONG", file + " is larger than " + KEY_BYTES_MAX + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ConsumerException(
          "CANNOT_READ", "cannot read " + file + " given as " + option + ": " + e.getMessage(), e);
    }
  }
}
