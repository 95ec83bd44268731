package network.assay.oracle.verify.attest;

import java.time.Instant;
import java.util.Optional;

/** Verifies one family's evidence, or those of families that share a format. */
public interface FamilyVerifier {

  /** The family that these bytes look like, if it is one of mine; cheap, and never throws. */
  Optional<Family> detect(byte[] raw);

  /** Whether evidence of this family is mine. */
  boolean verifies(Family family);

  /**
   * Checks everything that can be checked.
   *
   * @param at the time at which everything must be valid; never the wall clock
   * @throws AttestException if the evidence is no such evidence at all
   */
  Appraisal appraise(
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at);
}
