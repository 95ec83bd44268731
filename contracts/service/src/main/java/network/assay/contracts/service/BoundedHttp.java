package network.assay.contracts.service;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP with a bound on the answer's size and on the whole exchange's time, body included. No
 * redirects.
 */
public final class BoundedHttp implements AutoCloseable {
  private final HttpClient client;
  private final Duration timeout;
  private final int bytesMax;

  /**
   * @param timeout for a whole exchange
   * @param bytesMax of an answer's body
   */
  public BoundedHttp(Duration timeout, int bytesMax) {
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    this.timeout = timeout;
    this.bytesMax = bytesMax;
  }

  /** Status and body. */
  public record Answer(int status, Body body) {
    public boolean isOk() {
      return status >= 200 && status < 300;
    }
  }

  /** Bytes that nobody changes. */
  public static final class Body {
    private final byte[] bytes;

    private Body(byte[] bytes) {
      this.bytes = bytes;
    }

    public byte[] toArray() {
      return bytes.clone();
    }
  }

  public Answer get(URI uri) throws IOException {
    return send(HttpRequest.newBuilder(uri).GET().build());
  }

  public Answer postJson(URI uri, String json) throws IOException {
    return send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  /**
   * One exchange.
   *
   * @throws IOException where nobody answers in time, or with more than bytesMax
   */
  public Answer send(HttpRequest request) throws IOException {
    CompletableFuture<Answer> exchange =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
            .thenApplyAsync(
                response -> new Answer(response.statusCode(), read(response.body())),
                work -> Thread.ofVirtual().start(work));
    try {
      return exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new IOException(
          request.uri().getHost() + " gave no whole answer within " + timeout.toMillis() + " ms",
          e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(request.uri().getHost() + ": " + cause.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + request.uri().getHost(), e);
    }
  }

  private static final class BadBody extends RuntimeException {
    BadBody(String message) {
      super(message);
    }
  }

  private Body read(InputStream in) {
    try (in) {
      byte[] bytes = in.readNBytes(bytesMax + 1);
      if (bytes.length > bytesMax) {
        throw new BadBody("the answer is larger than " + bytesMax + " bytes");
      }
      return new Body(bytes);
    } catch (IOException e) {
      throw new BadBody("the answer broke off: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
