package network.assay.oracle.verify.attest;

import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.oracle.verify.Finding;

/**
 * What an oracle makes of section 12 of the bundle. Only evidence that was ordered and accepted
 * gets a digest of its own in the leaf; everything else leaves "none" there, and nothing shows the
 * device as attested.
 *
 * @param finding decides nothing for a grade that asks for no hardware evidence
 * @param digest the leaf's attestationDigest
 */
public record AttestationSlot(Finding finding, Bytes32 digest) {

  /** Family code for no evidence at all. */
  public static final int NONE = 0;

  private static final String TAG = "assay/attestation/v1";

  /** Accepted evidence. */
  public static AttestationSlot of(Finding accepted, int family, byte[] evidence) {
    if (!accepted.holds() || family == NONE) {
      throw new IllegalArgumentException(
          "want accepted evidence of a family, got " + accepted + " for family " + family);
    }
    return new AttestationSlot(accepted, digest(family, evidence));
  }

  /** Nothing that shows a device as attested. */
  public static AttestationSlot without(Finding finding) {
    return new AttestationSlot(finding, EvidenceLeaf.ATTESTATION_NONE);
  }

  /** {@code H(tag ‖ u8 family ‖ H(evidence))}: whoever has the bundle can work it out again. */
  public static Bytes32 digest(int family, byte[] evidence) {
    return Keccak.hash(Bytes.start().utf8(TAG).u8(family).raw(Keccak.hash(evidence)).toArray());
  }

  /** Judges the slot where hardware is not asked, or nobody here could judge it. */
  public static AttestationSlot judge(EvidenceBundle bundle, Grade grade) {
    return without(finding(bundle, grade));
  }

  private static Finding finding(EvidenceBundle bundle, Grade grade) {
    int family = bundle.attestationFamily();
    if (grade == Grade.ATTESTED) {
      return Finding.inconclusive(
          family == NONE
              ? "hardware evidence"
              : "rules of this oracle for hardware evidence of family " + family);
    }
    return Finding.accepted(
        family == NONE
            ? "none, and none was ordered"
            : "family "
                + family
                + " left unread: none was ordered, and the device is not shown as attested");
  }
}
