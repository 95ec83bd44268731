package network.assay.agent.app.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import network.assay.agent.execute.LogLine;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.Sandbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a container's log file from its beginning, so that a line has the same number in every
 * life of the agent. Stdout and stderr are one pipe: all of it is told as stdout.
 */
final class LogTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
  private static final long LOOK_MS = 200;
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final long LAST_LOOK_MS = 5_000;

  private final Sandbox sandbox;
  private final RunId run;
  private final LiveLog log;
  private final Thread follower;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private volatile boolean over;
  private long read;
  private int lines;

  LogTail(Sandbox sandbox, RunId run, LiveLog log) {
    this.sandbox = sandbox;
    this.run = run;
    this.log = log;
    this.follower = Thread.ofVirtual().name("agent-tail-" + run).start(this::follow);
  }

  private void follow() {
    while (!over && lines < LogLine.LINES_MAX) {
      look();
      try {
        Thread.sleep(LOOK_MS);
      } catch (InterruptedException e) {
        // Closed: one last look.
        over = true;
      }
    }
    look();
    if (line.size() > 0) {
      endLine();
    }
  }

  /** Reads on from where the last look ended. */
  private void look() {
    try (InputStream in = sandbox.log(run)) {
      in.skipNBytes(read);
      byte[] chunk = in.readNBytes(CHUNK_BYTES);
      while (chunk.length > 0 && lines < LogLine.LINES_MAX) {
        read += chunk.length;
        take(chunk);
        chunk = in.readNBytes(CHUNK_BYTES);
      }
    } catch (IOException e) {
      // Not there yet, cut to its limit, or gone already: the log's root tells what was kept.
      LOG.debug("log of {}: {}", run, e.getMessage());
    }
  }

  private void take(byte[] chunk) {
    for (byte b : chunk) {
      if (b == '\n') {
        endLine();
      } else if (line.size() < LogLine.CHARS_MAX) {
        line.write(b);
      }
    }
  }

  private void endLine() {
    log.say(lines++, "stdout", line.toString(StandardCharsets.UTF_8));
    line.reset();
  }

  /** Takes what is there, and ends. */
  @Override
  public void close() {
    over = true;
    follower.interrupt();
    try {
      boolean _ = follower.join(Duration.ofMillis(LAST_LOOK_MS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
