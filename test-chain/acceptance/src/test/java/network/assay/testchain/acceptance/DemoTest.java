package network.assay.testchain.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import network.assay.oracle.cli.OracleCliCommand;
import network.assay.testchain.devnet.Demo;
import network.assay.testchain.devnet.DemoReport;
import network.assay.testchain.devnet.Progress;
import network.assay.testchain.devnet.TestChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Given three providers, one of whom cheats and one of whom is silent, when a consumer buys three
 * times, then the honest one is paid, the cheat's stake falls, and the silent one's job is refunded
 * and done elsewhere.
 */
class DemoTest {
  @Test
  @Timeout(300)
  void theHonestArePaidTheCheatIsSlashedAndTheSilentOneIsPassedOver(@TempDir Path folder) {
    Progress progress = new Progress(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    DemoReport report = Demo.run(TestChain.Kind.ANVIL, folder, progress);
    assertThat(report.failures()).isEmpty();
    assertThat(report.jobs())
        .extracting(
            DemoReport.JobRow::providerName,
            DemoReport.JobRow::attempt,
            DemoReport.JobRow::state,
            DemoReport.JobRow::verdict)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("honest", 1, "FINAL", "OK"),
            org.assertj.core.groups.Tuple.tuple("silent", 1, "EXPIRED", "NONE"),
            org.assertj.core.groups.Tuple.tuple("honest", 2, "FINAL", "OK"),
            org.assertj.core.groups.Tuple.tuple("cheat", 1, "FINAL", "FRAUD"));
    assertThat(report.slashes()).hasSize(1);
    assertThat(report.oracleCount()).isEqualTo(4);
    assertThat(report.gas()).containsKeys("open", "accept", "settle", "slash", "retry");
    JsonNode json = new JsonMapper().readTree(report.toJson());
    assertThat(json.propertyNames())
        .contains("chain", "elapsedSeconds", "jobs", "slashes", "oracleCount", "gas", "receipts");
    assertThat(report.receipts()).hasSize(3);
    for (String receipt : report.receipts()) {
      StringWriter out = new StringWriter();
      int code =
          OracleCliCommand.execute(
              new PrintWriter(out, true), new PrintWriter(out, true), "verify", receipt);
      assertThat(code).as(out.toString()).isZero();
    }
  }
}
