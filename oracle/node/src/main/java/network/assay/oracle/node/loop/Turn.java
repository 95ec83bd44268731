package network.assay.oracle.node.loop;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/**
 * One turn of the {@link EventLoop}: several events that share one durable transaction. Whatever
 * must not leave before that transaction is on disk is handed to {@link #afterCommit}; where the
 * commit fails it never runs.
 */
public final class Turn {
  private final Connection tx;
  private final long nowMs;
  private final List<Runnable> afterCommit = new ArrayList<>();

  Turn(Connection tx, long nowMs) {
    this.tx = tx;
    this.nowMs = nowMs;
  }

  public Connection tx() {
    return tx;
  }

  /** Monotonic milliseconds of this node; means nothing to anybody else. */
  public long nowMs() {
    return nowMs;
  }

  public void afterCommit(Runnable effect) {
    afterCommit.add(effect);
  }

  List<Runnable> effects() {
    return afterCommit;
  }
}
