package network.assay.oracle.verify.attest.tpm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.json.StrictJson;
import network.assay.oracle.verify.attest.wire.ByteReader;
import tools.jackson.databind.JsonNode;

/**
 * What Azure's guest tools write as JSON. Version 0 has no version and arrays of numbers, SNP with
 * {@code quote}, {@code report} and a PEM {@code vcek}, TDX with {@code tpm_quote}, {@code
 * hcl_report} and {@code td_quote}; versions 1 and 2 have hex and base64url and name their version.
 * A quote alone, as JSON or in the tools' binary form, is read too.
 */
final class AzureEvidence {
  private static final int BYTES_MAX = 1 << 20;
  private static final int PART_MAX = 64 << 10;
  private static final int PCRS = 24;
  private static final String REASON = "AZURE_EVIDENCE";

  private AzureEvidence() {}

  /** Whether bytes are an object that names a quote. */
  static boolean looksLikeJson(byte[] raw) {
    int at = 0;
    while (at < raw.length && (raw[at] == ' ' || raw[at] == '\n' || raw[at] == '\r')) {
      at++;
    }
    if (at >= raw.length || raw[at] != '{' || raw.length > BYTES_MAX) {
      return false;
    }
    String text = new String(raw, StandardCharsets.ISO_8859_1);
    boolean quote = text.contains("\"message\"") && text.contains("\"pcrs\"");
    return quote && text.contains("\"signature\"");
  }

  /** Reads any of the JSON forms. */
  static TpmEvidence read(byte[] raw) {
    JsonNode node = StrictJson.parse(raw, BYTES_MAX, REASON);
    if (!known(node)) {
      return TpmJson.read(raw);
    }
    if (node.has("message")) {
      return TpmEvidence.of(List.of(quote(node)));
    }
    boolean old = !node.has("version");
    StrictJson.whole(node, "version", REASON)
        .filter(version -> version != 1 && version != 2)
        .ifPresent(version -> {
          throw new AttestException(REASON, "version " + version, "none, 1 or 2");
        });
    // Members beside these are the tools' own and say nothing that anybody here believes.
    HclReport hcl = HclReport.read(bytes(either(node, "hcl_report", "report"), "report"));
    boolean snp = hcl.hardware() == HclReport.Hardware.SNP;
    JsonNode hardware = either(node, snp ? "vcek" : "td_quote", snp ? "vcek" : "td_quote");
    byte[] beside =
        hardware.isString() && old
            ? hardware.stringValue().getBytes(StandardCharsets.UTF_8)
            : bytes(hardware, "vcek or td_quote");
    return TpmEvidence.of(List.of(quote(either(node, "tpm_quote", "quote"))))
        .vouched(Optional.of(hcl), Optional.of(beside));
  }

  /** Whether an object is in one of the guest tools' own forms. */
  private static boolean known(JsonNode node) {
    JsonNode registers = node.get("pcrs");
    boolean alone = node.has("message") && registers != null && registers.isArray();
    boolean quoted = node.has("tpm_quote") || node.has("quote");
    return alone || (quoted && (node.has("hcl_report") || node.has("report")));
  }

  private static JsonNode either(JsonNode node, String name, String older) {
    JsonNode found = node.has(name) ? node.get(name) : node.get(older);
    if (found == null) {
      throw new AttestException(REASON, "no " + name, "a member " + name);
    }
    return found;
  }

  private static SignedQuote quote(JsonNode node) {
    JsonNode pcrs = either(node, "pcrs", "pcrs");
    if (!pcrs.isArray() || pcrs.size() != PCRS) {
      throw new AttestException(REASON, pcrs.size() + " registers", PCRS + " registers");
    }
    Map<Integer, byte[]> values = new TreeMap<>();
    for (JsonNode pcr : pcrs) {
      values.put(values.size(), bytes(pcr, "register"));
    }
    return SignedQuote.ofOneBank(
        TpmQuote.read(bytes(either(node, "message", "message"), "message")),
        TpmSignature.bareRsa(bytes(either(node, "signature", "signature"), "signature")),
        values);
  }

  /** An array of numbers, hex digits, or base64url without padding. */
  private static byte[] bytes(JsonNode node, String what) {
    if (node.isString() && node.stringValue().length() <= 2 * PART_MAX) {
      return decoded(node.stringValue(), what);
    }
    if (!node.isArray() || node.size() > PART_MAX) {
      throw new AttestException(REASON, what + " is no bytes", "numbers, hex or base64url");
    }
    byte[] found = new byte[node.size()];
    int at = 0;
    for (JsonNode item : node) {
      int value = item.isInt() ? item.intValue() : -1;
      if (value < 0 || value > 255) {
        throw new AttestException(REASON, what + " has an item that is no byte", "0 to 255");
      }
      found[at++] = (byte) value;
    }
    return found;
  }

  private static byte[] decoded(String text, String what) {
    try {
      boolean hex = what.equals("message") || what.equals("signature") || what.equals("register");
      return hex ? HexFormat.of().parseHex(text) : Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new AttestException(REASON, what + " is neither", "hex or base64url");
    }
  }

  /** Whether bytes are a length, an RSA signature, a length and a quote, little-endian. */
  static boolean looksLikeBinary(byte[] raw) {
    if (raw.length < 400 || raw.length > 4096 || raw[2] != 0 || raw[3] != 0 || raw[7] != 0) {
      return false;
    }
    int length = (raw[0] & 0xff) | ((raw[1] & 0xff) << 8);
    int at = 8 + length + 8;
    return length >= 256
        && length <= 1024
        && raw.length > at + 4
        && TpmQuote.looksLike(java.util.Arrays.copyOfRange(raw, at, raw.length));
  }

  /** Signature, quote and 24 registers of 32 bytes, each list with its length in eight bytes. */
  static SignedQuote readBinary(byte[] raw) {
    ByteReader in = new ByteReader(raw, "binary quote");
    byte[] signature = in.bytes(in.u64le());
    byte[] message = in.bytes(in.u64le());
    long count = in.u64le();
    if (count != PCRS) {
      throw new AttestException(REASON, count + " registers", PCRS + " registers");
    }
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < PCRS; i++) {
      values.add(in.bytes(32));
    }
    in.end();
    Map<Integer, byte[]> pcrs = new TreeMap<>();
    values.forEach(value -> pcrs.put(pcrs.size(), value));
    return SignedQuote.ofOneBank(TpmQuote.read(message), TpmSignature.bareRsa(signature), pcrs);
  }
}
