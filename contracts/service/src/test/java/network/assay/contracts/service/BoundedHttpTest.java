package network.assay.contracts.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoundedHttpTest {
  private HttpServer server;
  private final CountDownLatch end = new CountDownLatch(1);
  private final BoundedHttp http = new BoundedHttp(Duration.ofMillis(500), 1_000);

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/bytes/",
        exchange -> {
          byte[] body =
              "x"
                  .repeat(Integer.parseInt(exchange.getRequestURI().getPath().substring(7)))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext(
        "/drip",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('x');
          exchange.getResponseBody().flush();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.createContext(
        "/away",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/bytes/3");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    http.close();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  @Test
  void anAnswerOfTheGreatestSizeIsRead() throws IOException {
    assertThat(http.get(uri("/bytes/1000")).body().toArray()).hasSize(1_000);
  }

  @Test
  void aLargerAnswerIsRefused() {
    assertThatThrownBy(() -> http.get(uri("/bytes/1001")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("larger than 1000 bytes");
  }

  @Test
  void aBodyThatNeverEndsIsLeftInTime() {
    long start = System.nanoTime();
    assertThatThrownBy(() -> http.get(uri("/drip")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("within 500 ms");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void aRedirectIsAnAnswerAndNotFollowed() throws IOException {
    assertThat(http.get(uri("/away")).status()).isEqualTo(302);
    assertThat(http.get(uri("/away")).isOk()).isFalse();
  }
}
