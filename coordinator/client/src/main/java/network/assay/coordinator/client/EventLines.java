package network.assay.coordinator.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Server-sent events (WHATWG HTML, "Server-sent events"), as far as the coordinator sends them. */
final class EventLines {
  private static final int LINE_BYTES_MAX = 256 * 1024;

  private EventLines() {}

  /** Reads until the stream or the sink ends; a line that is too long ends it with an error. */
  static void read(InputStream raw, CoordinatorApi.EventSink sink) throws IOException {
    InputStream in = new BufferedInputStream(raw);
    String name = "message";
    String id = "";
    StringBuilder data = new StringBuilder();
    for (@Nullable String line = line(in); line != null; line = line(in)) {
      if (line.isEmpty()) {
        if (!data.isEmpty()
            && !sink.heard(name, id, CoordinatorApi.JSON.readTree(data.toString()))) {
          return;
        }
        name = "message";
        data.setLength(0);
      } else if (line.startsWith("event:")) {
        name = value(line);
      } else if (line.startsWith("id:")) {
        id = value(line);
      } else if (line.startsWith("data:")) {
        data.append(value(line));
      }
    }
  }

  private static String value(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (out.size() >= LINE_BYTES_MAX) {
        throw new IOException("an event of more than " + LINE_BYTES_MAX + " bytes");
      }
      out.write(next);
      next = in.read();
    }
    String line = out.toString(StandardCharsets.UTF_8);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
