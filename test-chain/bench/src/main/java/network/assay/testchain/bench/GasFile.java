package network.assay.testchain.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * contracts/gas.json: the committed figures, with each goal's distance. Written by {@code assay
 * bench gas --write}.
 */
record GasFile(Map<String, Long> gas, List<BenchReport.Goal> goals) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  static GasFile of(BenchReport report) {
    return new GasFile(new TreeMap<>(report.figures()), report.goals());
  }

  static GasFile read(Path file) throws IOException {
    return JSON.readValue(Files.readAllBytes(file), GasFile.class);
  }

  String toJson() {
    return JSON.writeValueAsString(this);
  }

  /**
   * 0 where nothing grew; calldata bytes of random-looking signatures may move a figure by a few
   * units of gas.
   */
  int compare(BenchReport report, PrintWriter err) {
    int grown = 0;
    for (Map.Entry<String, Long> figure : report.figures().entrySet()) {
      Long before = gas.get(figure.getKey());
      if (before == null || figure.getValue() > before + before / 1_000) {
        err.printf(
            "%s: %s gas, contracts/gas.json has %s; run ./assay bench gas --write if this is meant%n",
            figure.getKey(), figure.getValue(), before);
        grown = 1;
      }
    }
    return grown;
  }
}
