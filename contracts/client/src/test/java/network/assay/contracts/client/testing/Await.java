package network.assay.contracts.client.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something to come true, with a bound. */
public final class Await {
  private Await() {}

  public static void until(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited 20 s in vain until " + what);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting until " + what, e);
      }
    }
  }
}
