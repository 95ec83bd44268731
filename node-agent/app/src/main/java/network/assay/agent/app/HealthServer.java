package network.assay.agent.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import network.assay.contracts.service.Health;
import network.assay.contracts.service.Json;

/**
 * Health and status as JSON over HTTP, on loopback only: {@code /health} (200 or 503), {@code
 * /status}, {@code /offers}; and {@code POST /drain}.
 */
final class HealthServer implements AutoCloseable {
  static final String DRAIN_HEADER = "X-Assay-Drain";

  private final HttpServer server;
  private final ExecutorService executor;

  HealthServer(int port, Health health, Supplier<AgentStatus> status, AgentControl control) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on loopback port " + port + " for health", e);
    }
    executor = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(executor);
    server.createContext(
        "/health",
        exchange -> {
          Health.Report report = health.report();
          answer(exchange, report.isUp() ? 200 : 503, Json.write(report));
        });
    server.createContext("/status", exchange -> answer(exchange, 200, Json.write(status.get())));
    server.createContext(
        "/offers", exchange -> answer(exchange, 200, Json.write(control.offers())));
    server.createContext("/drain", exchange -> drain(exchange, control));
    server.start();
  }

  /**
   * A page in a browser of this machine must not drain its agent: it cannot send this header
   * without being asked first, and nobody here answers that question.
   */
  private static void drain(HttpExchange exchange, AgentControl control) throws IOException {
    try (exchange) {
      String wanted = exchange.getRequestHeaders().getFirst(DRAIN_HEADER);
      boolean known = "on".equals(wanted) || "off".equals(wanted);
      if (!exchange.getRequestMethod().equals("POST") || !known) {
        exchange.sendResponseHeaders(known ? 405 : 400, -1);
        return;
      }
      control.drain("on".equals(wanted));
      exchange.sendResponseHeaders(204, -1);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, int code, String json) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      byte[] body = json.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
