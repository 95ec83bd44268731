package network.assay.testchain.bench;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every benchmark prints.
 *
 * @param figures what was measured, by name; units are in the names
 * @param peers figures of others: published ones with their source, or measured in the same run
 */
public record BenchReport(
    String name,
    Map<String, String> machine,
    Map<String, String> versions,
    Map<String, Long> figures,
    Map<String, String> peers,
    List<Goal> goals) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** One goal; {@code met} only where the value was measured. */
  public record Goal(String name, long value, long goal, String unit, boolean met) {
    public static Goal atLeast(String name, long value, long goal, String unit) {
      return new Goal(name, value, goal, unit, value >= goal);
    }

    public static Goal atMost(String name, long value, long goal, String unit) {
      return new Goal(name, value, goal, unit, value <= goal);
    }
  }

  public String toJson() {
    return JSON.writeValueAsString(this);
  }
}
