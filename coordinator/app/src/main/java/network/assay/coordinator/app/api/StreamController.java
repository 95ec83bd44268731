package network.assay.coordinator.app.api;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.protocol.JobIds;
import network.assay.coordinator.app.flow.Refused;
import network.assay.coordinator.app.store.Bell;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.JobLogs;
import network.assay.coordinator.app.store.JobLogs.Line;
import network.assay.coordinator.app.store.Jobs.Job;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/** What happens to a job, live: {@code GET /v1/jobs/ID/stream}; what was said, afterwards. */
@RestController
public class StreamController {
  /** Each holds a connection and a thread that sleeps. */
  private static final int STREAMS_MAX = 200;

  private static final int LINES_AT_ONCE = 500;

  /** Also what a lost ring left behind; and a sign of life for proxies. */
  private static final long LOOK_EVERY_MS = 2_000;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Database database;
  private final JobPage page;
  private final Bell bell;
  private final Semaphore streams = new Semaphore(STREAMS_MAX);

  public StreamController(Database database, JobPage page, Bell bell) {
    this.database = database;
    this.page = page;
    this.bell = bell;
  }

  /**
   * Server-sent events: {@code state} where it changed, {@code log} for each line (its id is the
   * line's number: a client that comes back with Last-Event-ID goes on behind it), {@code now} once
   * all that was there before is told, {@code end} when nothing more will come.
   */
  @GetMapping("/v1/jobs/{id}/stream")
  SseEmitter stream(
      @PathVariable("id") String id,
      @RequestHeader(name = "Last-Event-ID", required = false) Optional<String> last) {
    Job job = page.find(id);
    long next =
        last.map(text -> QuoteController.number("Last-Event-ID", text, 40).longValue() + 1)
            .orElse(0L);
    if (!streams.tryAcquire()) {
      throw Refused.unavailable("TOO_BUSY", "too many streams at once; ask for the state instead");
    }
    SseEmitter out = new SseEmitter(0L);
    Listener listener = new Listener();
    out.onCompletion(listener::close);
    out.onError(problem -> listener.close());
    bell.add(listener);
    Thread.ofVirtual()
        .name("stream-" + id)
        .start(() -> {
          try {
            run(job, next, out, listener);
          } finally {
            bell.remove(listener);
            streams.release();
          }
        });
    return out;
  }

  /** Wakes one stream. */
  private static final class Listener implements Bell.Ear {
    private final Semaphore rung = new Semaphore(0);
    private volatile boolean closed;
    private volatile String jobId = "";

    @Override
    public void heard(String topic, String id) {
      boolean ours = topic.equals("job") && (id.isEmpty() || id.equals(jobId));
      if (ours && rung.availablePermits() == 0) {
        rung.release();
      }
    }

    @Override
    public void missed() {
      rung.release();
    }

    void close() {
      closed = true;
      rung.release();
    }

    boolean await() throws InterruptedException {
      boolean heard = rung.tryAcquire(LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
      rung.drainPermits();
      return heard;
    }
  }

  private void run(Job job, long first, SseEmitter out, Listener listener) {
    try {
      long next = first;
      Map<String, Object> told = Map.of();
      boolean caughtUp = false;
      while (!listener.closed) {
        JobPage.Live live = page.live(job);
        listener.jobId = JobIds.text(live.jobId());
        if (!live.state().equals(told)) {
          told = live.state();
          out.send(event("state", told));
        }
        next = lines(live.jobId(), next, out);
        if (live.over()) {
          out.send(event("end", told));
          out.complete();
          return;
        }
        if (!caughtUp) {
          caughtUp = true;
          out.send(event("now", told));
        }
        if (!listener.await()) {
          out.send(SseEmitter.event().comment("still here"));
        }
      }
    } catch (IOException | IllegalStateException e) {
      out.complete(); // the client went away
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      out.completeWithError(e);
    }
  }

  private long lines(long jobId, long first, SseEmitter out) throws IOException {
    long next = first;
    while (true) {
      long from = next;
      List<Line> lines = database.transaction(tx -> JobLogs.from(tx, jobId, from, LINES_AT_ONCE));
      for (Line line : lines) {
        Map<String, Object> data =
            Map.of("atMs", line.atMs(), "kind", line.kind(), "text", line.text());
        out.send(event("log", data).id(Long.toString(line.seq())));
        next = line.seq() + 1;
      }
      if (lines.size() < LINES_AT_ONCE) {
        return next;
      }
    }
  }

  private static SseEmitter.SseEventBuilder event(String name, Map<String, Object> data) {
    return SseEmitter.event()
        .name(name)
        .data(JSON.writeValueAsString(data), MediaType.APPLICATION_JSON);
  }

  /** The log as it is hashed: a line each, number, time, kind and text between tabs. */
  @GetMapping("/v1/jobs/{id}/log")
  ResponseEntity<byte[]> log(@PathVariable("id") String id) {
    long jobId = page.live(page.find(id)).jobId();
    byte[] log =
        database.transaction(tx -> {
          Optional<JobLogs.Kept> kept = JobLogs.kept(tx, jobId);
          return kept.isPresent() ? kept.get().log() : JobLogs.file(tx, jobId);
        });
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType("text/plain;charset=utf-8"))
        .header("X-Assay-Job", JobIds.text(jobId))
        .body(log);
  }

  /** The events as they were when the receipt was made, in the bytes that it names by hash. */
  @GetMapping("/v1/jobs/{id}/events")
  ResponseEntity<byte[]> events(@PathVariable("id") String id) {
    long jobId = page.live(page.find(id)).jobId();
    byte[] events =
        database
            .transaction(tx -> JobLogs.kept(tx, jobId))
            .map(JobLogs.Kept::events)
            .orElseThrow(() -> Refused.notFound("NO_RECEIPT_YET", page.whyNoReceipt(jobId)));
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(events);
  }
}
