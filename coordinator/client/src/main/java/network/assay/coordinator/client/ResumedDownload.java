package network.assay.coordinator.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A GET that goes on where it broke off, by ranges of bytes (RFC 9110 section 14). */
final class ResumedDownload {
  private static final int TRIES_MAX = 8;
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final HttpClient http;
  private final URI uri;
  private final int bytesMax;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private String tag = "";

  ResumedDownload(HttpClient http, URI uri, int bytesMax) {
    this.http = http;
    this.uri = uri;
    this.bytesMax = bytesMax;
  }

  /** All of it; throws where it breaks again and again, is refused, or is longer than allowed. */
  byte[] run() {
    IOException last = new IOException("no try");
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      try {
        once();
        return content.toByteArray();
      } catch (IOException e) {
        last = e;
        if (content.size() == 0) {
          break; // nothing to go on from: the caller asks again if he wants to
        }
        pause();
      }
    }
    throw new ConsumerException(
        "COORDINATOR_UNREACHABLE", "no answer from " + uri + ": " + last.getMessage(), last);
  }

  private void once() throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(CoordinatorApi.TIMEOUT).GET();
    if (content.size() > 0 && !tag.isEmpty()) {
      request.header("range", "bytes=" + content.size() + "-").header("if-range", tag);
    }
    HttpResponse<InputStream> response = send(request.build());
    try (InputStream in = response.body()) {
      int status = response.statusCode();
      if (status / 100 != 2) {
        throw CoordinatorApi.problem(status, in.readNBytes(64 * 1024));
      }
      if (status != 206 || !isRest(response)) {
        content.reset(); // another content by now, or a server that knows no ranges
      }
      tag = response.headers().firstValue("etag").orElse("");
      read(in);
    }
  }

  private boolean isRest(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("content-range")
        .filter(range -> range.startsWith("bytes " + content.size() + "-"))
        .isPresent();
  }

  private void read(InputStream in) throws IOException {
    byte[] buffer = new byte[16 * 1024];
    for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
      if (content.size() + got > bytesMax) {
        throw new ConsumerException(
            "ANSWER_TOO_LARGE", "the coordinator answered with more than " + bytesMax + " bytes");
      }
      content.write(buffer, 0, got);
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static ConsumerException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ConsumerException("INTERRUPTED", "interrupted; nothing is lost, ask again", e);
  }
}
