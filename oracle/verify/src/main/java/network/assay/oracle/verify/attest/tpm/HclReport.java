package network.assay.oracle.verify.attest.tpm;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.eventlog.HashAlgorithm;
import network.assay.oracle.verify.attest.json.StrictJson;
import network.assay.oracle.verify.attest.wire.ByteReader;
import network.assay.oracle.verify.attest.x509.VerifyKey;
import tools.jackson.databind.JsonNode;

/**
 * The report that Azure's paravisor leaves in the vTPM's NV index 0x01400001: header "HCLA" of 32
 * bytes, 1,184 bytes of hardware report, then what it vouches for: length, version, report type,
 * hash, and JSON whose hash stands in the hardware report's data.
 *
 * @param hardware the hardware report's kind
 * @param hardwareReport an SNP report, or a TDREPORT of 1,024 bytes
 * @param runtimeData the JSON, as it is hashed
 * @param runtimeHash its hash, by the algorithm that the header names
 * @param attestationKey the vTPM's key, "HCLAkPub"
 * @param userData 64 bytes that the guest put in, where the JSON has them
 */
record HclReport(
    Hardware hardware,
    byte[] hardwareReport,
    byte[] runtimeData,
    byte[] runtimeHash,
    VerifyKey attestationKey,
    Optional<byte[]> userData) {
  private static final long SIGNATURE = 0x48434c41L;
  private static final long REQUEST_AK_CERT = 2;
  private static final int HEADER_BYTES = 32;
  private static final int HARDWARE_BYTES = 1184;
  private static final int TDREPORT_BYTES = 1024;
  private static final int JSON_BYTES_MAX = 32 << 10;
  private static final int FIXED_BYTES = 20;
  private static final String REASON = "HCL_REPORT";

  /** What the processor signs. */
  enum Hardware {
    SNP,
    TDX
  }

  /** Whether bytes begin like one. */
  static boolean looksLike(byte[] raw) {
    return raw.length > 32 + HARDWARE_BYTES + FIXED_BYTES
        && raw[0] == 'H'
        && raw[1] == 'C'
        && raw[2] == 'L'
        && raw[3] == 'A';
  }

  /**
   * Reads a report; the NV index is padded with zeros.
   *
   * @throws AttestException if it does not hold together, or is of another kind of hardware
   */
  static HclReport read(byte[] raw) {
    ByteReader in = new ByteReader(raw, "HCL report");
    long signature = in.u32be();
    long version = in.u32le();
    long total = in.u32le();
    boolean plain = in.u32le() == REQUEST_AK_CERT && in.u64le() == 0 && in.u64le() == 0;
    byte[] report = in.bytes(HARDWARE_BYTES);
    long size = in.u32le();
    long dataVersion = in.u32le();
    long type = in.u32le();
    long hash = in.u32le();
    long length = in.u32le();
    boolean known = (version == 1 || version == 2) && dataVersion == 1 && plain;
    boolean fits = length <= JSON_BYTES_MAX && size == length + FIXED_BYTES;
    if (signature != SIGNATURE
        || !known
        || !fits
        || total != HEADER_BYTES + HARDWARE_BYTES + size) {
      throw new AttestException(
          REASON,
          "version " + version + ", " + length + " bytes of data",
          "HCLA 1 or 2, sizes that fit");
    }
    byte[] json = in.bytes(length);
    for (byte padding : in.bytes(in.remaining())) {
      if (padding != 0) {
        throw new AttestException(REASON, "bytes behind the runtime data", "zeros");
      }
    }
    JsonNode node = StrictJson.parse(json, JSON_BYTES_MAX, REASON);
    Hardware hardware = hardware(type);
    return new HclReport(
        hardware,
        hardware == Hardware.SNP ? report : Arrays.copyOf(report, TDREPORT_BYTES),
        json,
        algorithm(hash).digest(json),
        key(node),
        StrictJson.text(node, "user-data", REASON).map(HclReport::unhex));
  }

  private static Hardware hardware(long type) {
    if (type == 2) {
      return Hardware.SNP;
    }
    if (type == 4) {
      return Hardware.TDX;
    }
    throw new AttestException(REASON, "report type " + type, "2 SNP or 4 TDX");
  }

  private static HashAlgorithm algorithm(long id) {
    if (id == 1) {
      return HashAlgorithm.SHA256;
    }
    if (id == 2) {
      return HashAlgorithm.SHA384;
    }
    if (id == 3) {
      return HashAlgorithm.SHA512;
    }
    throw new AttestException(REASON, "hash " + id, "1 SHA-256, 2 SHA-384, 3 SHA-512");
  }

  /** The one key of that name; two would let a reader take the other one. */
  private static VerifyKey key(JsonNode node) {
    JsonNode keys = node.get("keys");
    VerifyKey found = null;
    if (keys != null && keys.isArray() && keys.size() <= 16) {
      for (JsonNode key : keys) {
        if (StrictJson.text(key, "kid", REASON).filter("HCLAkPub"::equals).isPresent()) {
          if (found != null) {
            throw new AttestException(REASON, "HCLAkPub twice", "once");
          }
          found = rsa(key);
        }
      }
    }
    if (found == null) {
      throw new AttestException(REASON, "no key HCLAkPub", "one");
    }
    return found;
  }

  private static VerifyKey rsa(JsonNode key) {
    String type = StrictJson.needText(key, "kty", REASON);
    if (!type.equals("RSA")) {
      throw new AttestException(REASON, "key type " + type, "RSA");
    }
    return VerifyKey.Rsa.of(
        number(StrictJson.needText(key, "n", REASON)),
        number(StrictJson.needText(key, "e", REASON)));
  }

  private static BigInteger number(String base64url) {
    try {
      return new BigInteger(1, Base64.getUrlDecoder().decode(base64url));
    } catch (IllegalArgumentException e) {
      throw new AttestException(REASON, "a number that is no base64url", "base64url");
    }
  }

  private static byte[] unhex(String hex) {
    try {
      return java.util.HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw new AttestException(REASON, "user-data that is no hex", "hex");
    }
  }

  /** Whether a hardware report's 64 bytes of data are this hash and then zeros. */
  boolean boundBy(byte[] reportData) {
    byte[] padded = Arrays.copyOf(runtimeHash, reportData.length);
    return runtimeHash.length <= reportData.length
        && java.security.MessageDigest.isEqual(padded, reportData);
  }

  /** The runtime hash, lower-case hex. */
  String runtimeHashHex() {
    return Hashes.hex(runtimeHash);
  }
}
