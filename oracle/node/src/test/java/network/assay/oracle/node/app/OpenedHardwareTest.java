package network.assay.oracle.node.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.service.ConfigProblem;
import network.assay.oracle.node.OracleConfig;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.TrustAnchors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roots of TPM keys that a configuration names. */
class OpenedHardwareTest {
  @TempDir Path folder;
  private Path policy;

  @BeforeEach
  void aPolicy() throws Exception {
    String text =
        "{\"version\":1,\"name\":\"tpm\",\"families\":{\"tpm\":{\"accept\":[{\"pcr0\":\""
            + "00".repeat(32)
            + "\"}]}}}";
    policy = Files.write(folder.resolve("policy.json"), text.getBytes(UTF_8));
  }

  private Path file(String name, byte[] bytes) throws Exception {
    return Files.write(folder.resolve(name), bytes);
  }

  private Object policyWith(Path... roots) {
    var config =
        new OracleConfig.Attestation(policy, List.of(roots), Optional.empty(), Optional.empty());
    return OpenedHardware.open(config, 1).policy();
  }

  /** Any root does: here those of vendors, for another purpose. */
  private static byte[] root(Anchor anchor) {
    return TrustAnchors.production().of(anchor).getFirst().der();
  }

  @Test
  void tpmRootsAreBelievedAndNamedInTheLeafsPolicy() throws Exception {
    Path first = file("one.der", root(Anchor.AWS_NITRO));
    Object without = policyWith();
    Object with = policyWith(first);
    assertThat(with).as("other roots never agree unnoticed").isNotEqualTo(without);
    assertThat(policyWith(first, file("two.der", root(Anchor.NVIDIA_RIM)))).isNotEqualTo(with);
    assertThat(policyWith(file("again.der", root(Anchor.AWS_NITRO)))).isEqualTo(with);
  }

  @Test
  void whatIsNoRootIsRefusedInOneSentence() throws Exception {
    assertThatThrownBy(() -> policyWith(folder.resolve("absent.pem")))
        .isInstanceOf(ConfigProblem.class);
    assertThatThrownBy(() -> policyWith(file("text.pem", "hello".getBytes(UTF_8))))
        .isInstanceOf(ConfigProblem.class);
    assertThatThrownBy(() -> policyWith(file("empty.pem", "\n".getBytes(UTF_8))))
        .isInstanceOf(ConfigProblem.class);
    Path root = file("root.der", root(Anchor.AWS_NITRO));
    var both =
        new OracleConfig.Attestation(
            policy, List.of(root), Optional.of(root), Optional.of("a sentence"));
    assertThatThrownBy(() -> OpenedHardware.open(both, 31_337))
        .hasMessageContaining("tpmRoots or a simulator");
  }
}
