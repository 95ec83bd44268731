package network.assay.oracle.verify.attest.tpm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.eventlog.HashAlgorithm;

/**
 * The Attestation message of go-tpm-tools (proto/attest.proto): 1 AK public area, 2 quotes (1
 * quote, 2 signature, 3 registers of one bank), 3 event log, 6 AK certificate, 7 its issuers.
 */
final class GoogleAttestation {
  private static final int QUOTES_MAX = 5;
  private static final int PCRS_MAX = 24;

  // Reports of the processor below, as their own tools' messages and not as bytes.
  private static final int SNP_ATTESTATION = 8;
  private static final int TDX_ATTESTATION = 9;

  private GoogleAttestation() {}

  /** Whether bytes begin like one: field 1 with a public area of RSA or ECC. */
  static boolean looksLike(byte[] raw) {
    int at = raw.length > 8 && raw[0] == 0x0a ? ((raw[1] & 0x80) == 0 ? 2 : 3) : -1;
    return at > 0
        && raw.length > at + 4
        && raw[at] == 0
        && (raw[at + 1] == 0x01 || raw[at + 1] == 0x23)
        && raw[at + 2] == 0
        && (raw[at + 3] & 0xff) <= 0x0d;
  }

  static TpmEvidence read(byte[] raw) {
    ProtoReader message = ProtoReader.read(raw);
    TpmPublic key =
        TpmPublic.read(
            message.one(1).orElseThrow(() -> new AttestException("TPM_EVIDENCE", "no AK", "one")));
    List<byte[]> parts = message.all(2);
    if (parts.isEmpty() || parts.size() > QUOTES_MAX) {
      throw new AttestException("TPM_EVIDENCE", parts.size() + " quotes", "1 to " + QUOTES_MAX);
    }
    List<SignedQuote> quotes = new ArrayList<>();
    for (byte[] part : parts) {
      quotes.add(quote(ProtoReader.read(part)));
    }
    List<byte[]> certificates = new ArrayList<>();
    message.one(6).ifPresent(certificates::add);
    certificates.addAll(message.all(7));
    boolean tee =
        !message.all(SNP_ATTESTATION).isEmpty() || !message.all(TDX_ATTESTATION).isEmpty();
    return TpmEvidence.of(quotes)
        .with(
            Optional.of(key),
            List.copyOf(certificates),
            message.one(3),
            tee ? Optional.of("the hardware report within the message") : Optional.empty());
  }

  private static SignedQuote quote(ProtoReader part) {
    TpmQuote quote = TpmQuote.read(need(part, 1, "quote"));
    TpmSignature signature = TpmSignature.read(need(part, 2, "signature"));
    ProtoReader registers = ProtoReader.read(need(part, 3, "registers"));
    int bank = (int) registers.number(1);
    boolean same =
        quote.selections().size() == 1 && quote.selections().getFirst().bank().id() == bank;
    if (!same) {
      throw new AttestException(
          "TPM_EVIDENCE", "registers of bank " + bank, "the bank that was quoted, alone");
    }
    return SignedQuote.ofOneBank(quote, signature, pcrs(registers));
  }

  private static Map<Integer, byte[]> pcrs(ProtoReader registers) {
    Map<Integer, byte[]> found = new TreeMap<>();
    for (byte[] entry : registers.all(2)) {
      ProtoReader pair = ProtoReader.read(entry);
      long index = pair.number(1);
      byte[] value = need(pair, 2, "value");
      boolean fits = index < PCRS_MAX && value.length <= HashAlgorithm.SHA512.bytes();
      if (!fits || found.put((int) index, value) != null) {
        throw new AttestException("TPM_EVIDENCE", "register " + index, "each of 0 to 23 once");
      }
    }
    return found;
  }

  private static byte[] need(ProtoReader part, int number, String what) {
    return part.one(number)
        .orElseThrow(() -> new AttestException("TPM_EVIDENCE", "no " + what, "a " + what));
  }
}
