package network.assay.oracle.verify.attest.snp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A report whose fields were written apart as JSON: by Rust libraries (a structure of numbers, byte
 * lists, and TCB versions by component) and by Go's (a protobuf message: numbers, base64, TCB
 * versions as one number). Put together again, byte for byte; what is not as the chip signed it,
 * its signature refuses.
 */
public final class SnpJson {
  private static final int LITTLE = 8;

  private final Map<String, JsonNode> members = new HashMap<>();
  private final byte[] raw = new byte[SnpReport.BYTES];
  private boolean whole = true;

  private SnpJson(JsonNode object) {
    for (String name : object.propertyNames()) {
      members.putIfAbsent(plain(name), object.get(name));
    }
  }

  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  /** The report, if an object has the fields of one; cheap where it has not. */
  public static Optional<byte[]> report(JsonNode object) {
    if (!object.isObject() || !object.has("measurement") || !object.has("signature")) {
      return Optional.empty();
    }
    SnpJson fields = new SnpJson(object);
    fields.identity();
    fields.versions();
    fields.signature();
    return fields.whole ? Optional.of(fields.raw) : Optional.empty();
  }

  private void identity() {
    number(0x00, 4, "version");
    number(0x04, 4, "guestsvn");
    number(0x08, 8, "policy");
    bytes(0x10, 16, "familyid");
    bytes(0x20, 16, "imageid");
    number(0x30, 4, "vmpl");
    number(0x34, 4, "sigalgo", "signaturealgo");
    number(0x40, 8, "platinfo", "platforminfo");
    number(0x48, 4, "keyinfo", "authorkeyen", "signerinfo");
    bytes(0x50, 64, "reportdata");
    bytes(0x90, 48, "measurement");
    bytes(0xc0, 32, "hostdata");
    bytes(0xe0, 48, "idkeydigest");
    bytes(0x110, 48, "authorkeydigest");
    bytes(0x140, 32, "reportid");
    bytes(0x160, 32, "reportidma");
    bytes(0x1a0, 64, "chipid");
    // Reserved for a library that is older than the report: what it keeps is what came.
    ifSized(0x188, 24, "reserved1");
    ifSized(0x1f8, 168, "reserved4");
  }

  private void ifSized(int at, int width, String name) {
    byte[] found = bytes(members.get(name), width);
    if (found != null && found.length == width) {
      put(at, width, found);
    }
  }

  private void versions() {
    optional(0x188, "cpuidfamid");
    optional(0x189, "cpuidmodid");
    optional(0x18a, "cpuidstep");
    fms();
    tcb(0x38, "currenttcb");
    tcb(0x180, "reportedtcb");
    tcb(0x1e0, "committedtcb");
    tcb(0x1f0, "launchtcb");
    firmware(0x1e8, "current");
    firmware(0x1ec, "committed");
    JsonNode launch = members.get("launchmitvector");
    JsonNode now = members.get("currentmitvector");
    if (launch != null && !launch.isNull()) {
      put(0x1f8, LITTLE, integer(launch));
    }
    if (now != null && !now.isNull()) {
      put(0x200, LITTLE, integer(now));
    }
  }

  /** r and s of 72 bytes each, or all 512 bytes at once. */
  private void signature() {
    JsonNode node = members.get("signature");
    if (node == null) {
      whole = false;
    } else if (node.isObject()) {
      put(SnpReport.SIGNED_BYTES, 72, bytes(node.get("r"), 72));
      put(SnpReport.SIGNED_BYTES + 72, 72, bytes(node.get("s"), 72));
    } else {
      int width = SnpReport.BYTES - SnpReport.SIGNED_BYTES;
      put(SnpReport.SIGNED_BYTES, width, bytes(node, width));
    }
  }

