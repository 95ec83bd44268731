package network.assay.oracle.cli.attest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.json.StrictJson;
import network.assay.oracle.verify.attest.snp.SnpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Takes bytes out of what they came wrapped in: hex, base64, base64url, containers of runtimes, and
 * JSON members that are one of these or a list of byte values.
 */
final class Unwrap {
  private static final int SHORTEST = 16;
  private static final int LEAVES_MAX = 4096;
  private static final int JSON_BYTES_MAX = 8 << 20;

  private Unwrap() {}

  /** What one layer of wrapping held; empty where there is none that is understood. */
  static List<byte[]> once(byte[] bytes) {
    int first = firstVisible(bytes);
    if (first == '{' || first == '[' || first == '"') {
      return leaves(bytes);
    }
    List<byte[]> contained = Containers.contents(bytes);
    if (!contained.isEmpty()) {
      return contained;
    }
    byte[] plain = text(bytes);
    return plain == null ? List.of() : List.of(plain);
  }

  private static int firstVisible(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b;
      }
    }
    return -1;
  }

  /** Bytes of a text that is all hex, else all base64; null for anything else. */
  static byte @Nullable [] text(byte[] bytes) {
    if (bytes.length < SHORTEST) {
      return null;
    }
    StringBuilder packed = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
        continue;
      }
      boolean plain =
          (b >= '0' && b <= '9')
              || (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || b == '+'
              || b == '/'
              || b == '-'
              || b == '_'
              || b == '=';
      if (!plain) {
        return null;
      }
      packed.append((char) b);
    }
    String text = packed.toString();
    byte[] hex = hex(text);
    return hex != null ? hex : base64(text);
  }

  private static byte @Nullable [] hex(String text) {
    String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
    if (digits.length() % 2 != 0) {
      return null;
    }
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte @Nullable [] base64(String text) {
    try {
      boolean url = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
      return (url ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static List<byte[]> leaves(byte[] bytes) {
    List<byte[]> found = new ArrayList<>();
    try {
      collect(StrictJson.parse(bytes, JSON_BYTES_MAX, "MALFORMED_JSON"), found);
    } catch (AttestException e) {
      return List.of();
    }
    return found;
  }

  /** JSON's depth is bounded by its parser. */
  private static void collect(JsonNode node, List<byte[]> into) {
    if (into.size() >= LEAVES_MAX) {
      return;
    }
    if (node.isString()) {
      String text = node.stringValue();
      // C strings carry their NUL along.
      byte[] plain =
          (text.endsWith("\0") ? text.substring(0, text.indexOf('\0')) : text).getBytes(ISO_8859_1);
      if (plain.length >= SHORTEST) {
        byte[] decoded = text(plain);
        into.add(decoded == null ? plain : decoded);
      }
    } else if (node.isArray()) {
      byte[] values = byteValues(node);
      if (values != null) {
        into.add(values);
      } else {
        node.forEach(item -> collect(item, into));
      }
    } else if (node.isObject()) {
      SnpJson.report(node).ifPresent(into::add);
      node.forEach(item -> collect(item, into));
    }
  }

  private static byte @Nullable [] byteValues(JsonNode list) {
    if (list.size() < SHORTEST) {
      return null;
    }
    byte[] values = new byte[list.size()];
    int at = 0;
    for (JsonNode item : list) {
      if (!item.isInt() || item.intValue() < -128 || item.intValue() > 255) {
        return null;
      }
      values[at++] = (byte) item.intValue();
    }
    return values;
  }
}
