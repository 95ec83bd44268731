package network.assay.contracts.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
