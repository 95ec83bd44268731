package network.assay.oracle.verify.attest.tpm;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;

/** Keylime's text of a quote: "r", then message, signature and registers in base64, by colons. */
final class KeylimeQuote {
  private static final int BYTES_MAX = 64 << 10;

  private KeylimeQuote() {}

  /** Whether bytes begin like one. */
  static boolean looksLike(byte[] raw) {
    if (raw.length < 64 || raw.length > BYTES_MAX || raw[0] != 'r') {
      return false;
    }
    return new String(raw, 1, 8, StandardCharsets.ISO_8859_1).equals("/1RDR4AY");
  }

  /**
   * Reads it.
   *
   * @throws AttestException if a part is missing or no base64
   */
  static TpmEvidence read(byte[] raw) {
    String text = new String(raw, StandardCharsets.ISO_8859_1).strip();
    String[] parts = text.substring(1).split(":", 4);
    if (parts.length != 3) {
      throw new AttestException("TPM_EVIDENCE", parts.length + " parts", "three");
    }
    try {
      TpmQuote quote = TpmQuote.read(Base64.getDecoder().decode(parts[0]));
      TpmSignature signature = TpmCollector.signature(Base64.getDecoder().decode(parts[1]), quote);
      byte[] registers = Base64.getDecoder().decode(parts[2]);
      return TpmEvidence.of(
          List.of(
              new SignedQuote(
                  quote, signature, TpmBeside.values(quote, signature, List.of(registers)))));
    } catch (IllegalArgumentException e) {
      throw new AttestException("TPM_EVIDENCE", "a part that is no base64", "base64");
    }
  }
}
