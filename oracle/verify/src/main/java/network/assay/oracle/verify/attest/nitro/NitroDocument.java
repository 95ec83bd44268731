package network.assay.oracle.verify.attest.nitro;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.cbor.CborReader;
import network.assay.oracle.verify.attest.cbor.CborValue;

/**
 * What an attestation document says, within the bounds that AWS gives for each field.
 *
 * @param moduleId the module that issued it
 * @param timestampMillis milliseconds since 1970, as the module's clock has it
 * @param pcrs index (0 to 31) → 48 bytes
 * @param certificate DER of the key that signed it, issued for this enclave
 * @param bundle DER of its issuers, the root first
 * @param publicKey what the enclave chose to send, up to 1,024 bytes
 * @param userData likewise, up to 512 bytes
 * @param nonce likewise, up to 512 bytes
 */
record NitroDocument(
    String moduleId,
    long timestampMillis,
    Map<Integer, byte[]> pcrs,
    byte[] certificate,
    List<byte[]> bundle,
    Optional<byte[]> publicKey,
    Optional<byte[]> userData,
    Optional<byte[]> nonce) {
  private static final int CERTIFICATE_BYTES_MAX = 1024;

  /** AWS gives no number; its own bundles have four. */
  private static final int BUNDLE_MAX = 8;

  private static final int PCR_MAX = 31;
  private static final int PCR_BYTES = 48;
  private static final int KEY_BYTES_MAX = 1024;
  private static final int USER_BYTES_MAX = 512;

  /** 2^53 ms is the year 287396: beyond what any clock says, and still exact as an instant. */
  private static final long MILLIS_MAX = 1L << 53;

  /**
   * Reads a payload.
   *
   * @throws AttestException if a field is absent, of another type or out of its bounds
   */
  static NitroDocument read(byte[] payload) {
    CborValue.Dictionary map = CborReader.read(payload, false, "document").map("document");
    String digest = need(map, "digest").text("digest");
    if (!digest.equals("SHA384")) {
      throw new AttestException("NITRO_DIGEST", digest, "SHA384");
    }
    String module = need(map, "module_id").text("module_id");
    long millis = need(map, "timestamp").integer("timestamp");
    if (module.isEmpty() || millis <= 0 || millis > MILLIS_MAX) {
      throw new AttestException(
          "NITRO_FIELDS", "module \"" + module + "\", timestamp " + millis, "both set");
    }
    return new NitroDocument(
        module,
        millis,
        pcrs(need(map, "pcrs").map("pcrs")),
        sized(need(map, "certificate"), "certificate", 1, CERTIFICATE_BYTES_MAX),
        bundle(need(map, "cabundle").array("cabundle")),
        optional(map, "public_key", 1, KEY_BYTES_MAX),
        optional(map, "user_data", 0, USER_BYTES_MAX),
        optional(map, "nonce", 0, USER_BYTES_MAX));
  }

  private static CborValue need(CborValue.Dictionary map, String key) {
    return map.get(key)
        .orElseThrow(() -> new AttestException("NITRO_FIELDS", "no " + key, "a field " + key));
  }

  private static Map<Integer, byte[]> pcrs(CborValue.Dictionary map) {
    Map<Integer, byte[]> found = new TreeMap<>();
    map.entries()
        .forEach((key, value) -> {
          if (!(key instanceof Long index) || index < 0 || index > PCR_MAX) {
            throw new AttestException("NITRO_PCR", "index " + key, "0 to " + PCR_MAX);
          }
          found.put(index.intValue(), sized(value, "PCR" + index, PCR_BYTES, PCR_BYTES));
        });
    return found;
  }

  private static List<byte[]> bundle(List<CborValue> items) {
    if (items.isEmpty() || items.size() > BUNDLE_MAX) {
      throw new AttestException(
          "NITRO_BUNDLE", items.size() + " certificates", "1 to " + BUNDLE_MAX);
    }
    List<byte[]> found = new ArrayList<>(items.size());
    for (CborValue item : items) {
      found.add(sized(item, "certificate of the bundle", 1, CERTIFICATE_BYTES_MAX));
    }
    return List.copyOf(found);
  }

  private static Optional<byte[]> optional(
      CborValue.Dictionary map, String key, int least, int most) {
    return map.get(key)
        .filter(value -> !(value instanceof CborValue.Simple simple && simple.isNull()))
        .map(value -> sized(value, key, least, most));
  }

  private static byte[] sized(CborValue value, String what, int least, int most) {
    byte[] bytes = value.bytes(what);
    if (bytes.length < least || bytes.length > most) {
      throw new AttestException(
          "NITRO_SIZE", what + " of " + bytes.length + " bytes", least + " to " + most + " bytes");
    }
    return bytes;
  }
}
