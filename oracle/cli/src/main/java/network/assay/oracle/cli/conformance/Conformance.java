package network.assay.oracle.cli.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.assay.oracle.verify.attest.AttestException;

/** Reads a folder's manifest and scenarios, and judges each line. */
final class Conformance {
  private Conformance() {}

  static List<Verdict> run(Path folder) throws IOException {
    Path manifest = folder.resolve("manifest.csv");
    if (!Files.isRegularFile(manifest)) {
      throw new AttestException("NO_MANIFEST", "no " + manifest, "a folder with manifest.csv");
    }
    List<Row> rows = Csv.read(Files.readString(manifest)).stream().map(Row::of).toList();
    RowJudge judge = new RowJudge(folder, rows);
    List<Verdict> verdicts = new ArrayList<>();
    for (Row row : rows) {
      verdicts.add(judge.judge(row));
    }
    Path scenarios = folder.resolve("dcap").resolve("scenarios.csv");
    if (Files.isRegularFile(scenarios)) {
      List<Map<String, String>> records = Csv.read(Files.readString(scenarios));
      ScenarioJudge scenarioJudge = new ScenarioJudge(folder);
      for (int i = 0; i < records.size(); i++) {
        verdicts.add(scenarioJudge.judge(i + 1, records.get(i)));
      }
    }
    return verdicts;
  }
}
