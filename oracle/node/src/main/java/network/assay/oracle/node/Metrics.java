package network.assay.oracle.node;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Counters and gauges of one node, in Prometheus' text format. Names come from this code only, so
 * the set is bounded.
 */
public final class Metrics {
  private final Map<String, LongAdder> counters = new ConcurrentSkipListMap<>();
  private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();

  /** Adds one to {@code assay_oracle_NAME_total}. */
  public void count(String name) {
    counters.computeIfAbsent(name, _ -> new LongAdder()).increment();
  }

  public long counted(String name) {
    LongAdder counter = counters.get(name);
    return counter == null ? 0 : counter.sum();
  }

  public void gauge(String name, LongSupplier value) {
    gauges.put(name, value);
  }

  public String text() {
    String counted =
        counters.entrySet().stream()
            .map(e -> line("assay_oracle_" + e.getKey() + "_total", "counter", e.getValue().sum()))
            .collect(Collectors.joining());
    String gauged =
        gauges.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> line("assay_oracle_" + e.getKey(), "gauge", e.getValue().getAsLong()))
            .collect(Collectors.joining());
    return counted + gauged;
  }

  private static String line(String name, String type, long value) {
    return "# TYPE " + name + " " + type + "\n" + name + " " + value + "\n";
  }
}
