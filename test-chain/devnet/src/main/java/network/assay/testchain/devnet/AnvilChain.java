package network.assay.testchain.devnet;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.protocol.Address;

/** Foundry's Anvil, from the npm packages that the contracts' build installs. */
final class AnvilChain implements TestChain {
  /** A million ether in wei: nobody on a development chain runs dry. */
  private static final String FUNDER_WEI = "0xd3c21bcecceda1000000";

  private final ChainProcess process;
  private final String version;

  private AnvilChain(ChainProcess process, String version) {
    this.process = process;
    this.version = version;
  }

  static AnvilChain start(Path folder, Address funder) {
    return start(folder, funder, List.of("--block-time", "1"), 1);
  }

  /**
   * A block for each transaction at once, and anybody's transactions without a signature: for
   * measuring gas.
   */
  static AnvilChain startInstant(Path folder, Address funder) {
    return start(folder, funder, List.of("--auto-impersonate"), 0);
  }

  private static AnvilChain start(
      Path folder, Address funder, List<String> mining, long firstBlock) {
    int port = ChainProcess.freePort();
    List<String> command = new ArrayList<>(List.of(binary().toString()));
    command.addAll(List.of("--host", "127.0.0.1", "--port", Integer.toString(port)));
    command.addAll(List.of("--chain-id", Long.toString(CHAIN_ID), "--hardfork", "osaka"));
    command.addAll(mining);
    command.addAll(List.of("--accounts", "1", "--gas-limit", "60000000", "--quiet"));
    ChainProcess process =
        ChainProcess.start(command, folder, "anvil", port)
            .awaitBlock(firstBlock, Duration.ofSeconds(30));
    process.call("anvil_setBalance", "[\"" + funder.hex() + "\",\"" + FUNDER_WEI + "\"]");
    return new AnvilChain(process, process.call("web3_clientVersion", "[]"));
  }

  /** The native program: ending the npm shim would leave it running. */
  static Path binary() {
    String told = System.getenv("ASSAY_ANVIL");
    if (told != null && Files.isExecutable(Path.of(told))) {
      return Path.of(told);
    }
    Path packages = AssayHome.find().resolve("contracts/node_modules/@foundry-rs");
    if (Files.isDirectory(packages)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(packages, "anvil-*")) {
        for (Path folder : found) {
          Path binary = folder.resolve("bin/anvil");
          if (Files.isExecutable(binary)) {
            return binary;
          }
        }
      } catch (IOException e) {
        throw new DevnetException("cannot read " + packages, e);
      }
    }
    throw new DevnetException(
        "Anvil is not there: run 'npm ci' in contracts/, or set ASSAY_ANVIL to its program");
  }

  @Override
  public Kind kind() {
    return Kind.ANVIL;
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
