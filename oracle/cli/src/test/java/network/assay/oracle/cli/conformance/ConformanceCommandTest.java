package network.assay.oracle.cli.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import network.assay.oracle.cli.OracleCliCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConformanceCommandTest {
  @TempDir Path folder;

  private record Run(int code, String out) {
    JsonNode json() {
      return JsonMapper.builder().build().readTree(out);
    }
  }

  private static Run run(Path vectors) {
    StringWriter out = new StringWriter();
    int code =
        OracleCliCommand.execute(
            new PrintWriter(out, true),
            new PrintWriter(new StringWriter(), true),
            "attest",
            "conformance",
            vectors.toString(),
            "--json");
    return new Run(code, out.toString());
  }

  private static Path vectors() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isRegularFile(at.resolve("shared/vectors/manifest.csv"))) {
      at = at.getParent();
    }
    assumeTrue(at != null, "SKIPPED: real evidence is not beside this checkout (shared/vectors)");
    return at.resolve("shared/vectors");
  }

  @Test
  void everyRowAndScenarioIsAsExpected() {
    Run run = run(vectors());
    assertThat(run.json().get("rows")).filteredOn(row -> !row.get("pass").booleanValue()).isEmpty();
    assertThat(run.json().get("total").intValue()).isGreaterThanOrEqualTo(306 + 108);
    assertThat(run.code()).isZero();
  }

  /** A judge that cannot say no says nothing: expectations turned round must fail. */
  @Test
  void expectationsTurnedRoundFail() throws Exception {
    Path real = vectors();
    List<String> lines = Files.readAllLines(real.resolve("manifest.csv"));
    String head = lines.getFirst();
    for (String file :
        List.of(
            "nvidia/NVIDIA+nvtrust/data__gpu_evidence.json",
            "nvidia/NVIDIA+nvtrust/samples__g520_0200_885_9600740001_PROD.swidtag",
            "nitro/evervault+attestation-doc-validation/doc_2022-10-13_a72552688ab6.cbor")) {
      String line = lines.stream().filter(l -> l.startsWith(file + ",")).findFirst().orElseThrow();
      String turned = line.replaceFirst(",\"?valid[^,]*,", ",reject: turned round,");
      assertThat(turned).isNotEqualTo(line);
      Path manifest = folder.resolve("manifest.csv");
      Files.writeString(manifest, head + "\n" + turned + "\n");
      Path copy = folder.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(real.resolve(file), copy);
      Run run = run(folder);
      assertThat(run.code()).as(file).isEqualTo(1);
      assertThat(run.json().get("failed").intValue()).isEqualTo(1);
    }
  }

  @Test
  void aFolderWithoutAManifestIsUnusable() {
    assertThat(run(folder).code()).isEqualTo(3);
  }
}
