package network.assay.oracle.node.loop;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import network.assay.contracts.client.store.StoreException;
import network.assay.contracts.client.store.Transactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's only decider. Events run one after another on one thread, up to {@link
 * #TURN_EVENTS_MAX} in one durable transaction; their effects (a message, an answer, a transaction)
 * run after its commit. A failed commit stops the loop for good: a node that cannot write must not
 * speak. An event that throws is counted and logged; the others of its turn stand. A {@link
 * HaltException} stops everything.
 */
public final class EventLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

  /** One fsync serves this many events at most; beyond it latency grows without saving more. */
  private static final int TURN_EVENTS_MAX = 256;

  /** What arrives faster than it is decided is refused to its sender, not kept. */
  private static final int QUEUE_MAX = 16_384;

  private static final long IDLE_MS_MAX = 1_000;

  private record Timer(long atMs, long order, Consumer<Turn> event) {}

  private final Transactions store;
  private final BlockingQueue<Consumer<Turn>> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::atMs).thenComparingLong(Timer::order));
  private final AtomicReference<@Nullable Throwable> halted = new AtomicReference<>();
  private final Thread thread;
  private final Runnable failureCounter;
  private long timerOrder;
  private volatile boolean closing;
  private volatile long lastTurnMs;

  public EventLoop(String name, Transactions store, Runnable failureCounter) {
    this.store = store;
    this.failureCounter = failureCounter;
    this.lastTurnMs = monotonicMs();
    this.thread = Thread.ofPlatform().name("assay-" + name).daemon(true).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Monotonic milliseconds, the time of every timer. */
  public static long monotonicMs() {
    return System.nanoTime() / 1_000_000;
  }

  /** False where the queue is full or the loop has stopped: the sender is told to come back. */
  public boolean offer(Consumer<Turn> event) {
    return !closing && halted.get() == null && queue.offer(event);
  }

  /**
   * Runs the question on the loop; the future completes after the commit of its turn, so an answer
   * never precedes what it promises.
   */
  public <T extends @Nullable Object> CompletableFuture<T> call(Function<Turn, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    boolean taken =
        offer(turn -> {
          try {
            T value = question.apply(turn);
            turn.afterCommit(() -> answer.complete(value));
          } catch (StoreException | HaltException e) {
            answer.completeExceptionally(e);
            throw e;
          } catch (RuntimeException e) {
            turn.afterCommit(() -> answer.completeExceptionally(e));
          }
        });
    if (!taken) {
      answer.completeExceptionally(new LoopBusyException());
    }
    return answer;
  }

  /** From the loop's own thread only. */
  public void after(long delayMs, Consumer<Turn> event) {
    if (!Thread.currentThread().equals(thread) && thread.isAlive()) {
      throw new IllegalStateException("timers are set on the loop's own thread");
    }
    timers.add(new Timer(monotonicMs() + Math.max(0, delayMs), timerOrder++, event));
  }

  /** Why the loop stopped by itself; null while it lives. */
  public @Nullable Throwable haltedBy() {
    return halted.get();
  }

  /** How long ago the last turn ended; a loop that hangs is not healthy. */
  public long sinceLastTurnMs() {
    return monotonicMs() - lastTurnMs;
  }

  public int backlog() {
    return queue.size();
  }

  private void run() {
    try {
      while (!closing) {
        List<Consumer<Turn>> events = next();
        if (!events.isEmpty()) {
          turn(events);
        }
        lastTurnMs = monotonicMs();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      halted.set(e);
      LOG.error("the oracle stopped deciding and will sign nothing more: {}", e.getMessage(), e);
    }
  }

  private List<Consumer<Turn>> next() throws InterruptedException {
    List<Consumer<Turn>> events = new ArrayList<>();
    takeDueTimers(events);
    if (events.isEmpty()) {
      Timer first = timers.peek();
      long waitMs =
          first == null ? IDLE_MS_MAX : Math.clamp(first.atMs() - monotonicMs(), 0, IDLE_MS_MAX);
      Consumer<Turn> event = queue.poll(waitMs, TimeUnit.MILLISECONDS);
      if (event != null) {
        events.add(event);
      }
      takeDueTimers(events);
    }
    queue.drainTo(events, Math.max(0, TURN_EVENTS_MAX - events.size()));
    return events;
  }

  private void takeDueTimers(List<Consumer<Turn>> events) {
    long nowMs = monotonicMs();
    for (Timer first = timers.peek();
        first != null && first.atMs() <= nowMs && events.size() < TURN_EVENTS_MAX;
        first = timers.peek()) {
      events.add(first.event());
      timers.poll();
    }
  }

  private void turn(List<Consumer<Turn>> events) {
    List<Runnable> effects =
        store.inTransaction(tx -> {
          Turn turn = new Turn(tx, monotonicMs());
          events.forEach(event -> guarded("event", () -> event.accept(turn)));
          return turn.effects();
        });
    effects.forEach(effect -> guarded("effect", effect));
  }

  private void guarded(String what, Runnable body) {
    try {
      body.run();
    } catch (StoreException | HaltException e) {
      throw e;
    } catch (RuntimeException e) {
      failureCounter.run();
      LOG.error("an {} failed and was dropped: {}", what, e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
