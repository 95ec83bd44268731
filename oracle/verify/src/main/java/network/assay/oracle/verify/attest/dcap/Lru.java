package network.assay.oracle.verify.attest.dcap;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Remembers the last so many things; may be shared by threads. */
final class Lru<K, V> {
  private final int most;
  private final Map<K, V> kept = new LinkedHashMap<>(16, 0.75f, true);

  Lru(int most) {
    this.most = most;
  }

  synchronized @Nullable V get(K key) {
    return kept.get(key);
  }

  synchronized void put(K key, V value) {
    if (most > 0) {
      kept.put(key, value);
      if (kept.size() > most) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
  }
}
