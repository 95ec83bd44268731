package network.assay.oracle.verify.attest.job;

import java.util.Set;
import java.util.TreeSet;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Composition;
import network.assay.oracle.verify.attest.policy.PolicyDocument;
import network.assay.oracle.verify.attest.policy.PolicyJudge;
import network.assay.oracle.verify.attest.x509.Cert;

/** A policy document and the roots that are believed, as an oracle's configuration names them. */
public final class DocumentRules implements HardwareRules {
  private final Composition composition;
  private final Bytes32 policy;

  /**
   * @throws AttestException where the document compares a family's measurements with nothing: it
   *     would pay for any machine of the vendor's
   */
  public DocumentRules(Attestation verifiers, TrustAnchors anchors, PolicyDocument document) {
    PolicyJudge.requireComparing(document);
    if (document.families().isEmpty()) {
      throw new AttestException("POLICY", "no family", "a policy that names at least one");
    }
    this.composition = new Composition(verifiers, anchors, document);
    this.policy = VerificationPolicy.attestedV1(identity(anchors, document));
  }

  /** Two oracles with the same document and roots have the same; any difference shows. */
  private static Bytes32 identity(TrustAnchors anchors, PolicyDocument document) {
    Set<String> roots = new TreeSet<>();
    for (Anchor anchor : Anchor.values()) {
      for (Cert root : anchors.of(anchor)) {
        roots.add(anchor + "=" + root.sha256());
      }
    }
    return Keccak.hash(Bytes.start().utf8(document.id() + ";" + String.join(";", roots)).toArray());
  }

  @Override
  public Bytes32 policy() {
    return policy;
  }

  @Override
  public Finding appraise(EvidencePackage evidence, Bytes32 binding) {
    return composition
        .judge(evidence.evidence(), evidence.lookups(), binding, evidence.at())
        .finding();
  }
}
