package network.assay.oracle.verify.attest.dcap;

import java.util.Arrays;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;

/**
 * A parsed quote of version 3, 4 or 5. Parsing checks the shape alone: exact lengths, nothing left
 * over, known versions, types and vendor. Layouts: Intel "ECDSA Quote Library API", appendices A.3
 * to A.4; v3 has QE report and certification data in line, v4 and v5 inside certification data of
 * type 6.
 *
 * @param version 3, 4 or 5
 * @param tdx whether the TEE is TDX; otherwise SGX
 * @param header {@value #HEADER_BYTES} bytes
 * @param enclave the SGX report, if it is one
 * @param td the TD report, if it is one
 * @param signedBytes how many bytes of {@code raw} the attestation key signed
 * @param signature r ‖ s over these
 * @param attestationKey x ‖ y, P-256
 * @param qeReport the quoting enclave's report
 * @param qeReportSignature r ‖ s, by the PCK
 * @param qeAuthData as the QE report binds it
 * @param certificationType 1 to 5 or 7
 * @param certificationData what the type says
 */
record Quote(
    byte[] raw,
    int version,
    boolean tdx,
    byte[] header,
    Optional<EnclaveReport> enclave,
    Optional<TdReport> td,
    int signedBytes,
    byte[] signature,
    byte[] attestationKey,
    EnclaveReport qeReport,
    byte[] qeReportSignature,
    byte[] qeAuthData,
    int certificationType,
    byte[] certificationData) {

  static final int HEADER_BYTES = 48;

  /** With a chain of three certificates some 5 kB; with a platform manifest more. */
  static final int BYTES_MAX = 64 << 10;

  private static final int TEE_SGX = 0;
  private static final int TEE_TDX = 0x81;
  private static final int KEY_ECDSA_P256 = 2;
  private static final int QE_REPORT_DATA = 6;
  private static final String INTEL = "939a7233f79c4ca9940a0db3957f0607";
  private static final byte[] INTEL_BYTES = java.util.HexFormat.of().parseHex(INTEL);

  /** What stands where the body is. */
  private record Body(Optional<EnclaveReport> enclave, Optional<TdReport> td) {}

  /** What the quoting enclave adds. */
  private record Auth(
      EnclaveReport report, byte[] signature, byte[] authData, int type, byte[] data) {}

  /** Whether these bytes begin as a quote does, and of which family. */
  static Optional<Family> detect(byte[] raw) {
    if (raw.length < HEADER_BYTES + EnclaveReport.BYTES) {
      return Optional.empty();
    }
    int version = LittleEndian.u16(raw, 0);
    boolean intel = Arrays.equals(raw, 12, 28, INTEL_BYTES, 0, 16);
    if (version < 3 || version > 5 || !intel) {
      return Optional.empty();
    }
    long tee = LittleEndian.u32(raw, 4);
    return tee == TEE_SGX
        ? Optional.of(Family.SGX)
        : tee == TEE_TDX ? Optional.of(Family.TDX) : Optional.empty();
  }

  /**
   * Reads a quote.
   *
   * @throws AttestException for anything that is not exactly a quote
   */
  static Quote parse(byte[] raw) {
    if (raw.length > BYTES_MAX) {
      throw new AttestException("QUOTE_LENGTH", raw.length + " bytes", "at most " + BYTES_MAX);
    }
    LittleEndian in = new LittleEndian(raw, 0, raw.length);
    byte[] header = in.take(HEADER_BYTES, "header");
    int version = LittleEndian.u16(header, 0);
    boolean tdx = checkHeader(header, version);
    Body body = version == 5 ? taggedBody(in, tdx) : body(in, tdx);
    int signed = in.position();
    int length = in.u31("authentication data");
    if (length != in.left()) {
      throw new AttestException(
          "QUOTE_LENGTH", "authentication data of " + length, "the " + in.left() + " there are");
    }
    byte[] signature = in.take(64, "quote signature");
    byte[] key = in.take(64, "attestation key");
    Auth auth = version == 3 ? auth(in) : nested(in);
    in.end("certification data");
    return new Quote(
        raw,
        version,
        tdx,
        header,
        body.enclave,
        body.td,
        signed,
        signature,
        key,
        auth.report,
        auth.signature,
        auth.authData,
        auth.type,
        auth.data);
  }

  private static boolean checkHeader(byte[] header, int version) {
    if (version < 3 || version > 5) {
      throw new AttestException("QUOTE_VERSION", "" + version, "3, 4 or 5");
    }
    int keyType = LittleEndian.u16(header, 2);
    if (keyType != KEY_ECDSA_P256) {
      throw new AttestException("ATTESTATION_KEY_TYPE", "" + keyType, "2, ECDSA on P-256");
    }
    long tee = version == 3 ? TEE_SGX : LittleEndian.u32(header, 4);
    if (tee != TEE_SGX && tee != TEE_TDX) {
      throw new AttestException("TEE_TYPE", "" + tee, "0 (SGX) or 129 (TDX)");
    }
    if (version == 3 && LittleEndian.u32(header, 4) != 0) {
      throw new AttestException("TEE_TYPE", "not 0 in a quote v3", "SGX");
    }
    if (!Arrays.equals(header, 12, 28, INTEL_BYTES, 0, 16)) {
      throw new AttestException(
          "QE_VENDOR", Hashes.hex(Arrays.copyOfRange(header, 12, 28)), INTEL + " (Intel)");
    }
    return tee == TEE_TDX;
  }

  private static Body body(LittleEndian in, boolean tdx) {
    return tdx
        ? td(in, TdReport.BYTES_10)
        : new Body(
            Optional.of(new EnclaveReport(in.take(EnclaveReport.BYTES, "enclave report"))),
            Optional.empty());
  }

  private static Body td(LittleEndian in, int bytes) {
    return new Body(Optional.empty(), Optional.of(new TdReport(in.take(bytes, "TD report"))));
  }

  private static Body taggedBody(LittleEndian in, boolean tdx) {
    int type = in.u16("body type");
    int size = in.u31("body size");
    int want =
        switch (type) {
          case 1 -> EnclaveReport.BYTES;
          case 2 -> TdReport.BYTES_10;
          case 3 -> TdReport.BYTES_15;
          default -> throw new AttestException("BODY_TYPE", "" + type, "1, 2 or 3");
        };
    if (size != want) {
      throw new AttestException("BODY_SIZE", "" + size, want + " for body type " + type);
    }
    if (tdx == (type == 1)) {
      throw new AttestException("BODY_TYPE", type + " for this TEE", "the TEE's own");
    }
    return tdx ? td(in, size) : body(in, false);
  }

  private static Auth nested(LittleEndian in) {
    int type = in.u16("certification data type");
    int size = in.u31("certification data");
    if (type != QE_REPORT_DATA) {
      throw new AttestException("CERTIFICATION_TYPE", "" + type, "6 in a quote v4 or v5");
    }
    if (size != in.left()) {
      throw new AttestException(
          "QUOTE_LENGTH", "certification data of " + size, "the " + in.left() + " there are");
    }
    return auth(in);
  }

  private static Auth auth(LittleEndian in) {
    byte[] report = in.take(EnclaveReport.BYTES, "QE report");
    byte[] signature = in.take(64, "QE report signature");
    byte[] authData = in.take(in.u16("QE authentication data"), "QE authentication data");
    int type = in.u16("certification data type");
    if (type < 1 || type > 7 || type == QE_REPORT_DATA) {
      throw new AttestException(
          "CERTIFICATION_TYPE", type + " within", "1 to 5 or 7; 6 only around it");
    }
    byte[] data = in.take(in.u31("certification data"), "certification data");
    in.end("certification data");
    return new Auth(new EnclaveReport(report), signature, authData, type, data);
  }

  Family family() {
    return tdx ? Family.TDX : Family.SGX;
  }

  byte[] reportData() {
    return td.map(TdReport::reportData)
        .or(() -> enclave.map(EnclaveReport::reportData))
        .orElseThrow();
  }

  boolean debug() {
    return td.map(TdReport::debug).or(() -> enclave.map(EnclaveReport::debug)).orElse(true);
  }
}
