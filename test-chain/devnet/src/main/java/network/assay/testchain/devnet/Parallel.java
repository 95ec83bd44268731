package network.assay.testchain.devnet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs tasks side by side and waits for all; the first failure is thrown once every task has ended.
 */
final class Parallel {
  private Parallel() {}

  static <T> List<T> all(List<Callable<T>> tasks) {
    List<T> results = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = pool.invokeAll(tasks);
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevnetException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new DevnetException(String.valueOf(e.getMessage()), e);
    }
  }
}
