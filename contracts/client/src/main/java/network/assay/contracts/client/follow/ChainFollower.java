package network.assay.contracts.client.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.rpc.BlockRef;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the logs of some contracts block by block from the stored checkpoint, through
 * reorganisations, failing endpoints and restarts. What is delivered how often says {@link
 * ChainHandler}.
 *
 * <p>Assumptions. Breaks safety: an endpoint invents a branch or hides logs (deadlines and quorum
 * signatures are checked by the contracts all the same; whoever acts on a log with money compares
 * it first). Breaks liveness: no endpoint answers; a reorganisation deeper than the window.
 */
public final class ChainFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChainFollower.class);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  /** Blocks behind the head from which health says DEGRADED: we are catching up. */
  private static final long LAG_BLOCKS_UP_MAX = 8;

  private final RpcEndpoints rpc;
  private final CheckpointStore store;
  private final ChainHandler handler;
  private final FollowerConfig config;
  private final BlockReader reader;
  private final List<BlockRef> window;

  private volatile boolean closed;
  private volatile @Nullable Thread thread;
  private volatile Progress progress = new Progress(-1, -1, 0, false, "nothing read yet");

  /**
   * Last look: our height, the endpoint's, when (monotonic), whether it went well, and the trouble.
   */
  private record Progress(
      long height, long head, long atNanos, boolean looked, @Nullable String trouble) {}

  public ChainFollower(
      RpcEndpoints rpc, CheckpointStore store, ChainHandler handler, FollowerConfig config) {
    this.rpc = rpc;
    this.store = store;
    this.handler = handler;
    this.config = config;
    this.reader = new BlockReader(config);
    this.window = new ArrayList<>(store.window());
  }

  /** Starts the following thread; at most once. */
  public void start() {
    if (thread != null || closed) {
      throw new IllegalStateException("the follower " + config.name() + " was started before");
    }
    thread = Thread.ofVirtual().name("follow-" + config.name()).start(this::run);
  }

  private void run() {
    Duration pause = config.pollInterval();
    while (!closed) {
      boolean progressed = false;
      try {
        progressed = step();
        pause = config.pollInterval();
      } catch (RuntimeException e) {
        trouble(e);
        pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
      }
      if (!progressed && !closed) {
        LockSupport.parkNanos(pause.toNanos());
      }
    }
  }

  private void trouble(RuntimeException e) {
    Progress p = progress;
    String reason = String.valueOf(e.getMessage());
    if (!reason.equals(p.trouble)) {
      LOG.warn("{}: {}; trying again", config.name(), reason);
      if (!(e instanceof RpcException || e instanceof FollowException)) {
        LOG.warn("{}: the handler or the store failed", config.name(), e);
      }
    }
    progress = new Progress(p.height, p.head, p.atNanos, p.looked, reason);
  }

  /**
   * One look and, where there is something, one delivery. Called by the following thread; a test
   * may call it in its place.
   *
   * @return true where something was delivered, so that the next look should come at once
   */
  public boolean step() {
    LookAhead found = rpc.read("blocks for " + config.name(), node -> reader.look(node, window));
    switch (found) {
      case LookAhead.Idle idle -> {}
      case LookAhead.Behind behind -> {}
      case LookAhead.Next next -> deliver(next.blocks());
      case LookAhead.Reorganised reorganised -> rollback(reorganised.ancestor());
    }
    progress = new Progress(height(), found.head(), System.nanoTime(), true, null);
    return found instanceof LookAhead.Next || found instanceof LookAhead.Reorganised;
  }

  private void deliver(List<BlockLogs> blocks) {
    List<BlockRef> refs = blocks.stream().map(b -> b.header().ref()).toList();
    long keepFrom = refs.getLast().number() - config.windowBlocks();
    store.append(
        refs,
        keepFrom,
        tx -> {
          for (BlockLogs block : blocks) {
            handler.onBlock(block.header(), block.logs(), tx);
          }
        });
    window.addAll(refs);
    while (window.size() > 1 && window.get(1).number() <= keepFrom) {
      window.removeFirst();
    }
  }

  private void rollback(long toBlock) {
    LOG.info(
        "{}: reorganisation, blocks above {} are gone (tip was {})",
        config.name(),
        toBlock,
        height());
    store.rollback(toBlock, tx -> handler.onRollback(toBlock, tx));
    window.removeIf(ref -> ref.number() > toBlock);
  }

  /**
   * The last delivered height; startBlock − 1 before the first. Not for use while the following
   * thread runs, but in tests.
   */
  private long height() {
    return window.isEmpty() ? config.startBlock() - 1 : window.getLast().number();
  }

  /** The last delivered height as of the last look; −1 before the first look. */
  public long deliveredHeight() {
    return progress.height;
  }

  /**
   * UP only with a successful look within staleAfter and no trouble since; DEGRADED while behind;
   * DOWN when stale, or when the handler or store fails.
   */
  public HealthReading health() {
    Progress p = progress;
    if (!p.looked) {
      return HealthReading.down(
          config.name() + ": no block read yet" + (p.trouble == null ? "" : ": " + p.trouble));
    }
    long ageMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - p.atNanos);
    if (ageMs > config.staleAfter().toMillis()) {
      return HealthReading.down(
          config.name()
              + ": last look at the chain "
              + ageMs
              + " ms ago, want at most "
              + config.staleAfter().toMillis()
              + " ms: "
              + (p.trouble == null ? "the follower is not running" : p.trouble));
    }
    if (p.trouble != null) {
      return HealthReading.degraded(config.name() + ": " + p.trouble);
    }
    if (p.head - p.height > LAG_BLOCKS_UP_MAX || p.head < p.height) {
      return HealthReading.degraded(
          config.name() + ": at block " + p.height + ", the endpoint at " + p.head);
    }
    return HealthReading.up(config.name() + ": at block " + p.height + " of " + p.head);
  }

  /** Stops after the delivery in progress. */
  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      LockSupport.unpark(running);
      try {
        if (!running.join(Duration.ofSeconds(10))) {
          LOG.warn("{}: the follower did not stop within 10 s", config.name());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
