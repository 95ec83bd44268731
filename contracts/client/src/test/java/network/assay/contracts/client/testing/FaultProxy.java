package network.assay.contracts.client.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A loopback proxy before a real node that fails as told. */
public final class FaultProxy implements AutoCloseable {

  /** What becomes of one question. */
  public sealed interface Fate {
    /** The node's own answer. */
    record Pass() implements Fate {}

    /** This HTTP status and body. */
    record Answer(int status, String body) implements Fate {}

    /** The node does what was asked, and its answer is lost. */
    record LoseAnswer() implements Fate {}

    /** No answer for so long. */
    record Hang(long ms) implements Fate {}
  }

  /** Decides by the question's JSON text. */
  @FunctionalInterface
  public interface Rule {
    Fate decide(String question);
  }

  private final HttpServer server;
  private final URI target;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile Rule rule = question -> new Fate.Pass();

  public FaultProxy(URI target) {
    this.target = target;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public void rule(Rule next) {
    rule = next;
  }

  public void heal() {
    rule = question -> new Fate.Pass();
  }

  /** Questions seen so far. */
  public int questions() {
    return questions.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    questions.incrementAndGet();
    try (exchange) {
      switch (rule.decide(question)) {
        case Fate.Pass pass -> respond(exchange, 200, forward(question));
        case Fate.Answer answer -> respond(exchange, answer.status(), answer.body());
        case Fate.LoseAnswer lost -> {
          forward(question);
          respond(exchange, 503, "");
        }
        case Fate.Hang hang -> Thread.sleep(hang.ms());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String forward(String question) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    http.shutdownNow();
  }
}
