package network.assay.coordinator.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The coordinator's HTTP interface. Answers are hostile: bounded before they are read. */
final class CoordinatorApi implements AutoCloseable {
  static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxStringLength(64 * 1024)
                          .build())
                  .build())
          .build();

  static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int JSON_BYTES_MAX = 1024 * 1024;

  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  CoordinatorApi(URI base) {
    this.base = base;
  }

  JsonNode get(String path) {
    return json(send(HttpRequest.newBuilder(base.resolve(path)).GET(), JSON_BYTES_MAX));
  }

  JsonNode post(String path, JsonNode body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    return json(send(request, JSON_BYTES_MAX));
  }

  /**
   * The bytes; empty where the coordinator says that there are none yet (404). A transfer that
   * breaks off is taken up where it broke, while the content is the same.
   */
  Optional<byte[]> bytes(String path, int bytesMax) {
    try {
      return Optional.of(new ResumedDownload(http, base.resolve(path), bytesMax).run());
    } catch (ConsumerException e) {
      if (e.reason().endsWith("_YET")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Reads server-sent events until the server ends them or {@code sink} has enough.
   *
   * @param lastId go on behind this event; empty from the beginning
   * @param sink gets name, id and data of each; false ends it
   */
  void stream(String path, String lastId, EventSink sink) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path)).header("accept", "text/event-stream");
    if (!lastId.isEmpty()) {
      request.header("last-event-id", lastId);
    }
    try {
      HttpResponse<InputStream> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        if (response.statusCode() / 100 != 2) {
          throw problem(response.statusCode(), in.readNBytes(JSON_BYTES_MAX));
        }
        EventLines.read(in, sink);
      }
    } catch (IOException e) {
      throw new ConsumerException(
          "COORDINATOR_UNREACHABLE", "the stream from " + base + " broke: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConsumerException("INTERRUPTED", "interrupted; nothing is lost, ask again", e);
    }
  }

  /** Hears one event. */
  @FunctionalInterface
  interface EventSink {
    boolean heard(String name, String id, JsonNode data);
  }

  private byte[] send(HttpRequest.Builder request, int bytesMax) {
    try {
      HttpResponse<InputStream> response =
          http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        byte[] body = in.readNBytes(bytesMax + 1);
        if (body.length > bytesMax) {
          throw new ConsumerException(
              "ANSWER_TOO_LARGE", "the coordinator answered with more than " + bytesMax + " bytes");
        }
        if (response.statusCode() / 100 != 2) {
          throw problem(response.statusCode(), body);
        }
        return body;
      }
    } catch (IOException e) {
      throw new ConsumerException(
          "COORDINATOR_UNREACHABLE",
          "no answer from " + base + ": " + e.getMessage() + "; is it up?",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConsumerException("INTERRUPTED", "interrupted; nothing is lost, ask again", e);
    }
  }

  /** RFC 9457 problem details with a {@code reason}. */
  static ConsumerException problem(int status, byte[] body) {
    @Nullable String reason = null;
    @Nullable String detail = null;
    try {
      JsonNode node = JSON.readTree(body);
      reason = node.path("reason").asString("");
      detail = node.path("detail").asString("");
    } catch (JacksonException e) {
      detail = new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8);
    }
    return new ConsumerException(
        reason == null || reason.isEmpty() ? "HTTP_" + status : reason,
        "the coordinator refused: " + detail);
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw new ConsumerException(
          "MALFORMED_ANSWER", "the coordinator's answer is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
