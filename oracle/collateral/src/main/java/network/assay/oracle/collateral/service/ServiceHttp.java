package network.assay.oracle.collateral.service;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralItem;

/**
 * HTTP to a service that may be slow, busy or hostile: every answer bounded in size and time, no
 * redirects, "too busy" heeded for the whole host, failures tried again ever more slowly, refusals
 * not.
 *
 * <p>Assumptions. Breaks safety: none, everything that comes is verified by whoever uses it. Breaks
 * liveness: the service answers within {@link Backoff}.
 */
public final class ServiceHttp implements AutoCloseable {
  private static final Duration EXCHANGE_MAX = Duration.ofSeconds(20);
  private static final int HEADER_CHARS_MAX = 64 * 1024;

  private final HttpClient client;
  private final Backoff backoff;
  private final Sleeper sleeper;
  private final Map<String, Long> quietUntilNs = new HashMap<>();

  /** Waiting, so that tests need not. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  /**
   * A whole answer.
   *
   * @param headers as sent; each is read by {@link #header}
   */
  @SuppressWarnings("ArrayRecordComponent") // handed to an inspector, never compared
  public record Answer(int status, HttpHeaders headers, byte[] body) {
    /** A header of bounded length. */
    public Optional<String> header(String name) {
      return headers
          .firstValue(name)
          .filter(value -> !value.isEmpty() && value.length() <= HEADER_CHARS_MAX);
    }
  }

  public ServiceHttp(Backoff backoff) {
    this(backoff, Thread::sleep);
  }

  ServiceHttp(Backoff backoff, Sleeper sleeper) {
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(EXCHANGE_MAX)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    this.backoff = backoff;
    this.sleeper = sleeper;
  }

  Answer get(URI uri) {
    return ask(HttpRequest.newBuilder(uri).GET());
  }

  Answer post(URI uri, String contentType, byte[] body) {
    return ask(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  /**
   * Asks until there is an answer, a refusal, or no try left.
   *
   * @throws CollateralException SERVICE_REFUSED, SERVICE_BUSY or SERVICE_UNREACHABLE
   */
  private Answer ask(HttpRequest.Builder builder) {
    HttpRequest request = builder.timeout(EXCHANGE_MAX).build();
    String host = request.uri().getAuthority();
    String last = "nothing";
    for (int tries = 1; tries <= backoff.triesMax(); tries++) {
      keepQuiet(host);
      Duration wait = backoff.after(tries);
      try {
        Answer answer = exchange(request);
        if (answer.status() == 200) {
          return answer;
        }
        last = "status " + answer.status();
        if (answer.status() != 429 && answer.status() < 500) {
          throw new CollateralException(
              "SERVICE_REFUSED", last + " for " + request.uri(), "status 200");
        }
        wait = asked(answer).orElse(wait);
        if (wait.compareTo(backoff.waitMax()) > 0) {
          throw new CollateralException(
              "SERVICE_BUSY",
              host + " asks to wait " + wait.toSeconds() + " s",
              "at most " + backoff.waitMax().toSeconds() + " s");
        }
      } catch (IOException e) {
        last = String.valueOf(e.getMessage());
      }
      hush(host, wait);
    }
    throw new CollateralException(
        "SERVICE_UNREACHABLE",
        last + " from " + host,
        "an answer within " + backoff.triesMax() + " tries");
  }

  /**
   * What {@code Retry-After} asks for, in seconds; its form with a date is left to our own wait.
   */
  private static Optional<Duration> asked(Answer answer) {
    return answer
        .header("Retry-After")
        .filter(text -> text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9'))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }

  private synchronized void hush(String host, Duration wait) {
    quietUntilNs.put(host, System.nanoTime() + wait.toNanos());
  }

  private void keepQuiet(String host) {
    long waitNs;
    synchronized (this) {
      Long until = quietUntilNs.remove(host);
      waitNs = until == null ? 0 : until - System.nanoTime();
    }
    if (waitNs <= 0) {
      return;
    }
    try {
      sleeper.sleep(Duration.ofNanos(waitNs));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CollateralException("INTERRUPTED", "an interrupt", "to wait for " + host, e);
    }
  }

  private Answer exchange(HttpRequest request) throws IOException {
    CompletableFuture<Answer> exchange =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
            .thenApplyAsync(ServiceHttp::whole, work -> Thread.ofVirtual().start(work));
    try {
      return exchange.get(EXCHANGE_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new IOException("no whole answer within " + EXCHANGE_MAX.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof CollateralException refused) {
        throw refused;
      }
      throw new IOException(String.valueOf(cause.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CollateralException("INTERRUPTED", "an interrupt", "an answer", e);
    }
  }

  private static Answer whole(HttpResponse<InputStream> response) {
    try (InputStream in = response.body()) {
      byte[] body = in.readNBytes(CollateralItem.BYTES_MAX + 1);
      if (body.length > CollateralItem.BYTES_MAX) {
        throw new CollateralException(
            "WRONG_LENGTH", "a longer answer", "at most " + CollateralItem.BYTES_MAX + " bytes");
      }
      return new Answer(response.statusCode(), response.headers(), body);
    } catch (IOException e) {
      throw new CollateralException(
          "SERVICE_UNREACHABLE", "an answer that broke off", "a whole answer", e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
