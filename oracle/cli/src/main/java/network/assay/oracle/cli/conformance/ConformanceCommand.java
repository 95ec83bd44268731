package network.assay.oracle.cli.conformance;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import network.assay.oracle.verify.attest.AttestException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code assay attest conformance FOLDER}: every row of its manifest, every DCAP scenario. */
@Command(
    name = "conformance",
    mixinStandardHelpOptions = true,
    description =
        "Verifies a folder of evidence and says of each row whether it came out as expected.",
    exitCodeOnInvalidInput = 3,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every row and scenario as expected",
      "1:some are not; each says why",
      "3:no such folder, or no manifest in it"
    })
public final class ConformanceCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FOLDER", description = "with manifest.csv and dcap/scenarios.csv")
  private Path folder = Path.of("");

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    List<Verdict> verdicts;
    try {
      verdicts = Conformance.run(folder);
    } catch (AttestException e) {
      return unusable(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return unusable("UNREADABLE: got " + e + ", want a folder with manifest.csv");
    }
    long failed = verdicts.stream().filter(verdict -> !verdict.pass()).count();
    if (json) {
      out().println(JSON.writeValueAsString(toJson(verdicts)));
    } else {
      print(verdicts);
    }
    return failed == 0 && !verdicts.isEmpty() ? 0 : 1;
  }

  private int unusable(String why) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("verdict", "unusable");
    out.put("reason", why);
    out().println(json ? JSON.writeValueAsString(out) : "unusable: " + why);
    return 3;
  }

  private static Map<String, Object> toJson(List<Verdict> verdicts) {
    Map<String, Object> out = new LinkedHashMap<>();
    long failed = verdicts.stream().filter(verdict -> !verdict.pass()).count();
    out.put("pass", failed == 0 && !verdicts.isEmpty());
    out.put("total", verdicts.size());
    out.put("passed", verdicts.size() - failed);
    out.put("failed", failed);
    out.put("families", totals(verdicts));
    out.put("rows", verdicts.stream().map(Verdict::toJson).toList());
    return out;
  }

  private static Map<String, Object> totals(List<Verdict> verdicts) {
    Map<String, Object> totals = new TreeMap<>();
    for (Verdict verdict : verdicts) {
      totals.computeIfAbsent(verdict.family(), family -> ofFamily(verdicts, family));
    }
    return totals;
  }

  private static Map<String, Object> ofFamily(List<Verdict> verdicts, String family) {
    List<Verdict> own = verdicts.stream().filter(v -> v.family().equals(family)).toList();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("total", own.size());
    out.put("passed", own.stream().filter(Verdict::pass).count());
    return out;
  }

  private void print(List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      if (!verdict.pass()) {
        out()
            .printf(
                "FAIL %s%n     expected: %s%n     %s%n",
                verdict.id(), verdict.expected(), verdict.why());
      }
    }
    totals(verdicts).forEach((family, total) -> out().println(family + " " + total));
    long passed = verdicts.stream().filter(Verdict::pass).count();
    out().println(passed + " of " + verdicts.size() + " as expected");
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  static String text(Path file) throws IOException {
    return Files.readString(file);
  }
}
