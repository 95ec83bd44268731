package network.assay.oracle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return OracleCliCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void aMissingFileIsUnusableInASentence(@TempDir Path folder) {
    assertThat(run("verify", folder.resolve("none.json").toString())).isEqualTo(3);
    assertThat(err.toString()).contains("cannot read").doesNotContain("\tat ");
  }

  @Test
  void whatIsNoReceiptIsUnusable(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("x.json"), "{\"format\":1}");
    assertThat(run("verify", "--json", file.toString())).isEqualTo(3);
    assertThat(out.toString()).contains("\"accepted\"").contains("MALFORMED_RECEIPT");
  }

  @Test
  void anOversizedFileIsRefusedBeforeItIsRead(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("big.json");
    Files.write(file, new byte[300 * 1024]);
    assertThat(run("verify", file.toString())).isEqualTo(3);
    assertThat(err.toString()).contains("TOO_LONG");
  }

  @Test
  void helpSaysTheExitCodes() {
    assertThat(run("verify", "--help")).isZero();
    assertThat(out.toString()).contains("--committee").contains("Exit codes");
  }

  @Test
  void aMalformedDigestIsUnusable(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("x.json"), "{}");
    assertThat(run("verify", "--committee", "0x12", file.toString())).isEqualTo(3);
  }
}
