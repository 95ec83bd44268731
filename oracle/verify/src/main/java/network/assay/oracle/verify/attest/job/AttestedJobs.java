package network.assay.oracle.verify.attest.job;

import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.oracle.verify.ChainJob;
import network.assay.oracle.verify.Domains;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.AttestationSlot;
import network.assay.oracle.verify.telemetry.TelemetryCheck;

/**
 * Judges section 12 for an order of grade ATTESTED. Everything it looks at is in the bundle, on
 * chain, or in the rules; so it is asked before a bundle is acknowledged, and what it refuses binds
 * nobody: a wrong quote earns nothing, and costs no stake, since the device did not sign it.
 */
public final class AttestedJobs {
  private final HardwareRules rules;
  private final Committee committee;
  private final Domains domains;

  public AttestedJobs(HardwareRules rules, Committee committee, Domains domains) {
    this.rules = rules;
    this.committee = committee;
    this.domains = domains;
  }

  /** The leaf's policy for jobs judged here. */
  public Bytes32 policy() {
    return rules.policy();
  }

  /** Judges the slot of a bundle whose signatures have been checked. */
  public AttestationSlot judge(EvidenceBundle bundle, ChainJob job) {
    if (bundle.attestationFamily() == AttestationSlot.NONE) {
      return AttestationSlot.without(Finding.inconclusive("hardware evidence, which was ordered"));
    }
    try {
      EvidencePackage evidence = EvidencePackage.parse(bundle.attestation());
      Finding finding = judge(evidence, bundle, job);
      return finding.holds()
          ? AttestationSlot.of(finding, bundle.attestationFamily(), bundle.attestation())
          : AttestationSlot.without(finding);
    } catch (ProtocolException refused) {
      return AttestationSlot.without(Finding.refused(refused, "well-formed evidence"));
    } catch (AttestException unusable) {
      return AttestationSlot.without(
          Finding.rejected(unusable.reason(), unusable.got(), unusable.want()));
    }
  }

  private Finding judge(EvidencePackage evidence, EvidenceBundle bundle, ChainJob job) {
    if (evidence.family().code() != bundle.attestationFamily()) {
      return Finding.rejected(
          "WRONG_FAMILY", evidence.family().label(), "family " + bundle.attestationFamily());
    }
    long runUntil = job.acceptedAt() + bundle.order().runWindowS();
    if (evidence.madeAt() < job.acceptedAt() || evidence.madeAt() > runUntil) {
      return Finding.rejected(
          "WRONG_TIME", evidence.madeAt(), job.acceptedAt() + " to " + runUntil);
    }
    Finding nonces = TelemetryCheck.nonces(bundle, job, committee, domains);
    if (!nonces.holds()) {
      return nonces;
    }
    Bytes32 bound =
        JobBinding.reportData(
            job.device(),
            EvidenceBundle.oracleNonce(bundle.nonces()),
            job.jobId(),
            bundle.workCommit().digest(domains.market()));
    return rules.appraise(evidence, bound);
  }
}
