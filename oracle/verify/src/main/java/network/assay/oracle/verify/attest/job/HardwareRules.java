package network.assay.oracle.verify.attest.job;

import network.assay.contracts.protocol.Bytes32;
import network.assay.oracle.verify.Finding;

/**
 * What an oracle asks of hardware before it calls a job attested. All oracles of a committee must
 * ask the same: what they asked is named in the leaf, so a different rule never agrees unnoticed.
 */
public interface HardwareRules {

  /** The leaf's policy: binds the rules and the roots that are believed. */
  Bytes32 policy();

  /**
   * Judges evidence and what was delivered with it; nothing else is looked at, so two oracles with
   * the same rules find the same.
   *
   * @param binding what the host's report data must begin with; devices carry what follows from it
   */
  Finding appraise(EvidencePackage evidence, Bytes32 binding);
}
