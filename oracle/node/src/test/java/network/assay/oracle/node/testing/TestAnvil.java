package network.assay.oracle.node.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Secp256k1;

/**
 * A real Anvil with a block a second on a free loopback port. Its absence fails a test: the build
 * installs it.
 */
public final class TestAnvil implements AutoCloseable {
  public static final long CHAIN_ID = 31_337;

  /** Anvil's published first development key; worth nothing anywhere. */
  public static final Secp256k1.PrivateKey FUNDED_KEY =
      Secp256k1.PrivateKey.of(
          Hex.decode("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", 32));

  private final Process process;
  private final URI url;
  private final RpcEndpoints rpc;

  private TestAnvil(Process process, URI url) {
    this.process = process;
    this.url = url;
    this.rpc = RpcEndpoints.open(RpcConfig.of(List.of(url), CHAIN_ID));
  }

  public static TestAnvil start() throws IOException {
    Process process =
        new ProcessBuilder(
                binary(),
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--hardfork",
                "osaka",
                "--chain-id",
                "" + CHAIN_ID,
                "--block-time",
                "1")
            .redirectErrorStream(true)
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("Listening on ")) {
        Thread.ofVirtual().start(() -> out.lines().forEach(_ -> {})); // a full pipe would stop it
        return new TestAnvil(
            process, URI.create("http://" + line.substring("Listening on ".length()).trim()));
      }
    }
    throw new IOException("anvil ended before it listened");
  }

  private static String binary() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path anvil = folder.resolve("contracts/node_modules/.bin/anvil");
      if (Files.isExecutable(anvil)) {
        return anvil.toString();
      }
    }
    throw new IllegalStateException(
        "want contracts/node_modules/.bin/anvil (npm ci in contracts/), got none");
  }

  public URI url() {
    return url;
  }

  public RpcEndpoints rpc() {
    return rpc;
  }

  public void fund(Address account) {
    rpc.read(
        "funds",
        node ->
            node.callOptional(
                "anvil_setBalance", List.of(account.hex(), "0x56bc75e2d63100000"), n -> n));
  }

  @Override
  public void close() {
    rpc.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      boolean ended = process.waitFor(5, TimeUnit.SECONDS);
      if (!ended) {
        throw new IllegalStateException("anvil did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