  /** Go's message has CPUID leaf 1's EAX instead of family, model and stepping. */
  private void fms() {
    JsonNode node = members.get("cpuid1eaxfms");
    BigInteger eax = node == null || node.isNull() ? null : integer(node);
    if (eax == null || eax.signum() <= 0) {
      return;
    }
    long value = eax.longValue();
    long family = (value >> 8 & 0xf) + (value >> 20 & 0xff);
    long model = (value >> 4 & 0xf) | (value >> 12 & 0xf0);
    raw[0x188] = (byte) family;
    raw[0x189] = (byte) model;
    raw[0x18a] = (byte) (value & 0xf);
  }

  /** One number, or components, which lie otherwise where there is an FMC. */
  private void tcb(int at, String name) {
    JsonNode node = members.get(name);
    if (node == null || node.isNull()) {
      whole = false;
      return;
    }
    if (!node.isObject()) {
      put(at, LITTLE, integer(node));
      return;
    }
    JsonNode fmc = node.get("fmc");
    boolean turin = fmc != null && fmc.isNumber();
    int first = turin ? 1 : 0;
    if (turin) {
      put(at, 1, integer(fmc));
    }
    put(at + first, 1, integer(node.get("bootloader")));
    put(at + first + 1, 1, integer(node.get("tee")));
    put(at + (turin ? 3 : 6), 1, integer(node.get("snp")));
    put(at + 7, 1, integer(node.get("microcode")));
  }

  /** An object of three numbers, or three members. */
  private void firmware(int at, String name) {
    JsonNode node = members.get(name);
    String[] parts = {"build", "minor", "major"};
    for (int i = 0; i < parts.length; i++) {
      JsonNode part =
          node != null && node.isObject() ? node.get(parts[i]) : members.get(name + parts[i]);
      put(at + i, 1, part == null ? BigInteger.ZERO : integer(part));
    }
  }

  private void number(int at, int width, String... names) {
    for (String name : names) {
      JsonNode node = members.get(name);
      if (node != null) {
        put(at, width, integer(node));
        return;
      }
    }
    // Go's messages leave zeros out.
  }

  private void optional(int at, String name) {
    JsonNode node = members.get(name);
    if (node != null && !node.isNull()) {
      put(at, 1, integer(node));
    }
  }

  private void bytes(int at, int width, String name) {
    JsonNode node = members.get(name);
    if (node != null && !node.isNull()) {
      put(at, width, bytes(node, width));
    }
  }

  private void put(int at, int width, @Nullable BigInteger number) {
    if (number == null || number.signum() < 0 || number.bitLength() > 8 * width) {
      whole = false;
      return;
    }
    for (int i = 0; i < width; i++) {
      raw[at + i] = number.shiftRight(8 * i).byteValue();
    }
  }

  private void put(int at, int width, byte @Nullable [] bytes) {
    if (bytes == null || bytes.length != width) {
      whole = false;
      return;
    }
    System.arraycopy(bytes, 0, raw, at, width);
  }

  /** A number, its digits, or hex behind 0x. */
  private static @Nullable BigInteger integer(@Nullable JsonNode node) {
    if (node != null && node.isIntegralNumber()) {
      return node.bigIntegerValue();
    }
    if (node == null || !node.isString() || node.stringValue().length() > 20) {
      return null;
    }
    String text = node.stringValue();
    try {
      return text.startsWith("0x")
          ? new BigInteger(text.substring(2), 16)
          : new BigInteger(text, 10);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** A list of byte values, hex, or base64. */
  private static byte @Nullable [] bytes(@Nullable JsonNode node, int width) {
    if (node != null && node.isString()) {
      return text(node.stringValue(), width);
    }
    if (node == null || !node.isArray() || node.size() > SnpReport.BYTES) {
      return null;
    }
    byte[] found = new byte[node.size()];
    int at = 0;
    for (JsonNode item : node) {
      if (!item.isInt() || item.intValue() < 0 || item.intValue() > 255) {
        return null;
      }
      found[at++] = (byte) item.intValue();
    }
    return found;
  }

  /** Zeros in base64 are hex digits, too: the length that is wanted tells. */
  private static byte @Nullable [] text(String text, int width) {
    String digits = text.startsWith("0x") ? text.substring(2) : text;
    try {
      return digits.length() == 2 * width
          ? HexFormat.of().parseHex(digits)
          : Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
