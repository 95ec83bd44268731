package network.assay.contracts.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.HealthReading.Level;
import org.jspecify.annotations.Nullable;

/**
 * How a process does: the worst of its components. Unknown is never healthy: no component, none
 * that answers, or one that throws is DOWN.
 */
public final class Health {

  /** One component's reading. */
  public record Component(String name, Level level, String reason) {}

  /**
   * All of them.
   *
   * @param level the worst component's
   */
  public record Report(Level level, List<Component> components) {
    public Report {
      components = List.copyOf(components);
    }

    public boolean isUp() {
      return level == Level.UP;
    }
  }

  private final Map<String, Supplier<HealthReading>> components = new LinkedHashMap<>();

  /** Adds a component; a name is used once. The supplier must answer at once, from memory. */
  public synchronized Health add(String name, Supplier<HealthReading> reading) {
    if (components.putIfAbsent(name, reading) != null) {
      throw new IllegalArgumentException("the component " + name + " reports its health already");
    }
    return this;
  }

  public synchronized Report report() {
    if (components.isEmpty()) {
      return new Report(
          Level.DOWN,
          List.of(new Component("health", Level.DOWN, "no component reports its health")));
    }
    List<Component> read = new ArrayList<>();
    Level worst = Level.UP;
    for (Map.Entry<String, Supplier<HealthReading>> entry : components.entrySet()) {
      HealthReading reading = read(entry.getValue());
      read.add(new Component(entry.getKey(), reading.level(), reading.reason()));
      worst = reading.level().compareTo(worst) > 0 ? reading.level() : worst;
    }
    return new Report(worst, read);
  }

  private static HealthReading read(Supplier<HealthReading> supplier) {
    try {
      @Nullable HealthReading reading = supplier.get();
      return reading == null ? HealthReading.down("no reading") : reading;
    } catch (RuntimeException e) {
      return HealthReading.down("the reading failed: " + e.getMessage());
    }
  }
}
