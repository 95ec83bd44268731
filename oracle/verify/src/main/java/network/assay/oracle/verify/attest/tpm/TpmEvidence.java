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
 * @param plainKey the key alone, of which nobody says what else it signs
 * @param delivered certificates in the same packing
 * @param certificates of that key and its issuers, in any order, from wherever they came
 * @param eventLog what was measured
 * @param unread a part that somebody else's verifier would look at and this build does not read
 */
record TpmEvidence(
    List<SignedQuote> quotes,
    Optional<HclReport> hcl,
    Optional<byte[]> hardware,
    Optional<TpmPublic> attestationKey,
    Optional<VerifyKey> plainKey,
    List<byte[]> delivered,
    List<byte[]> certificates,
    Optional<byte[]> eventLog,
    Optional<String> unread) {

  /** Quotes without anything that says whose key it is. */
  static TpmEvidence of(List<SignedQuote> quotes) {
    return new TpmEvidence(
        List.copyOf(quotes),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same with a paravisor's report and what it needs beside it. */
  TpmEvidence vouched(Optional<HclReport> report, Optional<byte[]> beside) {
    return new TpmEvidence(
        quotes,
        report,
        beside,
        attestationKey,
        plainKey,
        delivered,
        certificates,
        eventLog,
        unread);
  }

  /** The same with what else lay in the packing. */
  TpmEvidence with(
      Optional<TpmPublic> key, List<byte[]> certs, Optional<byte[]> log, Optional<String> part) {
    return new TpmEvidence(quotes, hcl, hardware, key, plainKey, certs, certs, log, part);
  }

  /** The same with what lay beside the packing, where it had none of its own. */
  TpmEvidence beside(
      Optional<HclReport> report,
      Optional<TpmPublic> key,
      Optional<VerifyKey> alone,
      List<byte[]> certs,
      Optional<byte[]> log) {
    return new TpmEvidence(
        quotes,
        hcl.or(() -> report),
        hardware,
        attestationKey.or(() -> key),
        plainKey.or(() -> alone),
        delivered,
        certs,
        eventLog.or(() -> log),
        unread);
  }

  /** The key by which the quotes are checked, if one is known at all. */
  Optional<VerifyKey> key() {
    return hcl.map(HclReport::attestationKey).or(() -> attestationKey.map(TpmPublic::key));
  }
}
