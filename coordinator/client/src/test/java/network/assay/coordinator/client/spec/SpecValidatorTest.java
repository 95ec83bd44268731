package network.assay.coordinator.client.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpecValidatorTest {
  private static final SpecValidator VALIDATOR = new SpecValidator();

  private static Path examples() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("docs/examples"))) {
      at = at.getParent();
    }
    return at.resolve("docs/examples");
  }

  static List<Path> everyExample() throws IOException {
    try (Stream<Path> files = Files.list(examples())) {
      return files.sorted().toList();
    }
  }

  private static List<SpecProblem> problems(String text) {
    return VALIDATOR.problems(SpecText.parse(text.getBytes(UTF_8)));
  }

  private static String batch() throws IOException {
    return Files.readString(examples().resolve("batch.yaml"));
  }

  @ParameterizedTest
  @MethodSource("everyExample")
  void everyExampleIsGood(Path file) throws IOException {
    assertThat(VALIDATOR.problems(SpecText.read(file))).isEmpty();
  }

  @Test
  void thereIsAnExampleOfEachKind() throws IOException {
    assertThat(everyExample())
        .extracting(file -> file.getFileName().toString())
        .contains("embeddings.yaml", "batch.yaml", "inference-server.yaml", "render.json");
  }

  /**
   * What is replaced in the batch example, by what; the line, the field, and a word of the reason.
   */
  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("version: 2", "version: 3", 2, "/version", "2"),
        Arguments.of("    count: 4", "    count: 99", 21, "/resources/gpu/count", "62, got 99"),
        Arguments.of("    count: 4", "    cout: 4", 21, "/resources/gpu/cout", "no such field"),
        Arguments.of("vramMin: 80GiB", "vramMin: 80 GB", 22, "/resources/gpu/vramMin", "80 GB"),
        Arguments.of("  time: 4h", "  time: 4", 27, "/resources/time", "string"),
        Arguments.of("@sha256:6f1c", ":latest@sha256:6f1C", 5, "/image", "pattern"),
        Arguments.of(
            "path: /assay/in/dataset",
            "path: /assay/in/../dataset",
            13,
            "/inputs/0/path",
            "pattern"),
        Arguments.of(
            "path: /assay/out/adapter", "path: /etc/passwd", 16, "/outputs/0/path", "pattern"),
        Arguments.of("grade: replicated", "grade: attested", 29, "/verification/grade", "TEE"),
        Arguments.of("deleteAfter: 24h", "sealInputs: true", 32, "/privacy/sealInputs", "TEE"),
        Arguments.of(
            "    count: 4",
            "    count: 4\n    vramMax: 1GiB",
            23,
            "/resources/gpu/vramMin",
            "vramMax"),
        Arguments.of("command: [", "model: [", 6, "/model", ""));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsNamedWithItsLineAndField(
      String from, String to, int line, String field, String reason) throws IOException {
    assertThat(batch()).contains(from);
    List<SpecProblem> problems = problems(batch().replace(from, to));
    assertThat(problems)
        .as(problems.toString())
        .anyMatch(p -> p.line() == line && p.field().equals(field) && p.message().contains(reason));
    assertThat(problems).allMatch(p -> p.column() >= 1);
  }

  @Test
  void aMissingFieldIsNamed() throws IOException {
    assertThat(problems(batch().replaceAll("(?s)price:.*", "")))
        .anyMatch(p -> p.message().contains("price"));
  }

  private static void refused(String text, String reason) {
    assertThatThrownBy(() -> SpecText.parse(text.getBytes(UTF_8)))
        .isInstanceOf(SpecText.Unreadable.class)
        .hasMessageContaining(reason);
  }

  @Test
  void whatGrowsOrMeansTwoThingsIsRefused() {
    refused("version: 2\nversion: 2\n", "");
    refused("{\"version\": 2, \"version\": 2}", "again");
    refused("a: &a [x, x]\nb: [*a, *a]\n", "anchor");
    refused("a: !!java.net.URL [x]\n", "tag");
    refused("version: 2\n---\nversion: 2\n", "one document");
    refused("{\"a\": null}", "want a value, got none");
    refused("", "empty");
    refused("{\"a\": ".repeat(40) + "1" + "}".repeat(40), "depth");
    refused("[".repeat(5_000), "");
    refused("[" + "1,".repeat(5_000) + "1]", "4096 values");
    assertThatThrownBy(() -> SpecText.parse(new byte[] {'{', (byte) 0xff}))
        .hasMessageContaining("UTF-8");
  }

  @Test
  void anAliasBombIsRefusedAtItsFirstAnchor() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append(
          "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n"
              .replace("*a%d", "*a" + (i - 1))
              .replace("a%d", "a" + i));
    }
    assertThatThrownBy(() -> SpecText.parse(bomb.toString().getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            SpecText.Unreadable.class, e -> assertThat(e.problem().line()).isEqualTo(1));
  }

  @Test
  void aFileOfAGigabyteIsRefusedByItsLength(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("large.yaml");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 30);
    }
    assertThatThrownBy(() -> SpecText.read(file)).hasMessageContaining("got 1073741824");
  }

  @Test
  void noMutilatedExampleBreaksTheValidator() throws IOException {
    for (Path file : everyExample()) {
      byte[] good = Files.readAllBytes(file);
      for (long seed = 1; seed <= 400; seed++) {
        Random random = new Random(seed);
        byte[] bytes = good.clone();
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
        }
        try {
          VALIDATOR.problems(SpecText.parse(bytes)).forEach(p -> assertThat(p.line()).isPositive());
        } catch (SpecText.Unreadable e) {
          assertThat(e.problem().line()).as("seed %d", seed).isPositive();
        }
      }
    }
  }
}
