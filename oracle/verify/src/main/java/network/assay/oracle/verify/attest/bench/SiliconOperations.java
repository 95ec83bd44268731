package network.assay.oracle.verify.attest.bench;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.FamilyVerifier;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.nitro.NitroVerifier;
import network.assay.oracle.verify.attest.snp.SnpVerifier;
import network.assay.oracle.verify.attest.x509.LinkCache;

/**
 * SNP and Nitro, with the goals of the project. One thread; each operation says whether it went
 * well.
 */
public final class SiliconOperations {
  private SiliconOperations() {}

  /**
   * One thing to time.
   *
   * @param goalPerS how often one thread must do it in a second; 0 where there is no goal
   * @param once does it and returns whether it came out as it must
   */
  public record Operation(String name, double goalPerS, BooleanSupplier once) {}

  /**
   * SNP with the chip's key known and with nothing known, and a report that is cut short.
   *
   * @param report accepted at that time
   * @param vcek its key's certificate
   */
  public static List<Operation> snp(byte[] report, byte[] vcek, Instant at) {
    Evidence whole = new Evidence(Family.SNP, report, List.of(vcek));
    Evidence cut =
        new Evidence(Family.SNP, Arrays.copyOf(report, report.length - 1), List.of(vcek));
    SnpVerifier known = new SnpVerifier();
    return List.of(
        new Operation("snp.warm", 2_000, () -> accepts(known, whole, at)),
        new Operation("snp.cold", 0, () -> accepts(new SnpVerifier(LinkCache.none()), whole, at)),
        new Operation("snp.malformed", 1_000, () -> refuses(known, cut, at)));
  }

  /**
   * Nitro with no certificate known and with AWS's known, and a document that is cut short.
   *
   * @param document accepted at that time
   */
  public static List<Operation> nitro(byte[] document, Instant at) {
    Evidence whole = Evidence.of(Family.NITRO, document);
    Evidence cut = Evidence.of(Family.NITRO, Arrays.copyOf(document, document.length - 1));
    NitroVerifier nothing = new NitroVerifier(LinkCache.none());
    NitroVerifier known = new NitroVerifier();
    return List.of(
        new Operation("nitro.cold", 350, () -> accepts(nothing, whole, at)),
        new Operation("nitro.warm", 0, () -> accepts(known, whole, at)),
        new Operation("nitro.malformed", 1_000, () -> refuses(known, cut, at)));
  }

  private static boolean accepts(FamilyVerifier verifier, Evidence evidence, Instant at) {
    Policy policy =
        new Policy(Map.of(evidence.family(), new Policy.Rules(Map.of(), Set.of(), 0, false)));
    return verifier
        .appraise(
            evidence, Collateral.none(), TrustAnchors.production(), Expectations.none(), policy, at)
        .accepted();
  }

  private static boolean refuses(FamilyVerifier verifier, Evidence evidence, Instant at) {
    try {
      // Refused before any signature, or not at all: a rejection would be too late.
      boolean accepted = accepts(verifier, evidence, at);
      throw new IllegalStateException("cut evidence was read, accepted: " + accepted);
    } catch (AttestException e) {
      return true;
    }
  }
}
