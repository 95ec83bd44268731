package network.assay.agent.app.job;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import network.assay.agent.execute.AgentJob;
import network.assay.agent.execute.Effect;
import network.assay.agent.execute.Event;
import network.assay.agent.execute.JobMachine;
import network.assay.agent.execute.Moment;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.contracts.protocol.JobIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one job moving: feeds events to the machine, writes a new phase down before anything is
 * done about it, and runs what is wanted, each want once at a time and again after a pause where it
 * failed.
 */
final class JobDriver {
  private static final Logger LOG = LoggerFactory.getLogger(JobDriver.class);
  private static final long PAUSE_MS_MIN = 200;
  private static final long PAUSE_MS_MAX = 5_000;

  /** When a want that failed may be tried again. */
  private record Pause(long untilMs, long lengthMs) {}

  private final JobMachine machine;
  private final JobEffects effects;
  private final Ports ports;
  private final ExecutorService executor;
  private final Supplier<Moment> now;
  private final Map<String, Future<?>> running = new HashMap<>();
  private final Map<String, Pause> pauses = new HashMap<>();
  private AgentJob job;
  private boolean forgotten;
  private String trouble = "";

  JobDriver(
      AgentJob job,
      JobMachine machine,
      JobEffects effects,
      Ports ports,
      ExecutorService executor,
      Supplier<Moment> now) {
    this.job = job;
    this.machine = machine;
    this.effects = effects;
    this.ports = ports;
    this.executor = executor;
    this.now = now;
  }

  synchronized AgentJob job() {
    return job;
  }

  /** The last thing that went wrong, for {@code status}; empty where nothing did. */
  synchronized String trouble() {
    return trouble;
  }

  /** Whether nothing is left to do for this job. */
  synchronized boolean isOver() {
    return forgotten;
  }

  /** Lets the machine judge an event, and starts what it wants. */
  synchronized void post(Event event) {
    if (forgotten) {
      return;
    }
    JobMachine.Step step = machine.step(job, event, now.get());
    if (step.job().phase() != job.phase() || !step.job().note().equals(job.note())) {
      ports.journal().phase(job.jobId(), step.job().phase(), step.job().note());
      LOG.info("job {}: {} {}", JobIds.text(job.jobId()), step.job().phase(), step.job().note());
      tellCoordinator(step.job(), progress(step.job()));
    } else if (job.reveals().isEmpty() && !step.job().reveals().isEmpty()) {
      tellCoordinator(step.job(), "OPENING");
    }
    job = step.job();
    Set<String> wanted = new HashSet<>();
    step.effects().forEach(effect -> wanted.add(effect.key()));
    // Work that nobody wants any more is stopped; everything else ends by itself soon.
    Future<?> working = running.get(new Effect.Execute().key());
    if (working != null && !wanted.contains(new Effect.Execute().key())) {
      working.cancel(true);
    }
    step.effects().forEach(this::start);
  }

  private void start(Effect effect) {
    Pause pause = pauses.get(effect.key());
    if (running.containsKey(effect.key())
        || (pause != null && now.get().monotonicMs() < pause.untilMs())) {
      return;
    }
    try {
      running.put(effect.key(), executor.submit(() -> attempt(effect)));
    } catch (RejectedExecutionException e) {
      LOG.debug("the agent stops; {} is left for the next start", effect.key());
    }
  }

  private void attempt(Effect effect) {
    Optional<Event> event = Optional.empty();
    try {
      event = effects.run(effect, job());
      finished(effect, event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(effect, "stopped");
    } catch (PortException | RuntimeException e) {
      failed(effect, String.valueOf(e.getMessage()));
    } catch (Error e) {
      // Out of memory, a native library that does not load: the want must not count as running for
      // ever.
      failed(effect, e.toString());
      throw e;
    }
  }

  private synchronized void finished(Effect effect, Optional<Event> event) {
    running.remove(effect.key());
    pauses.remove(effect.key());
    trouble = "";
    if (effect instanceof Effect.Forget) {
      forgotten = true;
    }
    event.ifPresent(this::post);
  }

  private synchronized void failed(Effect effect, String why) {
    running.remove(effect.key());
    Pause before = pauses.get(effect.key());
    long length = before == null ? PAUSE_MS_MIN : Math.min(PAUSE_MS_MAX, 2 * before.lengthMs());
    pauses.put(effect.key(), new Pause(now.get().monotonicMs() + length, length));
    trouble = effect.key() + ": " + why;
    if (before == null) {
      LOG.info("job {}: {}: {}; trying again", JobIds.text(job.jobId()), effect.key(), why);
    } else {
      LOG.debug("job {}: {}: {}; trying again", JobIds.text(job.jobId()), effect.key(), why);
    }
  }

  private void tellCoordinator(AgentJob next, String phase) {
    String message = next.note().length() > 512 ? next.note().substring(0, 512) : next.note();
    try {
      executor.execute(() -> {
        try {
          ports.coordinator().progress(next.jobId(), phase, message);
        } catch (PortException e) {
          LOG.debug("progress of {}: {}", JobIds.text(next.jobId()), e.getMessage());
        }
      });
    } catch (RejectedExecutionException e) {
      LOG.debug("the agent stops; progress is not told");
    }
  }

  private static String progress(AgentJob job) {
    return switch (job.phase()) {
      case ASSIGNED, ACCEPTING -> "FETCHING";
      case ACCEPTED -> "ACCEPTED";
      case EXECUTING -> "EXECUTING";
      case COMMITTED -> "EVIDENCE";
      case REPORTED -> "DONE";
      case FAILING -> "FAILED";
      case CLOSED -> job.note().equals("SETTLED") ? "DONE" : "FAILED";
    };
  }
}
