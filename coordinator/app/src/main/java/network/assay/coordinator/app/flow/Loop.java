package network.assay.coordinator.app.flow;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import network.assay.contracts.client.HealthReading;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does one thing again and again, through failures, and says how it does. */
public final class Loop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  /** Without a good round for so many intervals, and at least 10 s, the loop is DOWN. */
  private static final int MISSED_MAX = 20;

  private final String name;
  private final Duration interval;
  private final Runnable step;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean woken;
  private volatile long goodAtNanos;
  private volatile boolean everGood;
  private volatile @Nullable String trouble;

  public Loop(String name, Duration interval, Runnable step) {
    this.name = name;
    this.interval = interval;
    this.step = step;
    this.thread = Thread.ofVirtual().name("coordinator-" + name).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Effects: the next round comes at once. */
  public void wake() {
    woken = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      woken = false;
      try {
        step.run();
        goodAtNanos = System.nanoTime();
        everGood = true;
        trouble = null;
      } catch (RuntimeException e) {
        String reason = String.valueOf(e.getMessage());
        if (!closed && !reason.equals(trouble)) {
          LOG.warn("{}: {}; trying again", name, reason);
        }
        trouble = reason;
      }
      if (!closed && !woken) {
        LockSupport.parkNanos(interval.toNanos());
      }
    }
  }

  /** UP with a good round lately; DEGRADED where the last one failed; DOWN without one. */
  public HealthReading health() {
    String reason = trouble;
    long ageMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - goodAtNanos);
    long ageMaxMs = Math.max(10_000, MISSED_MAX * interval.toMillis());
    if (!everGood || ageMs > ageMaxMs) {
      return HealthReading.down(
          name
              + ": no good round"
              + (everGood ? " for " + ageMs + " ms" : " yet")
              + (reason == null ? "" : ": " + reason));
    }
    return reason == null
        ? HealthReading.up(name + ": last good round " + ageMs + " ms ago")
        : HealthReading.degraded(name + ": " + reason);
  }

  /** Stops after the round in progress. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      if (!thread.join(Duration.ofSeconds(15))) {
        LOG.warn("{} did not stop within 15 s", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
