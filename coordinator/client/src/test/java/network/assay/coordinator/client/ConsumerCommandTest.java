package network.assay.coordinator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import network.assay.contracts.protocol.Keccak;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumerCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return ConsumerCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void everyCommandHasHelp() {
    for (String[] args :
        new String[][] {
          {"--help"},
          {"job", "--help"},
          {"run", "--help"},
          {"job", "submit", "--help"},
          {"job", "result", "--help"}
        }) {
      assertThat(run(args)).as(String.join(" ", args)).isZero();
    }
    assertThat(out.toString()).contains("--max-price").contains("--coordinator");
  }

  @Test
  void aMissingAddressBookIsAskedForInASentence() {
    assertThat(run("job", "ls")).isEqualTo(3);
    assertThat(err.toString()).contains("--deployment").doesNotContain("\tat ");
  }

  @Test
  void anUnreachableFileIsASentence(@TempDir Path folder) {
    assertThat(run("job", "ls", "--json", "--deployment", folder.resolve("none").toString()))
        .isEqualTo(3);
    assertThat(out.toString()).contains("\"error\":\"CANNOT_READ\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0.0000001", "1e-9"})
  void amountsThatDoNotComeOutEvenAreRefused(String text) {
    assertThatThrownBy(() -> RequestOptions.amount(text)).hasMessageContaining("decimals");
  }

  @Test
  void amountsAreExact() {
    assertThat(RequestOptions.amount("0.50")).isEqualTo(BigInteger.valueOf(500_000));
  }

  @Test
  void anOversizedInputIsRefusedBeforeItIsRead(@TempDir Path folder) throws Exception {
    Path book = Files.writeString(folder.resolve("book"), "{}");
    Path big = Files.write(folder.resolve("big.txt"), new byte[300 * 1024]);
    int code =
        run(
            "job",
            "quote",
            "--deployment",
            book.toString(),
            "--text",
            big.toString(),
            "--max-price",
            "1");
    assertThat(code).isEqualTo(3);
  }

  @Test
  void ordersAreKeptForTheirOwnerAlone(@TempDir Path folder) throws Exception {
    OrderStore store = new OrderStore(folder.resolve("orders"));
    String hash = Keccak.hashUtf8("order").hex();
    OrderFile file = new OrderFile(hash, "{}", Map.of(), Keccak.hashUtf8("secret").hex());
    store.keep(file);
    assertThat(store.find(hash)).isEqualTo(file);
    assertThat(store.all()).containsExactly(file);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("orders/" + hash + ".json"))))
        .isEqualTo("rw-------");
    assertThat(file.toString()).doesNotContain(file.resultSecret());
    assertThatThrownBy(() -> store.find(Keccak.hashUtf8("other").hex()))
        .hasMessageContaining("is not in");
  }

  @Test
  void unknownModelsAreNamed() {
    assertThatThrownBy(() -> KnownModels.hash("gpt")).hasMessageContaining("all-MiniLM-L6-v2");
  }
}
