package network.assay.agent.app.job;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import network.assay.agent.execute.Assignment;
import network.assay.agent.execute.Moment;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.contracts.protocol.JobIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's heartbeat: reads the chain, lets time pass for the jobs, listens for assignments,
 * keeps an offer out. Four threads that wait most of the time; any of them survives whatever goes
 * wrong in one round.
 */
public final class AgentLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);
  private static final long STOP_S = 10;

  /**
   * How often to do what.
   *
   * @param tick between two ticks of the jobs
   * @param look between two looks at the chain
   * @param retry after a failed round of anything else
   */
  public record Rhythm(Duration tick, Duration look, Duration retry) {
    public static Rhythm standard() {
      return new Rhythm(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(1));
    }
  }

  /** One thing done over and over; what it throws is logged and forgotten. */
  private interface Round {
    void run() throws PortException, InterruptedException;
  }

  private final Ports ports;
  private final Rhythm rhythm;
  private final ExecutorService executor;
  private final JobBook book;
  private volatile long chainTimeS;
  private volatile String chainTrouble = "the chain was not read yet";
  private volatile String coordinatorTrouble = "";
  private volatile boolean stopping;

  /**
   * A loop at rest.
   *
   * @param books makes the book of jobs around this loop's clock and executor
   */
  public AgentLoop(Ports ports, Rhythm rhythm, Function<AgentLoop, JobBook> books) {
    this.ports = ports;
    this.rhythm = rhythm;
    this.executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("agent-", 0).factory());
    this.book = books.apply(this);
  }

  public ExecutorService executor() {
    return executor;
  }

  /** Now, by the chain as last read. */
  public Supplier<Moment> clock() {
    return () -> new Moment(chainTimeS, ports.clock().monotonicNs() / 1_000_000);
  }

  public JobBook book() {
    return book;
  }

  /**
   * Reads the chain once, takes up the journal's jobs and starts.
   *
   * @throws PortException where the chain cannot be read: without its time no job may be judged
   */
  public void start(OfferDesk offers) throws PortException {
    chainTimeS = ports.chain().chainTimeS();
    book.resume();
    every(rhythm.tick(), "tick", book::tick);
    every(rhythm.look(), "look", this::look);
    every(rhythm.retry(), "watch", () -> ports.coordinator().watch(this::take, this::asked));
    every(rhythm.retry(), "offer", () -> offers.renew(chainTimeS));
  }

  private void look() throws PortException {
    try {
      chainTimeS = ports.chain().chainTimeS();
      chainTrouble = "";
    } catch (PortException e) {
      chainTrouble = String.valueOf(e.getMessage());
      throw e;
    }
    book.look();
  }

  private void take(Assignment assignment) {
    coordinatorTrouble = "";
    try {
      Optional<String> left = book.offerAssignment(assignment);
      left.ifPresent(
          why -> LOG.info("assignment {} left alone: {}", JobIds.text(assignment.jobId()), why));
    } catch (PortException e) {
      // Open assignments are sent again whenever the stream is opened.
      LOG.warn(
          "assignment {} could not be checked: {}",
          JobIds.text(assignment.jobId()),
          e.getMessage());
    }
  }

  /** Beside the stream: fetching an input must not keep back what comes after it. */
  private void asked(Assignment assignment) {
    coordinatorTrouble = "";
    executor.execute(() -> {
      String job = JobIds.text(assignment.jobId());
      try {
        book.offerAsked(assignment)
            .ifPresentOrElse(
                why -> LOG.info("order of job {} not accepted before it is paid: {}", job, why),
                () -> LOG.info("job {}: accepted before it is opened", job));
      } catch (PortException | RuntimeException e) {
        // Then the job is assigned on chain, and accepted there.
        LOG.info("order of job {} not accepted before it is paid: {}", job, e.getMessage());
      }
    });
  }

  private void every(Duration pause, String name, Round round) {
    executor.execute(() -> {
      while (!stopping) {
        try {
          round.run();
        } catch (InterruptedException e) {
          return;
        } catch (PortException | RuntimeException e) {
          trouble(name, e);
        }
        if (!sleep(pause)) {
          return;
        }
      }
    });
  }

  private void trouble(String name, Exception e) {
    if (name.equals("watch")) {
      coordinatorTrouble = String.valueOf(e.getMessage());
    }
    if (!stopping) {
      if (e instanceof PortException) {
        LOG.debug("{}: {}", name, e.getMessage());
      } else {
        LOG.warn("{}: {}", name, e.getMessage(), e);
      }
    }
  }

  private static boolean sleep(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** What keeps the agent from working; empty where nothing does. */
  public String trouble() {
    return chainTrouble.isEmpty() ? coordinatorTrouble : chainTrouble;
  }

  /** Stops everything; what was under way is taken up at the next start. */
  @Override
  public void close() {
    stopping = true;
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(STOP_S, TimeUnit.SECONDS)) {
        LOG.warn("some of the agent's work did not stop within {} s", STOP_S);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
