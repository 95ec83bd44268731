package network.assay.oracle.verify.attest.tpm;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.eventlog.EventLog;

/** Finds out what the evidence is packed in, and adds what lies beside it. */
final class TpmCollector {
  private TpmCollector() {}

  /** Whether bytes are any of the forms. */
  static boolean looksLike(byte[] raw) {
    return TpmQuote.looksLike(raw)
        || sized(raw)
        || HclReport.looksLike(raw)
        || AzureEvidence.looksLikeBinary(raw)
        || GoogleAttestation.looksLike(raw)
        || AzureEvidence.looksLikeJson(raw);
  }

  /**
   * Everything that was handed in.
   *
   * @throws AttestException if it is none of the forms, or does not hold together
   */
  static TpmEvidence collect(Evidence evidence, Collateral collateral) {
    TpmEvidence read = read(evidence.raw(), evidence.attachments());
    Optional<HclReport> hcl = read.hcl().or(() -> hclAmong(evidence.attachments()));
    Optional<byte[]> log =
        read.eventLog()
            .or(() -> evidence.attachments().stream().filter(EventLog::looksLike).findFirst());
    return new TpmEvidence(
        read.quotes(),
        hcl,
        read.hardware(),
        read.attestationKey().or(() -> TpmBeside.publicArea(evidence.attachments())),
        certificates(read, evidence, collateral),
        log);
  }

  /** TPM2B_ATTEST: its length before it. */
  private static boolean sized(byte[] raw) {
    return raw.length > 8
        && (((raw[0] & 0xff) << 8) | (raw[1] & 0xff)) == raw.length - 2
        && TpmQuote.looksLike(Arrays.copyOfRange(raw, 2, raw.length));
  }

  private static TpmEvidence read(byte[] raw, List<byte[]> attachments) {
    if (TpmQuote.looksLike(raw) || sized(raw)) {
      TpmQuote quote =
          TpmQuote.read(TpmQuote.looksLike(raw) ? raw : Arrays.copyOfRange(raw, 2, raw.length));
      TpmSignature signature = signature(attachments);
      return AzureEvidence.quoteAlone(
          new SignedQuote(quote, signature, TpmBeside.values(quote, signature, attachments)));
    }
    if (HclReport.looksLike(raw)) {
      return hclAlone(HclReport.read(raw), attachments);
    }
    if (AzureEvidence.looksLikeBinary(raw)) {
      return AzureEvidence.quoteAlone(AzureEvidence.readBinary(raw));
    }
    if (GoogleAttestation.looksLike(raw)) {
      return GoogleAttestation.read(raw);
    }
    if (AzureEvidence.looksLikeJson(raw)) {
      return AzureEvidence.read(raw);
    }
    throw new AttestException(
        "TPM_EVIDENCE", "none of the known forms", "a quote, an HCL report or a cloud's message");
  }

  private static TpmEvidence hclAlone(HclReport hcl, List<byte[]> attachments) {
    List<SignedQuote> quotes =
        attachments.stream()
            .filter(AzureEvidence::looksLikeBinary)
            .findFirst()
            .map(AzureEvidence::readBinary)
            .map(List::of)
            .orElse(List.of());
    return new TpmEvidence(
        quotes, Optional.of(hcl), Optional.empty(), Optional.empty(), List.of(), Optional.empty());
  }

  private static TpmSignature signature(List<byte[]> attachments) {
    for (byte[] raw : attachments) {
      boolean structure =
          raw.length >= 8 && raw.length <= 1032 && raw[0] == 0 && raw[1] >= 0x14 && raw[1] <= 0x18;
      if (structure && raw[2] == 0) {
        return TpmSignature.read(raw);
      }
      if (raw.length == 256 || raw.length == 384 || raw.length == 512) {
        return TpmSignature.bareRsa(raw);
      }
    }
    throw new AttestException("TPM_EVIDENCE", "a quote without its signature", "a signature too");
  }

  private static Optional<HclReport> hclAmong(List<byte[]> attachments) {
    return attachments.stream().filter(HclReport::looksLike).findFirst().map(HclReport::read);
  }

  private static List<byte[]> certificates(
      TpmEvidence read, Evidence evidence, Collateral collateral) {
    List<byte[]> found = new java.util.ArrayList<>(read.certificates());
    found.addAll(evidence.attachments());
    for (Collateral.Item item : collateral.find(Collateral.Kind.TPM_AK_CHAIN, "ak")) {
      found.add(item.raw());
      found.addAll(item.issuerChain());
    }
    return found;
  }
}
