package network.assay.coordinator.app.flow;

import java.util.function.Supplier;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.follow.ChainFollower;
import network.assay.coordinator.app.store.Seat;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain while this coordinator holds the seat. Each term has a follower of its own, for
 * a follower remembers which blocks it delivered; its transactions are fenced by the seat.
 */
public final class LedFollower implements AutoCloseable {
  private final Seat seat;
  private final Supplier<ChainFollower> begin;
  private @Nullable ChainFollower running;
  private long fence;

  public LedFollower(Seat seat, Supplier<ChainFollower> begin) {
    this.seat = seat;
    this.begin = begin;
  }

  /** Begins or ends with the seat; called now and then. */
  public synchronized void tend() {
    if (running != null && (!seat.held() || fence != seat.fence())) {
      close();
    }
    if (running == null && seat.held()) {
      fence = seat.fence();
      ChainFollower follower = begin.get();
      follower.start();
      running = follower;
    }
  }

  public synchronized HealthReading health() {
    return running == null
        ? HealthReading.up("another coordinator follows the chain")
        : running.health();
  }

  @Override
  public synchronized void close() {
    if (running != null) {
      running.close();
      running = null;
    }
  }
}
