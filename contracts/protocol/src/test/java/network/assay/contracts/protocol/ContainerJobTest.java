package network.assay.contracts.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerJobTest {
  private static final ContainerJob JOB =
      new ContainerJob(
          "sha256:" + "ab".repeat(32),
          "docker.io/library/busybox",
          List.of("/bin/sh", "-c", "echo \"ü\" >/assay/out/a"),
          new TreeMap<>(java.util.Map.of("NAME", "value")),
          List.of(new ContainerJob.Output("a", 1, 10), new ContainerJob.Output("many", 3, 100)),
          List.of(),
          new ContainerJob.Limits(1_000, 1L << 28, 64, 1L << 26, 100, 61_001, 1_000));
  private static final JobSpec SPEC = JobSpec.ofContainer(JOB, Keccak.hashUtf8("input"), 10, 1_000);

  private static String text() {
    return new String(SPEC.toBytes(), UTF_8);
  }

  @Test
  void comesBackFromItsBytes() {
    assertThat(JobSpec.parse(SPEC.toBytes())).isEqualTo(SPEC);
    assertThat(SPEC.model()).isEqualTo(ContainerJob.CAPABILITY);
    assertThat(JOB.limits().timeS()).isEqualTo(62);
  }

  @Test
  void onlyGradeAcceptedFitsAContainerAndOnlyAContainerFitsIt() {
    JobSpec embeddings =
        new JobSpec(1, "embeddings", Keccak.hashUtf8("m"), "fp32", Keccak.hashUtf8("i"), 10, 1000);
    for (Grade grade : Grade.values()) {
      assertThat(SPEC.fits(grade)).as(grade.name()).isEqualTo(grade == Grade.ACCEPTED);
      assertThat(embeddings.fits(grade)).as(grade.name()).isEqualTo(grade != Grade.ACCEPTED);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"imageName\"|\"imagename\"",
        "\"argv\":[|\"argv\":[null,",
        "\"env\":{|\"env\":{\"A\":null,",
        "\"egress\":[]|\"egress\":null",
        "\"cpuMillis\":1000,|",
        "\"resultBytesMax\":1000|\"resultBytesMax\":1000,\"more\":1",
        "\"version\":2|\"version\":2,\"version\":2",
      })
  void refusesWhatIsNotTheShapeOfVersion2(String part, String by) {
    String bad = text().replace(part, by == null ? "" : by);
    assertThat(bad).isNotEqualTo(text());
    assertThatThrownBy(() -> JobSpec.parse(bad.getBytes(UTF_8)))
        .hasMessageContaining("MALFORMED_SPEC");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sha256:ab|sha256:AB",
        "sha256:ab|sha512:ab",
        "\"path\":\"a\"|\"path\":\"../a\"",
        "\"path\":\"a\"|\"path\":\"/a\"",
        "\"path\":\"a\"|\"path\":\"many\"",
        "\"path\":\"a\"|\"path\":\"many/below\"",
        "\"filesMax\":1,|\"filesMax\":0,",
        "\"bytesMax\":10}|\"bytesMax\":-1}",
        "\"timeMs\":61001|\"timeMs\":0",
      })
  void refusesValuesThatNobodyCouldKeep(String part, String by) {
    String bad = text().replaceFirst(java.util.regex.Pattern.quote(part), by);
    assertThat(bad).isNotEqualTo(text());
    assertThatThrownBy(() -> JobSpec.parse(bad.getBytes(UTF_8)))
        .hasMessageContaining("INVALID_SPEC");
  }

  private static ContainerEvidence evidence(SortedMap<String, byte[]> files) {
    return new ContainerEvidence(
        Bytes32.fromHex("0x" + "ab".repeat(32)),
        0,
        5,
        new ContainerEvidence.Counters(
            OptionalLong.of(7), OptionalLong.empty(), OptionalLong.of(0)),
        3,
        true,
        Keccak.hashUtf8("log"),
        files.entrySet().stream()
            .map(f ->
                new ContainerEvidence.File(
                    f.getKey(), f.getValue().length, ContentRoot.of(f.getValue())))
            .toList());
  }

  private static SortedMap<String, byte[]> files(String... paths) {
    SortedMap<String, byte[]> out = new TreeMap<>();
    for (String path : paths) {
      out.put(path, path.getBytes(UTF_8));
    }
    return out;
  }

  @Test
  void aResultComesBackWithItsEvidence() {
    SortedMap<String, byte[]> files = files("a", "many/x", "many/y");
    byte[] bytes = FilePackage.result(evidence(files), files);
    assertThat(bytes.length).isEqualTo((int) FilePackage.resultBytes(evidence(files)));
    FilePackage.Result result = FilePackage.readResult(bytes);
    assertThat(result.evidence()).isEqualTo(evidence(files));
    assertThat(result.files().get("many/y")).isEqualTo("many/y".getBytes(UTF_8));
    assertThat(result.evidence().undeclared(JOB)).isEmpty();
  }

  @Test
  void noByteOfAResultCanBeChangedUnnoticed() {
    SortedMap<String, byte[]> files = files("a", "many/x");
    byte[] bytes = FilePackage.result(evidence(files), files);
    Bytes32 root = evidence(files).workRoot();
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= 1;
      try {
        assertThat(FilePackage.readResult(changed).evidence().workRoot())
            .as("byte " + at)
            .isNotEqualTo(root);
      } catch (ProtocolException refused) {
        assertThat(refused.reason()).isNotEmpty();
      }
    }
  }

  @Test
  void everyCutOfAResultIsRefused() {
    SortedMap<String, byte[]> files = files("a", "many/x");
    byte[] bytes = FilePackage.result(evidence(files), files);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> FilePackage.readResult(cut))
          .as(length + " bytes")
          .isInstanceOf(ProtocolException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "many/x", "a,many/x,stray", "a,many/1,many/2,many/3,many/4", "aaaaaaaaaaa"})
  void whatWasNotDeclaredIsNamed(String paths) {
    assertThat(evidence(files(paths.split(","))).undeclared(JOB)).isPresent();
  }

  @Test
  void inputsComeBackAndNoPathLeadsOutside() {
    SortedMap<String, byte[]> files = files("data/text", "z");
    byte[] bytes = FilePackage.input(files);
    assertThat(FilePackage.readInput(bytes).keySet()).containsExactly("data/text", "z");
    byte[] climbing = bytes.clone();
    System.arraycopy("../a/text".getBytes(UTF_8), 0, climbing, 4, 9);
    assertThatThrownBy(() -> FilePackage.readInput(climbing)).hasMessageContaining("INVALID_SPEC");
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> FilePackage.readInput(longer)).hasMessageContaining("TRAILING");
    assertThat(FilePackage.readInput(FilePackage.input(new TreeMap<>()))).isEmpty();
  }

  @Test
  void anAcceptanceIsOneConsumersForOneResultOfOneJobInOneMarket() {
    Secp256k1.PrivateKey key = Secp256k1.PrivateKey.of(Keccak.hashUtf8("consumer").toArray());
    Eip712Domain market = Eip712Domain.assay(1, Address.ZERO);
    Acceptance want = new Acceptance(7, Keccak.hashUtf8("result"));
    byte[] bytes = new Acceptance.Signed(want, want.sign(market, key)).toBytes();
    Address consumer = key.address();
    assertThat(Acceptance.Signed.isFor(want, bytes, consumer, market)).isTrue();
    assertThat(Acceptance.Signed.isFor(want, bytes, Address.ZERO, market)).isFalse();
    assertThat(Acceptance.Signed.isFor(want, bytes, consumer, Eip712Domain.assay(2, Address.ZERO)))
        .isFalse();
    Acceptance other = new Acceptance(8, want.resultHash());
    assertThat(Acceptance.Signed.isFor(other, bytes, consumer, market)).isFalse();
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= 1;
      assertThat(Acceptance.Signed.isFor(want, changed, consumer, market))
          .as("byte " + at)
          .isFalse();
    }
  }
}
