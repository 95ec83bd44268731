package network.assay.agent.app.job;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import network.assay.agent.execute.Clock;
import network.assay.agent.execute.Coordinator;
import network.assay.agent.execute.LogLine;
import network.assay.agent.execute.PortException;
import network.assay.contracts.protocol.JobIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the coordinator what a job says while it runs. A courtesy: it never holds the work up,
 * keeps no more lines than may be told at all, and what cannot be told soon after the end is not.
 */
final class LiveLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveLog.class);
  private static final long PAUSE_MS = 250;

  /** Of failed attempts after the work's end. */
  private static final int LAST_ATTEMPTS = 3;

  private final long jobId;
  private final Coordinator coordinator;
  private final Clock clock;
  private final Deque<LogLine> waiting = new ArrayDeque<>();
  private final Thread teller;
  private volatile boolean over;

  LiveLog(long jobId, Coordinator coordinator, Clock clock) {
    this.jobId = jobId;
    this.coordinator = coordinator;
    this.clock = clock;
    this.teller = Thread.ofVirtual().name("agent-log-" + JobIds.text(jobId)).start(this::tell);
  }

  /** Takes a line to be told; beyond the bound it is dropped. */
  void say(int seq, String kind, String text) {
    if (seq >= LogLine.LINES_MAX) {
      return;
    }
    String cut = text.length() <= LogLine.CHARS_MAX ? text : text.substring(0, LogLine.CHARS_MAX);
    synchronized (waiting) {
      waiting.add(new LogLine(seq, clock.wallMs(), kind, cut));
    }
  }

  private void tell() {
    int failed = 0;
    while (!over || failed < LAST_ATTEMPTS) {
      List<LogLine> next = next();
      if (next.isEmpty() && over) {
        return;
      }
      try {
        if (!next.isEmpty()) {
          coordinator.log(jobId, next);
          told(next.size());
          failed = 0;
        }
        if (!over) {
          Thread.sleep(PAUSE_MS);
        }
      } catch (PortException e) {
        failed++;
        LOG.debug("log of {}: {}", JobIds.text(jobId), e.getMessage());
        pause();
      } catch (InterruptedException e) {
        // Closed: what waits is told at once.
        over = true;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      // Closed meanwhile: the loop sees it.
    }
  }

  private List<LogLine> next() {
    synchronized (waiting) {
      return waiting.stream().limit(LogLine.AT_ONCE_MAX).toList();
    }
  }

  private void told(int lines) {
    synchronized (waiting) {
      for (int i = 0; i < lines; i++) {
        LogLine _ = waiting.remove();
      }
    }
  }

  /** Lets the rest be told in its own time; does not wait for it. */
  @Override
  public void close() {
    over = true;
    teller.interrupt();
  }
}
