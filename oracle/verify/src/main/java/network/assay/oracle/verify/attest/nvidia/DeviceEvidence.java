package network.assay.oracle.verify.attest.nvidia;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.json.StrictJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One device's report with what its host says beside it. Read from the report's bytes or from the
 * JSON that NVIDIA's tools write: a list of devices, an object with such a list, or one device; the
 * report in base64 or hex, the chain as PEM in base64 or plain.
 *
 * @param report the SPDM report
 * @param chain PEM or DER; empty where it came another way
 * @param arch as the host says, upper-case
 * @param nonce as the host says
 * @param driver version as the host says
 * @param vbios version as the host says
 */
record DeviceEvidence(
    byte[] report,
    Optional<byte[]> chain,
    Optional<String> arch,
    Optional<byte[]> nonce,
    Optional<String> driver,
    Optional<String> vbios) {

  /** A host has at most 16 GPUs, and as many claims must fit together. */
  static final int DEVICES_MAX = 24;

  private static final int JSON_BYTES_MAX = 4 << 20;
  private static final String REASON = "MALFORMED_EVIDENCE";

  private static final List<String> LISTS =
      List.of("evidence_list", "evidenceList", "device_evidence_list", "evidences", "devices");

  private static final List<String> REPORTS =
      List.of(
          "evidence",
          "attestationReport",
          "attestation_report",
          "attestationReportHexStr",
          "attestationReportBase64",
          "report");

  private static final List<String> CHAINS =
      List.of(
          "certificate",
          "certChain",
          "cert_chain",
          "certificate_chain",
          "certChainBase64Encoded",
          "attestationCertChain",
          "attestation_cert_chain");

  /** Whether bytes look like one of these forms; says nothing of what is in it. */
  static boolean looksLike(byte[] raw) {
    if (SpdmReport.looksLike(raw)) {
      return true;
    }
    int at = 0;
    while (at < raw.length && raw[at] <= ' ' && raw[at] >= 0) {
      at++;
    }
    if (at == raw.length || (raw[at] != '{' && raw[at] != '[')) {
      return false;
    }
    try {
      return !fromJson(raw).isEmpty();
    } catch (AttestException e) {
      return false;
    }
  }

  /** All devices in the bytes, at least one. */
  static List<DeviceEvidence> parse(byte[] raw) {
    if (SpdmReport.looksLike(raw)) {
      return List.of(
          new DeviceEvidence(
              raw,
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }
    List<DeviceEvidence> devices = fromJson(raw);
    if (devices.isEmpty()) {
      throw new AttestException(REASON, "no device in it", "a device's report");
    }
    return devices;
  }

  private static List<DeviceEvidence> fromJson(byte[] raw) {
    JsonNode root = StrictJson.parse(raw, JSON_BYTES_MAX, REASON);
    List<DeviceEvidence> devices = new ArrayList<>();
    if (root.isArray()) {
      readAll(root, root, devices);
      return devices;
    }
    if (!root.isObject()) {
      return devices;
    }
    for (String name : LISTS) {
      JsonNode list = root.get(name);
      if (list != null && list.isArray()) {
        readAll(list, root, devices);
        return devices;
      }
    }
    one(root, root).ifPresent(devices::add);
    return devices;
  }

  private static void readAll(JsonNode list, JsonNode around, List<DeviceEvidence> into) {
    if (list.size() > DEVICES_MAX) {
      throw new AttestException(REASON, list.size() + " devices", "at most " + DEVICES_MAX);
    }
    for (JsonNode item : list) {
      if (!item.isObject()) {
        throw new AttestException(REASON, "an item that is no object", "a device's object");
      }
      into.add(
          one(item, around)
              .orElseThrow(() -> new AttestException(REASON, "no evidence", "a report")));
    }
  }

  /** What the list's object says of all devices counts where a device says nothing itself. */
  private static Optional<DeviceEvidence> one(JsonNode item, JsonNode around) {
    Optional<String> report = first(item, REPORTS);
    if (report.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = bytes(report.get());
    if (!SpdmReport.looksLike(bytes)) {
      return Optional.empty();
    }
    return Optional.of(
        new DeviceEvidence(
            bytes,
            first(item, CHAINS).map(DeviceEvidence::chainBytes),
            said(item, around, "arch").map(arch -> arch.toUpperCase(Locale.ROOT)),
            said(item, around, "nonce").map(DeviceEvidence::nonceBytes),
            said(item, around, "driver_version"),
            said(item, around, "vbios_version")));
  }

  private static Optional<String> said(JsonNode item, JsonNode around, String key) {
    Optional<String> own = StrictJson.text(item, key, REASON);
    return own.isPresent() || !around.isObject() ? own : StrictJson.text(around, key, REASON);
  }

  private static Optional<String> first(JsonNode item, List<String> keys) {
    for (String key : keys) {
      JsonNode member = item.get(key);
      if (member != null && member.isString()) {
        return Optional.of(member.stringValue());
      }
    }
    return Optional.empty();
  }

  private static byte[] chainBytes(String text) {
    return text.startsWith("-----BEGIN") ? text.getBytes(StandardCharsets.US_ASCII) : bytes(text);
  }

  private static byte[] nonceBytes(String text) {
    byte[] hex = hex(text.startsWith("0x") ? text.substring(2) : text);
    if (hex == null || hex.length != SpdmReport.NONCE_BYTES) {
      throw new AttestException(
          REASON, "nonce \"" + text + "\"", SpdmReport.NONCE_BYTES + " bytes in hex");
    }
    return hex;
  }

  /** Hex where all of it is hex, else base64. Some tools write base64 of hex. */
  private static byte[] bytes(String text) {
    String plain = text.strip();
    byte[] hex = hex(plain.startsWith("0x") ? plain.substring(2) : plain);
    if (hex != null) {
      return hex;
    }
    byte[] decoded;
    try {
      decoded = Base64.getMimeDecoder().decode(plain);
    } catch (IllegalArgumentException e) {
      throw new AttestException(REASON, "text that is neither hex nor base64", "hex or base64");
    }
    boolean again = decoded.length > 2 && decoded[0] == '1' && decoded[1] == '1';
    byte[] inner = again ? hex(new String(decoded, StandardCharsets.ISO_8859_1).strip()) : null;
    return inner == null ? decoded : inner;
  }

  private static byte @Nullable [] hex(String text) {
    if (text.isEmpty() || text.length() % 2 != 0) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!HexFormat.isHexDigit(text.charAt(i))) {
        return null;
      }
    }
    return HexFormat.of().parseHex(text);
  }

  /** Whether what the host says of the nonce is what the report has. */
  boolean nonceAgrees(SpdmReport parsed) {
    return nonce.isEmpty() || Arrays.equals(nonce.get(), parsed.requestNonce());
  }
}
