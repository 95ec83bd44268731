package network.assay.coordinator.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Secp256k1;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** A real Anvil on a free loopback port. Its absence fails a test: the build installs it. */
final class Anvil implements AutoCloseable {
  static final long CHAIN_ID = 31337;

  /** Anvil's published first development key; worth nothing anywhere. */
  static final Secp256k1.PrivateKey FUNDED_KEY =
      Secp256k1.PrivateKey.of(
          Hex.decode("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", 32));

  private final Process process;
  private final URI url;
  private final RpcEndpoints rpc;

  private Anvil(Process process, URI url) {
    this.process = process;
    this.url = url;
    this.rpc = RpcEndpoints.open(RpcConfig.of(List.of(url), CHAIN_ID));
  }

  static Anvil start() {
    List<String> command =
        new ArrayList<>(
            List.of(
                binary(),
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--hardfork",
                "osaka",
                "--chain-id",
                "" + CHAIN_ID));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new Anvil(process, URI.create("http://" + listening(process)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String listening(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("Listening on ")) {
        Thread.ofVirtual().start(() -> out.lines().forEach(more -> {}));
        return line.substring("Listening on ".length()).trim();
      }
    }
    throw new IOException("anvil ended before it listened");
  }

  private static String binary() {
    String named = System.getenv("ASSAY_ANVIL");
    if (named != null) {
      return named;
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path place = folder.resolve("contracts/node_modules/.bin/anvil");
      if (Files.isExecutable(place)) {
        return place.toString();
      }
    }
    throw new IllegalStateException("want contracts/node_modules/.bin/anvil or $ASSAY_ANVIL");
  }

  URI url() {
    return url;
  }

  RpcEndpoints rpc() {
    return rpc;
  }

  JsonNode ask(String method, Object... params) {
    return rpc.read(method, node -> node.callOptional(method, List.of(params), n -> n))
        .orElse(NullNode.instance);
  }

  void fund(Address account) {
    ask("anvil_setBalance", account.hex(), "0x56bc75e2d63100000");
  }

  /** Chain time goes on by so much. */
  void pass(long seconds) {
    ask("evm_increaseTime", seconds);
    ask("anvil_mine", "0x1");
  }

  long nowS() {
    return rpc.read("time", node -> node.head().timestampS());
  }

  @Override
  public void close() {
    rpc.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
