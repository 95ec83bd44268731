package network.assay.oracle.verify.attest.job;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.policy.PolicyDocument;
import network.assay.oracle.verify.attest.policy.PolicyJudge;
import network.assay.oracle.verify.attest.x509.Cert;

/** A policy document and the roots that are believed, as an oracle's configuration names them. */
public final class DocumentRules implements HardwareRules {
  private final Attestation verifiers;
  private final TrustAnchors anchors;
  private final PolicyDocument document;
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
    this.verifiers = verifiers;
    this.anchors = anchors;
    this.document = document;
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
  public Finding appraise(EvidencePackage evidence, Expectations expectations) {
    List<Evidence> pieces = evidence.evidence();
    if (pieces.size() > 1) {
      return Finding.inconclusive("rules for devices beside the host");
    }
    Evidence host = pieces.getFirst();
    Appraisal found =
        verifiers.appraise(
            host, evidence.lookups(), anchors, expectations, document.toPolicy(), evidence.at());
    return PolicyJudge.judge(found, document, expectations, evidence.at()).finding();
  }
}
