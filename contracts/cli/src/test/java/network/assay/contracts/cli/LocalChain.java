package network.assay.contracts.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.service.Json;
import tools.jackson.databind.JsonNode;

/**
 * A real Anvil on a free loopback port, with its published first development key. Its absence fails
 * a test.
 */
final class LocalChain implements AutoCloseable {
  static final String FUNDED_KEY =
      "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
  static final String FUNDED_ADDRESS = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

  private final Process process;
  private final String url;

  LocalChain() {
    try {
      process =
          new ProcessBuilder(
                  List.of(binary(), "--host", "127.0.0.1", "--port", "0", "--hardfork", "osaka"))
              .redirectErrorStream(true)
              .start();
      url = "http://" + awaitAddress(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String awaitAddress(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("Listening on ")) {
        Thread.ofVirtual().start(() -> drain(out));
        return line.substring("Listening on ".length()).trim();
      }
    }
    throw new IOException("anvil ended before it listened");
  }

  private static void drain(BufferedReader out) {
    try {
      while (out.readLine() != null) {
        // a full pipe would stop it
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
      Path candidate = folder.resolve("contracts/node_modules/.bin/anvil");
      if (Files.isExecutable(candidate)) {
        return candidate.toString();
      }
    }
    throw new IllegalStateException(
        "want contracts/node_modules/.bin/anvil (npm ci in contracts/) or $ASSAY_ANVIL, got neither");
  }

  String url() {
    return url;
  }

  /** A JSON-RPC method's result. */
  JsonNode ask(String method, Object... params) {
    String body =
        Json.write(Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", List.of(params)));
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url))
              .header("content-type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      JsonNode answer =
          Json.mapper().readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
      if (answer.has("error")) {
        throw new IllegalStateException(method + ": " + answer.get("error"));
      }
      return answer.path("result");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends a call as whoever may make it, contracts included; a revert is an error. */
  void as(Address from, Address to, String data) {
    ask("anvil_setBalance", from.hex(), "0x56bc75e2d63100000");
    ask("anvil_impersonateAccount", from.hex());
    String hash =
        ask("eth_sendTransaction", Map.of("from", from.hex(), "to", to.hex(), "data", data))
            .asString();
    JsonNode receipt = ask("eth_getTransactionReceipt", hash);
    if (!receipt.path("status").asString().equals("0x1")) {
      throw new IllegalStateException("reverted: " + data);
    }
    ask("anvil_stopImpersonatingAccount", from.hex());
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
