package network.assay.oracle.cli.attest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.json.StrictJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The layouts in which services and libraries keep DCAP collateral: one JSON for one quote ({@code
 * tcb_info} or {@code tcbInfo}, with its signature inside or beside it, {@code pck_crl}, issuers'
 * chains, as C strings or as bytes), a service's answer with its headers, issuers' chains
 * percent-encoded, and signed objects anywhere within JSON. Signed bytes stay as they are.
 */
final class QuoteCollateral {
  private static final int BYTES_MAX = 8 << 20;
  private static final int DEPTH_MAX = 4;
  private static final int EMBEDDED_MAX = 32;
  private static final int HEADERS_MAX = 64;
  private static final String REASON = "MALFORMED_JSON";
  private static final String ENCODED_PEM = "-----BEGIN%20CERTIFICATE";

  /** Names without case and underscores. */
  private static final Set<String> PLAIN =
      Set.of(
          "pckcrl",
          "rootcacrl",
          "rootcrl",
          "pckcrlissuerchain",
          "tcbinfoissuerchain",
          "qeidentityissuerchain",
          "enclaveidentityissuerchain",
          "pckcertificatechain",
          "pckcertchain");

  private QuoteCollateral() {}

  /** The parts as their vendors send them; empty where it is no such layout. */
  static List<byte[]> parts(byte[] raw) {
    int first = 0;
    while (first < raw.length && raw[first] <= ' ' && raw[first] >= 0) {
      first++;
    }
    if (first == raw.length || raw.length > BYTES_MAX) {
      return List.of();
    }
    return switch (raw[first]) {
      case '{', '[' -> json(raw);
      case 'H' -> answer(raw);
      case '-' -> encoded(raw);
      default -> List.of();
    };
  }

  // --- JSON ---

  private static List<byte[]> json(byte[] raw) {
    JsonNode root;
    try {
      root = StrictJson.parse(raw, BYTES_MAX, REASON);
    } catch (AttestException e) {
      return List.of();
    }
    List<byte[]> parts = new ArrayList<>();
    named(root, 0, parts);
    embedded(raw, parts);
    return parts;
  }

  private static void named(JsonNode node, int depth, List<byte[]> parts) {
    if (depth > DEPTH_MAX) {
      return;
    }
    if (node.isObject()) {
      Map<String, JsonNode> members = new LinkedHashMap<>();
      for (String name : node.propertyNames()) {
        members.putIfAbsent(
            name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT), node.get(name));
      }
      signed(members, "tcbinfo", "tcbInfo", parts);
      signed(members, "qeidentity", "enclaveIdentity", parts);
      PLAIN.forEach(name -> plain(members.get(name), parts));
    }
    if (node.isObject() || node.isArray()) {
      node.forEach(inner -> {
        if (inner.isObject() || inner.isArray()) {
          named(inner, depth + 1, parts);
        }
      });
    }
  }

  /** Either the whole signed object as text, or its body and the signature beside it. */
  private static void signed(
      Map<String, JsonNode> members, String key, String member, List<byte[]> parts) {
    JsonNode body = members.get(key);
    if (body == null || !body.isString()) {
      return;
    }
    String text = terminated(body.stringValue());
    JsonNode signature = members.get(key + "signature");
    if (signature == null) {
      parts.add(text.getBytes(UTF_8));
      return;
    }
    String hex = signature.isString() ? signature.stringValue() : hex(signature);
    String whole = "{\"" + member + "\":" + text + ",\"signature\":\"" + hex + "\"}";
    parts.add(whole.getBytes(UTF_8));
  }

  /** C strings carry their NUL along. */
  private static String terminated(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(0, end);
  }

  private static String hex(JsonNode values) {
    StringBuilder text = new StringBuilder();
    values.forEach(value -> text.append("%02x".formatted(value.asInt(0) & 0xFF)));
    return text.toString();
  }

  private static void plain(@Nullable JsonNode node, List<byte[]> parts) {
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
      byte[] text = terminated(node.stringValue()).getBytes(UTF_8);
      List<byte[]> chain = encoded(text);
      if (!chain.isEmpty()) {
        parts.addAll(chain);
        return;
      }
      byte[] decoded = text.length > 0 && text[0] == '-' ? null : Unwrap.text(text);
      parts.add(decoded == null ? text : decoded);
    }
  }

  /** Signed objects as they stand in the text, byte for byte. */
  private static void embedded(byte[] raw, List<byte[]> parts) {
    String text = new String(raw, ISO_8859_1);
    for (String name : List.of("\"tcbInfo\"", "\"enclaveIdentity\"")) {
      int at = text.indexOf(name);
      for (int found = 0; at >= 0 && found < EMBEDDED_MAX; found++) {
        int open = before(text, at);
        int end = open < 0 ? -1 : closing(text, open);
        if (end > 0 && text.substring(open, end).contains("\"signature\"")) {
          parts.add(Arrays.copyOfRange(raw, open, end));
        }
        at = text.indexOf(name, at + 1);
      }
    }
  }

  /** The brace right before a member, or -1. */
  private static int before(String text, int at) {
    int open = at - 1;
    while (open >= 0 && text.charAt(open) <= ' ') {
      open--;
    }
    return open >= 0 && text.charAt(open) == '{' ? open : -1;
  }

  /** Behind the brace that closes the one at {@code open}, or -1; strings may hold braces. */
  private static int closing(String text, int open) {
    int depth = 0;
    boolean quoted = false;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }

  // --- Answers of services ---

  /** Status line, headers, body: the issuers' chain is in a header. */
  private static List<byte[]> answer(byte[] raw) {
    String text = new String(raw, ISO_8859_1);
    if (!text.startsWith("HTTP/")) {
      return List.of();
    }
    int end = text.indexOf("\r\n\r\n");
    int gap = 4;
    if (end < 0) {
      end = text.indexOf("\n\n");
      gap = 2;
    }
    if (end < 0) {
      return List.of();
    }
    List<byte[]> parts = new ArrayList<>();
    parts.add(Arrays.copyOfRange(raw, end + gap, raw.length));
    for (String line : text.substring(0, end).split("\r?\n", HEADERS_MAX)) {
      int from = line.indexOf(ENCODED_PEM);
      if (from >= 0) {
        parts.addAll(encoded(line.substring(from).strip().getBytes(ISO_8859_1)));
      }
    }
    return parts;
  }

  /** A percent-encoded chain, as a header has it. */
  private static List<byte[]> encoded(byte[] raw) {
    String text = new String(raw, ISO_8859_1).strip();
    if (!text.startsWith(ENCODED_PEM)) {
      return List.of();
    }
    try {
      return List.of(URLDecoder.decode(text, UTF_8).getBytes(UTF_8));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }
}
