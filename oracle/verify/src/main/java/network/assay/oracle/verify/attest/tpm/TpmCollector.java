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
    return isMessage(raw)
        || HclReport.looksLike(raw)
        || AzureEvidence.looksLikeBinary(raw)
        || GoogleAttestation.looksLike(raw)
        || KeylimeQuote.looksLike(raw)
        || AzureEvidence.looksLikeJson(raw)
        || TpmJson.looksLike(raw);
  }

  /**
   * Everything that was handed in.
   *
   * @throws AttestException if it is none of the forms, or does not hold together
   */
  static TpmEvidence collect(Evidence evidence, Collateral collateral) {
    TpmEvidence read = read(evidence.raw(), evidence.attachments());
    return read.beside(
        hclAmong(evidence.attachments()),
        TpmBeside.publicArea(evidence.attachments()),
        TpmBeside.plainKey(evidence.attachments()),
        certificates(read, evidence, collateral),
        evidence.attachments().stream().filter(EventLog::looksLike).findFirst());
  }

  /** A TPMS_ATTEST, or a TPM2B_ATTEST: its length before it. */
  static boolean isMessage(byte[] raw) {
    return TpmQuote.looksLike(raw)
        || (raw.length > 8
            && (((raw[0] & 0xff) << 8) | (raw[1] & 0xff)) == raw.length - 2
            && TpmQuote.looksLike(Arrays.copyOfRange(raw, 2, 9)));
  }

  /** The quote of either form. */
  static TpmQuote message(byte[] raw) {
    return TpmQuote.read(TpmQuote.looksLike(raw) ? raw : Arrays.copyOfRange(raw, 2, raw.length));
  }

  private static TpmEvidence read(byte[] raw, List<byte[]> attachments) {
    if (isMessage(raw)) {
      TpmQuote quote = message(raw);
      TpmSignature signature = signature(attachments, quote);
      return TpmEvidence.of(
          List.of(
              new SignedQuote(quote, signature, TpmBeside.values(quote, signature, attachments))));
    }
    if (HclReport.looksLike(raw)) {
      return hclAlone(HclReport.read(raw), attachments);
    }
    if (AzureEvidence.looksLikeBinary(raw)) {
      return TpmEvidence.of(List.of(AzureEvidence.readBinary(raw)));
    }
    if (GoogleAttestation.looksLike(raw)) {
      return GoogleAttestation.read(raw);
    }
    if (KeylimeQuote.looksLike(raw)) {
      return KeylimeQuote.read(raw);
    }
    if (AzureEvidence.looksLikeJson(raw)) {
      return AzureEvidence.read(raw);
    }
    if (TpmJson.looksLike(raw)) {
      return TpmJson.read(raw);
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
            .or(() -> loose(attachments))
            .map(List::of)
            .orElse(List.of());
    return TpmEvidence.of(quotes).vouched(Optional.of(hcl), Optional.empty());
  }

  /** A quote with its signature and registers in files of their own. */
  private static Optional<SignedQuote> loose(List<byte[]> attachments) {
    for (byte[] raw : attachments) {
      if (isMessage(raw)) {
        TpmQuote quote = message(raw);
        TpmSignature signature = signature(attachments, quote);
        return Optional.of(
            new SignedQuote(quote, signature, TpmBeside.values(quote, signature, attachments)));
      }
    }
    return Optional.empty();
  }

  private static TpmSignature signature(List<byte[]> attachments, TpmQuote quote) {
    for (byte[] raw : attachments) {
      boolean bare = raw.length == 256 || raw.length == 384 || raw.length == 512;
      boolean der = raw.length < 150 && raw.length > 60 && raw[0] == 0x30;
      if (bare || der || structure(raw)) {
        try {
          return signature(raw, quote);
        } catch (AttestException e) {
          // Something else that begins so.
        }
      }
    }
    throw new AttestException("TPM_EVIDENCE", "a quote without its signature", "a signature too");
  }

  private static boolean structure(byte[] raw) {
    return raw.length >= 8
        && raw.length <= 1032
        && raw[0] == 0
        && raw[1] >= 0x14
        && raw[1] <= 0x18
        && raw[2] == 0;
  }

  /** A TPMT_SIGNATURE, or bare bytes. */
  static TpmSignature signature(byte[] raw, TpmQuote quote) {
    return structure(raw) ? TpmSignature.read(raw) : TpmSignature.plain(raw, quote);
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
