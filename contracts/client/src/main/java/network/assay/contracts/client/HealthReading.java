package network.assay.contracts.client;

/**
 * How one component does, in its own words.
 *
 * @param level UP only where the component has positive, recent evidence that it works
 * @param reason one sentence for a person; names what is missing where the level is not UP
 */
public record HealthReading(Level level, String reason) {

  /** From best to worst; unknown is DOWN. */
  public enum Level {
    UP,
    DEGRADED,
    DOWN
  }

  public static HealthReading up(String reason) {
    return new HealthReading(Level.UP, reason);
  }

  public static HealthReading degraded(String reason) {
    return new HealthReading(Level.DEGRADED, reason);
  }

  public static HealthReading down(String reason) {
    return new HealthReading(Level.DOWN, reason);
  }

  public boolean isUp() {
    return level == Level.UP;
  }
}
