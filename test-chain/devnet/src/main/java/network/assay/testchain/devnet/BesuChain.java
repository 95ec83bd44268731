package network.assay.testchain.devnet;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Secp256k1;

/**
 * Hyperledger Besu as a QBFT network of one validator with one-second blocks. Needs a Besu
 * installation.
 */
final class BesuChain implements TestChain {
  private final ChainProcess process;
  private final String version;

  private BesuChain(ChainProcess process, String version) {
    this.process = process;
    this.version = version;
  }

  static BesuChain start(Path folder, Address funder) {
    Path binary =
        binary()
            .orElseThrow(() ->
                new DevnetException(
                    "Besu is not there: unpack a release of besu-eth/besu (26.6 or later) and set BESU_HOME to its folder, or put its bin on PATH"));
    Secp256k1.PrivateKey validator = newKey();
    Path genesis = folder.resolve("genesis.json");
    Path key = folder.resolve("validator.key");
    try {
      Files.createDirectories(folder);
      Files.writeString(genesis, BesuGenesis.json(CHAIN_ID, validator.address(), funder));
      Files.writeString(key, Hex.encode(validator.secretBytes()));
    } catch (IOException e) {
      throw new DevnetException("cannot write Besu's genesis into " + folder, e);
    }
    int port = ChainProcess.freePort();
    ChainProcess process =
        ChainProcess.start(command(binary, folder, genesis, key, port), folder, "besu", port)
            .awaitBlock(1, Duration.ofSeconds(90));
    return new BesuChain(process, process.call("web3_clientVersion", "[]"));
  }

  private static List<String> command(Path binary, Path folder, Path genesis, Path key, int port) {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of("--genesis-file=" + genesis, "--network-id=" + CHAIN_ID));
    command.addAll(
        List.of("--data-path=" + folder.resolve("data"), "--node-private-key-file=" + key));
    command.addAll(
        List.of("--discovery-enabled=false", "--nat-method=NONE", "--p2p-interface=127.0.0.1"));
    command.addAll(
        List.of(
            "--p2p-host=127.0.0.1", "--p2p-port=" + ChainProcess.freePort(), "--sync-mode=FULL"));
    command.addAll(List.of("--min-gas-price=0", "--revert-reason-enabled", "--rpc-http-enabled"));
    command.addAll(List.of("--rpc-http-host=127.0.0.1", "--rpc-http-port=" + port));
    command.addAll(
        List.of(
            "--rpc-http-api=ETH,NET,WEB3,QBFT,DEBUG,TXPOOL",
            "--tx-pool-limit-by-account-percentage=0.5"));
    return command;
  }

  private static Secp256k1.PrivateKey newKey() {
    byte[] secret = new byte[Bytes32.SIZE];
    new SecureRandom().nextBytes(secret);
    return Secp256k1.PrivateKey.of(secret);
  }

  /** {@code $BESU_HOME/bin/besu}, then PATH. */
  static Optional<Path> binary() {
    String home = System.getenv("BESU_HOME");
    if (home != null && Files.isExecutable(Path.of(home, "bin", "besu"))) {
      return Optional.of(Path.of(home, "bin", "besu"));
    }
    String path = System.getenv("PATH");
    for (String folder : path == null ? new String[0] : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder, "besu");
      if (!folder.isEmpty() && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  @Override
  public Kind kind() {
    return Kind.BESU;
  }

  @Override
  public URI rpc() {
    return process.rpc();
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.close();
  }
}
