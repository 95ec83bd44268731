package network.assay.agent.execute.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerSpecTest {
  private static final ImageDigest IMAGE = new ImageDigest("sha256:" + "a".repeat(64));

  private static ContainerSpec spec(String... argv) {
    return ContainerSpec.of(new RunId("r"), IMAGE, ContainerLimits.small(), argv);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        "a/",
        "",
        ".",
        "-rf",
        "a b",
        "a\nb",
        "a\0",
        "1/2/3/4/5/6/7/8/9",
        ".hidden",
        "a:b"
      })
  void aPathThatIsNotPlainIsRefused(String path) {
    assertThatThrownBy(() -> new OutputRule(path, 1, 1)).hasMessageContaining("want an output");
    assertThatThrownBy(() -> new InputFile(path, 1, Bytes32.ZERO))
        .hasMessageContaining("want an input");
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "sha256:AA", "sha512:", "busybox@sha256:"})
  void anImageIsNamedByItsDigestAlone(String text) {
    assertThatThrownBy(() -> new ImageDigest(text))
        .hasMessageContaining("want an image as sha256:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--privileged", "busybox", "a/b@sha256:x", "a/b c", "a/b\n", "../b"})
  void anImageNameIsNoOption(String name) {
    assertThatThrownBy(() -> spec().withImageName(name)).hasMessageContaining("image's name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gpu", "nvidia.com/gpu", "nvidia.com/gpu=all --privileged", "/dev/kvm", "--x/y=z"})
  void aDeviceIsNamedAsCdiDoes(String name) {
    assertThatThrownBy(() -> spec().withDevices(List.of(name))).hasMessageContaining("CDI device");
  }

  @Test
  void outputsDoNotOverlap() {
    OutputRule whole = new OutputRule("frames", 10, 10);
    OutputRule part = new OutputRule("frames/a", 1, 10);
    assertThatThrownBy(() -> spec().withFiles(List.of(), List.of(whole, part)))
        .hasMessageContaining("want outputs apart");
    assertThatThrownBy(() -> spec().withFiles(List.of(), List.of(whole, whole)))
        .hasMessageContaining("want outputs apart");
  }

  @Test
  void wordsAndVariablesAreBounded() {
    assertThatThrownBy(() -> spec("a\0b")).hasMessageContaining("without NUL");
    assertThatThrownBy(() -> spec(Collections.nCopies(300, "x").toArray(String[]::new)))
        .hasMessageContaining("at most 256 words of command");
    TreeMap<String, String> env = new TreeMap<>();
    env.put("A=B", "x");
    assertThatThrownBy(() -> spec().withEnv(env)).hasMessageContaining("variable's name");
  }

  @Test
  void targetsOfEgressAreHostsWithPorts() {
    assertThatThrownBy(() -> new NetworkRule.Egress(List.of("http://x:1")))
        .hasMessageContaining("host:port");
    assertThatThrownBy(() -> new NetworkRule.Egress(List.of())).hasMessageContaining("1 to 32");
    assertThat(new NetworkRule.Egress(List.of("example.org:443")).targets()).hasSize(1);
  }

  @Test
  void limitsAreNeitherNothingNorEndless() {
    ContainerLimits limits = ContainerLimits.small();
    assertThatThrownBy(() -> limits.withMemoryBytes(1)).hasMessageContaining("memoryBytes");
    assertThatThrownBy(() -> limits.withPidsMax(1)).hasMessageContaining("pidsMax");
    assertThatThrownBy(() -> limits.withTimeMs(0)).hasMessageContaining("timeMs");
    assertThatThrownBy(() -> limits.withLogBytesMax(-1)).hasMessageContaining("logBytesMax");
    assertThatThrownBy(() -> limits.withDisk(1, 1)).hasMessageContaining("diskBytes");
    assertThatThrownBy(() -> limits.withCpuMillis(0)).hasMessageContaining("cpuMillis");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 100_000})
  void aStreamHashesToTheRootOfItsBytes(int length) {
    long seed = length + 7L;
    Random random = new Random(seed);
    byte[] content = new byte[length];
    random.nextBytes(content);
    ContentHasher hasher = new ContentHasher();
    int at = 0;
    while (at < length) {
      int part = Math.min(length - at, 1 + random.nextInt(20_000));
      hasher.write(content, at, part);
      at += part;
    }
    assertThat(hasher.length()).isEqualTo(length);
    assertThat(hasher.root()).as("seed " + seed).isEqualTo(ContentRoot.of(content));
  }
}
