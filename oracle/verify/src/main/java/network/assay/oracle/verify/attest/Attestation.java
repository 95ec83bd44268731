package network.assay.oracle.verify.attest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The front door: finds the family and hands the evidence to its verifier. */
public final class Attestation {

  private final List<FamilyVerifier> verifiers;

  /** A front door to these verifiers; the first that recognises bytes has them. */
  public Attestation(List<FamilyVerifier> verifiers) {
    this.verifiers = List.copyOf(verifiers);
  }

  /** Which family's evidence these bytes look like. */
  public Optional<Family> detect(byte[] raw) {
    for (FamilyVerifier verifier : verifiers) {
      Optional<Family> family = verifier.detect(raw);
      if (family.isPresent()) {
        return family;
      }
    }
    return Optional.empty();
  }

  /**
   * Checks everything that can be checked, as {@link FamilyVerifier#appraise}.
   *
   * @throws AttestException if the evidence is unusable, or of a family that nobody here verifies
   */
  public Appraisal appraise(
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    for (FamilyVerifier verifier : verifiers) {
      if (verifier.verifies(evidence.family())) {
        return verifier.appraise(evidence, collateral, anchors, expectations, policy, at);
      }
    }
    throw new AttestException(
        "UNKNOWN_FAMILY", evidence.family().label(), "a family that this build verifies");
  }
}
