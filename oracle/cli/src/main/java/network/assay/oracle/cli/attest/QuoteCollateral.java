package network.assay.oracle.cli.attest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.json.StrictJson;
import tools.jackson.databind.JsonNode;

/**
 * The JSON in which DCAP libraries keep everything for one quote: {@code tcb_info}, {@code
 * tcb_info_signature}, {@code qe_identity}, {@code qe_identity_signature}, {@code pck_crl}, {@code
 * root_ca_crl} and the issuers' chains. Signed JSON stands in it as text, and stays as it is.
 */
final class QuoteCollateral {
  private static final int BYTES_MAX = 8 << 20;
  private static final String REASON = "MALFORMED_JSON";

  private QuoteCollateral() {}

  /** The parts as their vendors send them; empty where it is no such JSON. */
  static List<byte[]> parts(byte[] raw) {
    int first = 0;
    while (first < raw.length && raw[first] <= ' ' && raw[first] >= 0) {
      first++;
    }
    if (first == raw.length || raw[first] != '{') {
      return List.of();
    }
    JsonNode root;
    try {
      root = StrictJson.parse(raw, BYTES_MAX, REASON);
    } catch (AttestException e) {
      return List.of();
    }
    JsonNode inner = root.get("collateral");
    JsonNode set = inner != null && inner.isObject() ? inner : root;
    List<byte[]> parts = new ArrayList<>();
    signed(set, "tcb_info", "tcbInfo", parts);
    signed(set, "qe_identity", "enclaveIdentity", parts);
    for (String key :
        List.of(
            "pck_crl",
            "root_ca_crl",
            "pck_crl_issuer_chain",
            "tcb_info_issuer_chain",
            "qe_identity_issuer_chain",
            "pck_certificate_chain")) {
      plain(set.get(key), parts);
    }
    return parts;
  }

  /** Either the whole signed object as text, or its body and the signature beside it. */
  private static void signed(JsonNode set, String key, String member, List<byte[]> parts) {
    JsonNode body = set.get(key);
    if (body == null || !body.isString()) {
      return;
    }
    String text = body.stringValue();
    JsonNode signature = set.get(key + "_signature");
    if (signature == null) {
      parts.add(text.getBytes(UTF_8));
      return;
    }
    String hex = signature.isString() ? signature.stringValue() : hex(signature);
    String whole = "{\"" + member + "\":" + text + ",\"signature\":\"" + hex + "\"}";
    parts.add(whole.getBytes(UTF_8));
  }

  private static String hex(JsonNode values) {
    StringBuilder text = new StringBuilder();
    values.forEach(value -> text.append("%02x".formatted(value.asInt(0) & 0xFF)));
    return text.toString();
  }

  private static void plain(@org.jspecify.annotations.Nullable JsonNode node, List<byte[]> parts) {
    if (node == null) {
      return;
    }
    if (node.isArray()) {
      byte[] values = new byte[node.size()];
      int at = 0;
      for (JsonNode value : node) {
        values[at++] = (byte) value.asInt(0);
      }
      parts.add(values);
    } else if (node.isString()) {
      byte[] text = node.stringValue().getBytes(UTF_8);
      byte[] decoded = node.stringValue().startsWith("-----") ? null : Unwrap.text(text);
      parts.add(decoded == null ? text : decoded);
    }
  }
}
