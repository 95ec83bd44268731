package network.assay.coordinator.app.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Commits together what comes at the same time: while one transaction is flushed, the next ones
 * gather. Who runs something returns when it is durable. Where one of several fails, each is tried
 * alone, so that nobody suffers for another's.
 *
 * @param <T> what is written
 * @param <R> what came of it
 */
public final class GroupCommit<T, R> {

  /** Writes several. */
  @FunctionalInterface
  public interface Write<T, R> {
    /** One answer for each, in their order. */
    List<R> run(Connection tx, List<T> together) throws SQLException;
  }

  private record Waiting<T, R>(T what, CompletableFuture<R> done) {}

  private final Database database;
  private final int togetherMax;
  private final Write<T, R> write;
  private final Queue<Waiting<T, R>> waiting = new ArrayDeque<>();
  private final ReentrantLock turn = new ReentrantLock(true);

  public GroupCommit(Database database, int togetherMax, Write<T, R> write) {
    this.database = database;
    this.togetherMax = togetherMax;
    this.write = write;
  }

  /** Durable when this returns; throws what the writing threw. */
  public R run(T what) {
    Waiting<T, R> mine = new Waiting<>(what, new CompletableFuture<>());
    synchronized (waiting) {
      waiting.add(mine);
    }
    while (!mine.done.isDone()) {
      turn.lock(); // behind whoever commits now
      try {
        if (!mine.done.isDone()) {
          commit();
        }
      } finally {
        turn.unlock();
      }
    }
    try {
      return mine.done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void commit() {
    List<Waiting<T, R>> batch = new ArrayList<>();
    synchronized (waiting) {
      while (batch.size() < togetherMax && !waiting.isEmpty()) {
        batch.add(waiting.remove());
      }
    }
    try {
      finish(batch);
    } catch (RuntimeException e) {
      if (batch.size() == 1) {
        batch.getFirst().done.completeExceptionally(e);
        return;
      }
      batch.forEach(this::alone);
    }
  }

  private void alone(Waiting<T, R> one) {
    try {
      finish(List.of(one));
    } catch (RuntimeException e) {
      one.done.completeExceptionally(e);
    }
  }

  private void finish(List<Waiting<T, R>> batch) {
    List<T> all = batch.stream().map(Waiting::what).toList();
    List<R> results = database.transaction(tx -> write.run(tx, all));
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).done.complete(results.get(i));
    }
  }
}
