package network.assay.testchain.devnet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A chain's operating-system process: start, wait until it answers, end by its own handle. */
final class ChainProcess implements AutoCloseable {
  private static final int PORT_FIRST = 20_000;
  private static final int PORT_END = 32_000;
  private static final int PORT_TRIES = 200;

  private static final Pattern RESULT = Pattern.compile("\"result\"\\s*:\\s*\"([^\"]*)\"");
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  private final Process process;
  private final URI rpc;
  private final Path log;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CALL_TIMEOUT).build();

  private ChainProcess(Process process, URI rpc, Path log) {
    this.process = process;
    this.rpc = rpc;
    this.log = log;
  }

  /**
   * A loopback port that was free a moment ago, below those that systems give to outgoing
   * connections (32,768 and up on Linux, 49,152 elsewhere): one of those could take it before its
   * server does.
   */
  static int freePort() {
    for (int i = 0; i < PORT_TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(PORT_FIRST, PORT_END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // Another one, then.
      }
    }
    throw new DevnetException(
        PORT_TRIES
            + " ports of loopback between "
            + PORT_FIRST
            + " and "
            + PORT_END
            + " are taken; end what listens there");
  }

  static ChainProcess start(List<String> command, Path folder, String name, int port) {
    try {
      Files.createDirectories(folder);
      Path log = folder.resolve(name + ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(log.toFile())
              .start();
      return new ChainProcess(process, URI.create("http://127.0.0.1:" + port), log);
    } catch (IOException e) {
      throw new DevnetException("cannot start " + command.getFirst() + ": " + e.getMessage(), e);
    }
  }

  URI rpc() {
    return rpc;
  }

  long pid() {
    return process.pid();
  }

  /** Waits until the chain's head is at least {@code block}. */
  ChainProcess awaitBlock(long block, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new DevnetException(
            "the chain ended at its start with code " + process.exitValue() + "; see " + log);
      }
      if (head() >= block) {
        return this;
      }
      pause();
    }
    close();
    throw new DevnetException(
        "the chain gave no block " + block + " within " + limit.toSeconds() + " s; see " + log);
  }

  private long head() {
    try {
      return Long.decode(call("eth_blockNumber", "[]"));
    } catch (DevnetException notYet) {
      return -1;
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevnetException("interrupted while the chain started", e);
    }
  }

  /** One JSON-RPC call whose result is a string. */
  String call(String method, String params) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
    HttpRequest request =
        HttpRequest.newBuilder(rpc)
            .timeout(CALL_TIMEOUT)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      if (answer.contains("\"error\"")) {
        throw new DevnetException(method + " was refused: " + answer);
      }
      Matcher matcher = RESULT.matcher(answer);
      return matcher.find() ? matcher.group(1) : "";
    } catch (IOException e) {
      throw new DevnetException("no answer to " + method + " from " + rpc, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevnetException("interrupted during " + method, e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    http.close();
  }
}
