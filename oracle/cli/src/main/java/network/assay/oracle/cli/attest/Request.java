package network.assay.oracle.cli.attest;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.json.StrictJson;
import tools.jackson.databind.JsonNode;

/**
 * One thing to verify, as the command line or one line of a batch asks for it.
 *
 * @param roots files with certificates or JWKs that are trusted beside the pinned roots
 * @param ear a private JWK that signs the result as an EAR
 */
record Request(
    Path evidence,
    List<Path> collateral,
    Instant at,
    Optional<Path> policy,
    Optional<byte[]> nonce,
    Optional<byte[]> reportData,
    List<Path> roots,
    Optional<Path> ear) {
  private static final String REASON = "MALFORMED_LINE";
  private static final int LINE_BYTES_MAX = 1 << 20;
  private static final Set<String> KEYS =
      Set.of("evidence", "collateral", "at", "policy", "nonce", "reportData", "roots", "ear");

  /**
   * Reads one line of a batch: the same fields as the options.
   *
   * @param now for lines that say no time
   */
  static Request ofLine(String line, Instant now) {
    JsonNode node = StrictJson.parse(line.getBytes(StandardCharsets.UTF_8), LINE_BYTES_MAX, REASON);
    StrictJson.onlyKeys(node, KEYS, "the line", REASON);
    JsonNode at = node.get("at");
    return new Request(
        path(StrictJson.needText(node, "evidence", REASON)),
        paths(node, "collateral"),
        at == null ? now : time(at.isString() ? at.stringValue() : at.toString()),
        StrictJson.text(node, "policy", REASON).map(Request::path),
        StrictJson.text(node, "nonce", REASON).map(text -> hex("nonce", text)),
        StrictJson.text(node, "reportData", REASON).map(text -> hex("reportData", text)),
        paths(node, "roots"),
        StrictJson.text(node, "ear", REASON).map(Request::path));
  }

  private static List<Path> paths(JsonNode node, String key) {
    JsonNode member = node.get(key);
    if (member != null && member.isString()) {
      return List.of(path(member.stringValue()));
    }
    List<Path> paths = new ArrayList<>();
    StrictJson.texts(node, key, 4096, REASON)
        .orElse(List.of())
        .forEach(text -> paths.add(path(text)));
    return paths;
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (java.nio.file.InvalidPathException e) {
      throw new AttestException(REASON, "path \"" + text + "\"", "a path");
    }
  }

  /** Unix seconds, or ISO 8601. */
  static Instant time(String text) {
    try {
      return text.indexOf('T') > 0
          ? Instant.parse(text)
          : Instant.ofEpochSecond(Long.parseLong(text.strip()));
    } catch (DateTimeException | NumberFormatException e) {
      throw new AttestException("TIME", text, "Unix seconds");
    }
  }

  /** Hex of any case, with or without 0x. */
  static byte[] hex(String name, String text) {
    String digits = text.strip();
    if (digits.startsWith("0x") || digits.startsWith("0X")) {
      digits = digits.substring(2);
    }
    try {
      if (!digits.isEmpty() && digits.length() <= 4096) {
        return HexFormat.of().parseHex(digits);
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the one refusal.
    }
    throw new AttestException(
        "MALFORMED_HEX", name + " \"" + text + "\"", "1 to 2048 bytes in hex");
  }
}
