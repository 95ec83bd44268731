package network.assay.contracts.client.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Secp256k1;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** A real Anvil on a free loopback port. Its absence fails a test: the build installs it. */
public final class AnvilProcess implements AutoCloseable {
  public static final long CHAIN_ID = 31337;

  /** Anvil's published first development key ("test test … junk"); worth nothing anywhere. */
  public static final Secp256k1.PrivateKey FUNDED_KEY =
      Secp256k1.PrivateKey.of(
          Hex.decode("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", 32));

  private final Process process;
  private final URI url;
  private final RpcEndpoints rpc;

  private AnvilProcess(Process process, URI url) {
    this.process = process;
    this.url = url;
    this.rpc = RpcEndpoints.open(RpcConfig.of(List.of(url), CHAIN_ID));
  }

  /** Options are Anvil's own, such as --no-mining. */
  public static AnvilProcess start(String... options) {
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
    command.addAll(List.of(options));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new AnvilProcess(process, URI.create("http://" + awaitAddress(process)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String awaitAddress(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder seen = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("Listening on ")) {
        Thread.ofVirtual().start(() -> drain(out));
        return line.substring("Listening on ".length()).trim();
      }
      seen.append(line).append('\n');
    }
    throw new IOException("anvil ended before it listened: " + seen);
  }

  /** A full pipe would stop the process. */
  private static void drain(BufferedReader out) {
    try {
      while (out.readLine() != null) {
        // nobody reads it
      }
    } catch (IOException e) {
      // the process was ended
    }
  }

  private static String binary() {
    String named = System.getenv("ASSAY_ANVIL");
    if (named != null) {
      return named;
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      for (String place : List.of("contracts/node_modules/.bin/anvil", "node_modules/.bin/anvil")) {
        if (Files.isExecutable(folder.resolve(place))) {
          return folder.resolve(place).toString();
        }
      }
    }
    throw new IllegalStateException(
        "want contracts/node_modules/.bin/anvil (npm ci in contracts/) or $ASSAY_ANVIL, got neither");
  }

  public URI url() {
    return url;
  }

  public RpcEndpoints rpc() {
    return rpc;
  }

  /** Any method; the answer as JSON. */
  public JsonNode ask(String method, Object... params) {
    return rpc.read(method, node -> node.callOptional(method, List.of(params), n -> n))
        .orElse(NullNode.instance);
  }

  /** Sends from Anvil's first account and waits for the receipt (automining). */
  public JsonNode sendMined(Map<String, Object> transaction) {
    Map<String, Object> from = new HashMap<>(transaction);
    from.put("from", FUNDED_KEY.address().hex());
    String hash = ask("eth_sendTransaction", from).asString();
    Await.until("the transaction is mined", () -> !ask("eth_getTransactionReceipt", hash).isNull());
    return ask("eth_getTransactionReceipt", hash);
  }

  /** Deploys from Anvil's first account. */
  public Address deploy(String initCode) {
    return Address.fromHex(sendMined(Map.of("data", initCode)).get("contractAddress").asString());
  }

  public void mine(int blocks) {
    ask("anvil_mine", "0x" + Integer.toHexString(blocks));
  }

  public void fund(Address account) {
    ask("anvil_setBalance", account.hex(), "0x56bc75e2d63100000"); // 100 ether
  }

  @Override
  public void close() {
    rpc.close();
    // The launcher script has the node as its child: both are ours.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
