package network.assay.coordinator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A download over a line that breaks, from a server that may lie. */
class ResumedDownloadTest {
  private static final int TOTAL = 200_000;
  private final byte[] content = new byte[TOTAL];
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ServerSocket server = listen();
  private int breakAfter = 70_000;
  private boolean changes;
  private int answered;

  ResumedDownloadTest() {
    new Random(5).nextBytes(content);
    Thread.ofVirtual().start(this::serve);
  }

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    http.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        answer(socket);
      } catch (IOException e) {
        // the test is over, or the client hung up
      }
    }
  }

  private void answer(Socket socket) throws IOException {
    int from = 0;
    var in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    for (String line : head.toString().lines().toList()) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("range: bytes=")) {
        ranges.add(line.substring(7));
        from = Integer.parseInt(line.substring(13, line.length() - 1));
      }
    }
    answered++;
    boolean other = changes && answered > 1;
    from = other ? 0 : from;
    String range =
        from == 0 ? "" : "Content-Range: bytes %d-%d/%d\r\n".formatted(from, TOTAL - 1, TOTAL);
    String text =
        "HTTP/1.1 %s\r\nETag: \"%s\"\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(
                from == 0 ? "200 OK" : "206 Partial Content",
                other ? "b" : "a",
                range,
                TOTAL - from);
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.write(content, from, Math.min(breakAfter, TOTAL - from));
    out.flush();
  }

  private byte[] download(int bytesMax) {
    URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/x");
    return new ResumedDownload(http, uri, bytesMax).run();
  }

  @Test
  void aTransferThatBreaksOffIsTakenUpWhereItBroke() {
    assertThat(download(TOTAL)).isEqualTo(content);
    assertThat(ranges).containsExactly("bytes=70000-", "bytes=140000-");
  }

  @Test
  void aContentThatChangedMeanwhileIsReadFromItsBeginning() {
    changes = true;
    breakAfter = 150_000;
    assertThatThrownBy(() -> download(TOTAL)).hasMessageContaining("no answer");
    assertThat(ranges).isNotEmpty();
  }

  @Test
  void moreThanAllowedIsRefusedWhateverTheServerDeclares() {
    assertThatThrownBy(() -> download(TOTAL - 1))
        .isInstanceOfSatisfying(
            ConsumerException.class, e -> assertThat(e.reason()).isEqualTo("ANSWER_TOO_LARGE"));
  }
}
