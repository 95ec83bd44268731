package network.assay.oracle.verify.attest.nvidia;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Remembers what does not depend on time, by the hash of the bytes that it was worked out from;
 * forgets what was used longest ago. May be shared by threads.
 */
final class Recent<V> {
  private final int countMax;
  private final Map<String, V> kept;

  Recent(int countMax) {
    this.countMax = countMax;
    this.kept = new LinkedHashMap<>(16, 0.75f, true);
  }

  V get(String sha256, Supplier<V> work) {
    synchronized (kept) {
      V known = kept.get(sha256);
      if (known != null) {
        return known;
      }
    }
    V made = work.get();
    synchronized (kept) {
      kept.put(sha256, made);
      if (kept.size() > countMax) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
    return made;
  }
}
