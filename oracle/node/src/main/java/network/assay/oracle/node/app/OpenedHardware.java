package network.assay.oracle.node.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import network.assay.contracts.service.ConfigProblem;
import network.assay.oracle.node.OracleConfig;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Verifiers;
import network.assay.oracle.verify.attest.job.DocumentRules;
import network.assay.oracle.verify.attest.job.HardwareRules;
import network.assay.oracle.verify.attest.job.Simulator;
import network.assay.oracle.verify.attest.policy.PolicyParser;
import network.assay.oracle.verify.attest.x509.Cert;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules for hardware that a configuration names, read and checked. */
public final class OpenedHardware {
  private static final Logger LOG = LoggerFactory.getLogger(OpenedHardware.class);

  private static final int ROOTS_MAX = 64;
  private static final int ROOTS_BYTES_MAX = 256 << 10;

  private OpenedHardware() {}

  /**
   * The vendors' roots and the policy; the simulator's root only with its whole sentence, and never
   * beside the vendors': a network believes real machines or none.
   *
   * @throws ConfigProblem in one sentence
   */
  public static HardwareRules open(OracleConfig.Attestation config, long chainId) {
    try {
      HardwareRules rules =
          new DocumentRules(
              Verifiers.all(),
              anchors(config, chainId),
              PolicyParser.parse(read(config.policyFile(), PolicyParser.BYTES_MAX)));
      LOG.info("grade ATTESTED is judged by policy {}", rules.policy());
      return rules;
    } catch (IllegalArgumentException | AttestException e) {
      throw new ConfigProblem("attestation: " + e.getMessage(), e);
    }
  }

  private static TrustAnchors anchors(OracleConfig.Attestation config, long chainId) {
    if (config.simulatorRootFile().isEmpty()) {
      if (config.simulator().isPresent()) {
        throw new IllegalArgumentException(
            "want simulatorRootFile beside simulator, got the sentence alone");
      }
      return withTpmRoots(config);
    }
    if (!config.tpmRoots().isEmpty()) {
      throw new IllegalArgumentException(
          "want tpmRoots or a simulator, got both: a network believes real machines or none");
    }
    Simulator.require(config.simulator().orElse(""), chainId);
    Cert root = Cert.parseAll(read(config.simulatorRootFile().get(), Cert.BYTES_MAX), 1).getFirst();
    LOG.warn(
        "THIS ORACLE BELIEVES A SIMULATED TEE (root SHA-256 {}): attested means nothing on this network",
        root.sha256());
    return TrustAnchors.builder().trust(Anchor.INTEL_SGX, root).build();
  }

  /** The pinned roots, and for TPM keys alone those that the configuration names. */
  private static TrustAnchors withTpmRoots(OracleConfig.Attestation config) {
    TrustAnchors production = TrustAnchors.production();
    TrustAnchors.Builder builder = TrustAnchors.builder();
    for (Anchor anchor : Anchor.values()) {
      production.of(anchor).forEach(root -> builder.trust(anchor, root));
    }
    for (Path file : config.tpmRoots()) {
      List<Cert> roots = Cert.parseAll(read(file, ROOTS_BYTES_MAX), ROOTS_MAX);
      if (roots.isEmpty()) {
        throw new IllegalArgumentException("want certificates in " + file + ", got none");
      }
      for (Cert root : roots) {
        if (!root.isCa()) {
          throw new IllegalArgumentException("want roots in " + file + ", got " + root);
        }
        LOG.info("TPM keys under {} are believed (SHA-256 {})", root, root.sha256());
        builder.trust(Anchor.TPM_CONFIGURED, root);
      }
    }
    return builder.build();
  }

  private static byte[] read(Path file, int bytesMax) {
    try {
      if (Files.size(file) > bytesMax) {
        throw new IllegalArgumentException(
            "want at most " + bytesMax + " bytes in " + file + ", got " + Files.size(file));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("want a readable file " + file + ", got " + e, e);
    }
  }
}
