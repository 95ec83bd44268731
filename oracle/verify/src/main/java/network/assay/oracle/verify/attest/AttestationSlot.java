package network.assay.oracle.verify.attest;

import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.oracle.verify.Finding;

/**
 * Section 12 of the bundle. This build verifies no vendor's quotes yet, so whatever is in the slot,
 * the leaf says "none" and nothing shows the device as attested; an order for ATTESTED then gets no
 * verdict.
 *
 * @param finding decides nothing for a grade that asks for no hardware evidence
 * @param digest the leaf's attestationDigest
 */
public record AttestationSlot(Finding finding, Bytes32 digest) {

  /** Family code for no evidence at all. */
  public static final int NONE = 0;

  /** Judges the slot for the grade that was ordered. */
  public static AttestationSlot judge(EvidenceBundle bundle, Grade grade) {
    return new AttestationSlot(finding(bundle, grade), EvidenceLeaf.ATTESTATION_NONE);
  }

  private static Finding finding(EvidenceBundle bundle, Grade grade) {
    int family = bundle.attestationFamily();
    if (grade == Grade.ATTESTED) {
      return Finding.inconclusive(
          family == NONE
              ? "hardware evidence"
              : "a verifier for hardware evidence of family " + family);
    }
    return Finding.accepted(
        family == NONE
            ? "none, and none was ordered"
            : "family "
                + family
                + " left unread: none was ordered, and the device is not shown as attested");
  }
}
