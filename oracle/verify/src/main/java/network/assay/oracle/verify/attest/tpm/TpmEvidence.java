package network.assay.oracle.verify.attest.tpm;

import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.x509.VerifyKey;

/**
 * What was handed in, whatever it was packed in.
 *
 * @param quotes at least one, unless there is an HCL report
 * @param hcl Azure's paravisor report, which vouches for the key
 * @param hardware what the HCL report needs beside it: a VCEK, or a TD quote
 * @param attestationKey the key as the TPM describes it
 * @param certificates of that key and its issuers, in any order
 * @param eventLog what was measured
 */
record TpmEvidence(
    List<SignedQuote> quotes,
    Optional<HclReport> hcl,
    Optional<byte[]> hardware,
    Optional<TpmPublic> attestationKey,
    List<byte[]> certificates,
    Optional<byte[]> eventLog) {

  /** The key by which the quotes are checked, if one is known at all. */
  Optional<VerifyKey> key() {
    return hcl.map(HclReport::attestationKey).or(() -> attestationKey.map(TpmPublic::key));
  }
}
