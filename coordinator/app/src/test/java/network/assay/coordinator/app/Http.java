package network.assay.coordinator.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A consumer's side of the wire. */
final class Http implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  Http(int port) {
    this.port = port;
  }

  static final class Answer {
    private final int status;
    private final byte[] bytes;

    Answer(int status, byte[] bytes) {
      this.status = status;
      this.bytes = bytes;
    }

    int status() {
      return status;
    }

    byte[] bytes() {
      return bytes.clone();
    }

    JsonNode json() {
      return JSON.readTree(bytes);
    }

    String text(String member) {
      return json().path(member).asString("");
    }
  }

  Answer get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  Answer post(String path, JsonNode body) throws Exception {
    return send(
        HttpRequest.newBuilder(uri(path))
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  /** Lines of a stream, as they come. */
  BlockingQueue<String> lines(String path) {
    BlockingQueue<String> out = new LinkedBlockingQueue<>();
    HttpRequest request = HttpRequest.newBuilder(uri(path)).GET().build();
    Thread.ofVirtual()
        .start(() -> {
          try {
            client.send(request, HttpResponse.BodyHandlers.ofLines()).body().forEach(out::add);
          } catch (IOException | InterruptedException e) {
            out.add("broke: " + e.getMessage());
          }
        });
    return out;
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private Answer send(HttpRequest.Builder request) throws Exception {
    HttpResponse<byte[]> response =
        client.send(
            request.timeout(Duration.ofSeconds(30)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), response.body());
  }

  /** Asks until the answer is as wanted, 60 s at most. */
  JsonNode await(String path, Predicate<Answer> wanted) throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    Answer answer = get(path);
    while (!wanted.test(answer)) {
      if (System.nanoTime() > until) {
        throw new AssertionError(
            "still not as wanted after 60 s: " + answer.json().toPrettyString());
      }
      Thread.sleep(50);
      answer = get(path);
    }
    return answer.json();
  }

  JsonNode awaitState(String job, String state) throws Exception {
    return await("/v1/jobs/" + job, answer -> answer.text("state").equals(state));
  }

  @Override
  public void close() {
    client.close();
  }
}
