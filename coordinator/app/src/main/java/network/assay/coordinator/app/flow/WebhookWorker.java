package network.assay.coordinator.app.flow;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Webhooks;
import network.assay.coordinator.app.store.Webhooks.Delivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells consumers what happened, as standardwebhooks.com says: {@code webhook-id}, {@code
 * webhook-timestamp}, {@code webhook-signature: v1,base64(HMAC-SHA256(secret, id.timestamp.body))}.
 * At least once; the id is the same each time, so that a receiver drops what it has.
 */
public final class WebhookWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookWorker.class);
  private static final int AT_ONCE = 16;
  private static final int ANSWER_BYTES_MAX = 4_096;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLAIM = Duration.ofSeconds(60);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration PAUSE_MAX = Duration.ofHours(1);

  /** 5 s, 10 s, … 1 h: after about a day a message is not waited for any more. */
  private static final int TRIES_MAX = 32;

  private final Database database;
  private final boolean privateToo;
  private final WebhookTarget.Lookup lookup;
  private final LongSupplier clockMs;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER) // a redirect would lead past the check
          .build();

  public WebhookWorker(
      Database database, boolean privateToo, WebhookTarget.Lookup lookup, LongSupplier clockMs) {
    this.database = database;
    this.privateToo = privateToo;
    this.lookup = lookup;
    this.clockMs = clockMs;
  }

  /** One round over what is due; returns when all of it was tried. */
  public void step() {
    List<Delivery> due = database.transaction(tx -> Webhooks.claim(tx, CLAIM, AT_ONCE));
    List<Thread> sending = new ArrayList<>();
    due.forEach(delivery -> sending.add(Thread.startVirtualThread(() -> send(delivery))));
    for (Thread thread : sending) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void send(Delivery delivery) {
    try {
      URI target = WebhookTarget.check(delivery.url(), privateToo, lookup);
      int status = post(target, delivery);
      if (status / 100 == 2) {
        write(tx -> Webhooks.done(tx, delivery.id(), "HTTP " + status));
      } else {
        notTaken(delivery, "HTTP " + status, status == 410);
      }
    } catch (IOException e) {
      notTaken(delivery, e.getClass().getSimpleName(), false);
    } catch (Refused e) {
      notTaken(delivery, e.detail(), false); // a name may point elsewhere again
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("webhook {} stays due: {}", delivery.id(), e.getMessage());
    }
  }

  private int post(URI target, Delivery delivery) throws IOException, InterruptedException {
    String id = "msg_" + delivery.orderHash().hex().substring(2, 18) + "_" + delivery.id();
    String timestamp = Long.toString(clockMs.getAsLong() / 1_000);
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .header("user-agent", "assay-coordinator")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header(
                "webhook-signature", signature(delivery.secret(), id, timestamp, delivery.body()))
            .POST(HttpRequest.BodyPublishers.ofString(delivery.body()))
            .build();
    HttpResponse<InputStream> answer =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      body.readNBytes(ANSWER_BYTES_MAX); // so that the connection can serve the next
    }
    return answer.statusCode();
  }

  /** The header's value. */
  public static String signature(byte[] secret, String id, String timestamp, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] signed =
          mac.doFinal((id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private void notTaken(Delivery delivery, String answer, boolean forGood) {
    if (forGood || delivery.tries() >= TRIES_MAX) {
      LOG.info(
          "webhook {} is given up after {} tries: {}", delivery.id(), delivery.tries(), answer);
      write(tx -> Webhooks.giveUp(tx, delivery.id(), answer));
      return;
    }
    write(tx -> Webhooks.again(tx, delivery.id(), pause(delivery.tries()), answer));
  }

  /** Doubles from 5 s to an hour. */
  static Duration pause(int tries) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries - 1, 12));
    return pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
  }

  private interface Write {
    void run(java.sql.Connection tx) throws java.sql.SQLException;
  }

  private void write(Write write) {
    database.transaction(tx -> {
      write.run(tx);
      return true;
    });
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
