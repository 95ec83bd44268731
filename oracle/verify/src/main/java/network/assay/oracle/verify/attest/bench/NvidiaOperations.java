package network.assay.oracle.verify.attest.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Claim.Outcome;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.nvidia.NvidiaVerifier;

/** Work on NVIDIA evidence for a bench to time. */
public final class NvidiaOperations {
  /** Goal for {@link #warm}. */
  public static final int WARM_GOAL_PER_S = 1_500;

  private static final Instant AT = Instant.parse("2025-01-01T00:00:00Z");

  private NvidiaOperations() {}

  /**
   * A GPU's report with its chain: everything but the report's own signature is remembered.
   *
   * @param reportHex the report, as hex digits
   * @param chain PEM
   * @return true where the signature and the chain to NVIDIA's root hold; there are no manifests
   */
  public static BooleanSupplier warm(byte[] reportHex, byte[] chain) {
    NvidiaVerifier verifier = new NvidiaVerifier();
    Evidence evidence = evidence(reportHex, chain);
    return () -> genuine(verifier, evidence);
  }

  /** The same with nothing remembered. */
  public static BooleanSupplier cold(byte[] reportHex, byte[] chain) {
    Evidence evidence = evidence(reportHex, chain);
    return () -> genuine(new NvidiaVerifier(), evidence);
  }

  private static Evidence evidence(byte[] reportHex, byte[] chain) {
    byte[] report = HexFormat.of().parseHex(new String(reportHex, US_ASCII).strip());
    return new Evidence(Family.NVIDIA_GPU, report, List.of(chain));
  }

  private static boolean genuine(NvidiaVerifier verifier, Evidence evidence) {
    Appraisal found =
        verifier.appraise(
            evidence,
            Collateral.none(),
            TrustAnchors.production(),
            Expectations.none(),
            Policy.production(),
            AT);
    return found.claims().stream().noneMatch(claim -> claim.outcome() == Outcome.FAILS)
        && found.claim("report.signature").map(c -> c.outcome() == Outcome.HOLDS).orElse(false);
  }
}
