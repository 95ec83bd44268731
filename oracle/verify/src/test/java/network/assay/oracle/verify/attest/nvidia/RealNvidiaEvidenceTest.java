package network.assay.oracle.verify.attest.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.LinkCache;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.Test;

class RealNvidiaEvidenceTest {
  private static final String FOLDER = "nvidia/NVIDIA+nvtrust";
  private static final Instant WHILE_SIGNERS_WERE_VALID = Instant.parse("2025-01-01T00:00:00Z");
  private static final Instant AFTER_SIGNERS_EXPIRED = Instant.parse("2025-07-01T00:00:00Z");
  private final NvidiaVerifier verifier = new NvidiaVerifier();

  private static Vectors vectors() {
    Optional<Vectors> found = Vectors.find();
    assumeTrue(found.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    return found.get();
  }

  private static byte[] read(String file) {
    return vectors().bytes(file);
  }

  private Appraisal appraise(Evidence evidence, Expectations expectations) {
    return verifier.appraise(
        evidence,
        Collateral.none(),
        TrustAnchors.production(),
        expectations,
        Policy.production(),
        WHILE_SIGNERS_WERE_VALID);
  }

  @Test
  void eightGpusAreDetectedChainToNvidiaAndSignTheirReports() {
    byte[] raw = read(FOLDER + "/data__gpu_evidence.json");
    assertThat(verifier.detect(raw)).contains(Family.NVIDIA_GPU);

    Appraisal found = appraise(Evidence.of(Family.NVIDIA_GPU, raw), Expectations.none());

    assertThat(found.claims()).noneMatch(claim -> claim.outcome() == Claim.Outcome.FAILS);
    assertThat(found.claim("device-0.device.chain").orElseThrow().outcome())
        .isEqualTo(Claim.Outcome.HOLDS);
    assertThat(found.claim("devices.distinct").orElseThrow().got()).startsWith("8 ");
    assertThat(found.facts().identity()).containsEntry("driver", "590.12");
    assertThat(found.facts().identity()).containsEntry("vbios", "96.00.a5.00.01");
    assertThat(found.facts().identity()).containsEntry("architecture", "HOPPER");
    assertThat(found.finding()).isInstanceOf(Finding.Inconclusive.class);
    assertThat(found.finding().toString()).contains("NV_GPU_DRIVER_GH100_590.12");
    assertThat(found.finding().toString()).contains("NV_GPU_VBIOS_G520_0200_885_9600A50001");
  }

  @Test
  void fourSwitchesChainToNvidiaAndSignTheirReports() {
    byte[] raw = read(FOLDER + "/data__switch_evidence.json");
    assertThat(verifier.detect(raw)).contains(Family.NVIDIA_SWITCH);

    Appraisal found = appraise(Evidence.of(Family.NVIDIA_SWITCH, raw), Expectations.none());

    assertThat(found.claims()).noneMatch(claim -> claim.outcome() == Claim.Outcome.FAILS);
    assertThat(found.facts().identity()).containsEntry("architecture", "LS10");
    assertThat(found.finding().toString()).contains("NV_SWITCH_BIOS_5612_0002_890_9610730001");
  }

  @Test
  void aReportWithItsChainBesideItIsVerified() {
    String hex =
        new String(
            read(FOLDER + "/samples__hopperAttestationReport.txt"), StandardCharsets.US_ASCII);
    byte[] raw = HexFormat.of().parseHex(hex.strip());
    byte[] chain = read(FOLDER + "/samples__hopperCertChain.txt");

    Appraisal found =
        appraise(
            new Evidence(Family.NVIDIA_GPU, raw, List.of(chain)),
            Expectations.nonce(
                HexFormat.of()
                    .parseHex("931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb")));

    assertThat(found.claims()).noneMatch(claim -> claim.outcome() == Claim.Outcome.FAILS);
    assertThat(found.claim("report.signature").orElseThrow().outcome())
        .isEqualTo(Claim.Outcome.HOLDS);
    assertThat(found.claim("fwid").orElseThrow().outcome()).isEqualTo(Claim.Outcome.HOLDS);
  }

  @Test
  void everyManifestIsSignedAndChainsToNvidia() {
    RimCheck check = new RimCheck(LinkCache.none());
    List<String> files =
        vectors().files(FOLDER).stream().filter(name -> name.endsWith(".swidtag")).toList();
    assertThat(files).hasSize(26);
    for (String file : files) {
      Claims claims =
          check.alone(
              read(file),
              TrustAnchors.production().of(Anchor.NVIDIA_RIM),
              WHILE_SIGNERS_WERE_VALID);
      assertThat(claims.finding().holds()).as(file + " " + claims.finding()).isTrue();
    }
  }

  @Test
  void aManifestWhoseSignerHasExpiredIsNotSilentlyTaken() {
    Claims claims =
        new RimCheck(LinkCache.none())
            .alone(
                read(FOLDER + "/samples__1010_0200_882_96005E0001_PROD.swidtag"),
                TrustAnchors.production().of(Anchor.NVIDIA_RIM),
                AFTER_SIGNERS_EXPIRED);
    assertThat(claims.finding()).isInstanceOf(Finding.Rejected.class);
    assertThat(claims.finding().toString()).contains("RIM_VALIDITY");
  }
}
