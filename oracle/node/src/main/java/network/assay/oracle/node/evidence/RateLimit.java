package network.assay.oracle.node.evidence;

import java.util.LinkedHashMap;
import java.util.Map;
import network.assay.oracle.node.loop.EventLoop;

/**
 * One a second for each key, with a small burst; forgets the keys longest unused beyond a bound.
 */
final class RateLimit {
  private static final int KEYS_MAX = 10_000;
  private static final long BURST = 5;
  private static final long EVERY_MS = 1_000;

  /** By key: the moment until which its allowance is spent. */
  private final Map<Long, Long> spentUntilMs =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
          return size() > KEYS_MAX;
        }
      };

  synchronized boolean allows(long key) {
    long nowMs = EventLoop.monotonicMs();
    long untilMs = Math.max(spentUntilMs.getOrDefault(key, nowMs), nowMs) + EVERY_MS;
    if (untilMs - nowMs > BURST * EVERY_MS) {
      return false;
    }
    spentUntilMs.put(key, untilMs);
    return true;
  }
}
