package network.assay.oracle.verify.attest.nvidia;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import org.jspecify.annotations.Nullable;

/**
 * An attestation report: the SPDM 1.1 GET_MEASUREMENTS request as it was sent (37 bytes) and the
 * device's MEASUREMENTS response to it, whose last 96 bytes are r and s of an ECDSA signature
 * (P-384, SHA-384) over all before them. Integers are little-endian. Every length must fit exactly.
 */
public final class SpdmReport {
  /** Largest report read: a record of 255 blocks and the longest opaque data stay far below. */
  public static final int BYTES_MAX = 128 << 10;

  /** Length of the request. */
  public static final int REQUEST_BYTES = 37;

  /** Length of a nonce, in request and response. */
  public static final int NONCE_BYTES = 32;

  /** Length of the signature: r and s of P-384. */
  public static final int SIGNATURE_BYTES = 96;

  private static final int VERSION_1_1 = 0x11;
  private static final int GET_MEASUREMENTS = 0xE0;
  private static final int MEASUREMENTS = 0x60;
  private static final int WITH_SIGNATURE = 1;
  private static final int ALL = 0xFF;
  private static final int DMTF = 1;
  private static final int INDEXES = 256;
  private static final int RECORD_FROM = REQUEST_BYTES + 8;
  private static final int SHORTEST = RECORD_FROM + NONCE_BYTES + 2 + SIGNATURE_BYTES;

  private final byte[] raw;
  private final byte[] @Nullable [] measurements = new byte[INDEXES][];
  private final int blocks;
  private final OpaqueData opaque;

  private SpdmReport(byte[] raw) {
    this.raw = raw;
    checkHeader();
    blocks = raw[REQUEST_BYTES + 4] & 0xFF;
    int recordBytes = u16(REQUEST_BYTES + 5) | ((raw[REQUEST_BYTES + 7] & 0xFF) << 16);
    if (recordBytes > raw.length - SHORTEST) {
      throw malformed("a measurement record of " + recordBytes + " bytes", "what the report holds");
    }
    readBlocks(recordBytes);
    int opaqueAt = RECORD_FROM + recordBytes + NONCE_BYTES;
    int opaqueBytes = u16(opaqueAt);
    if (opaqueAt + 2 + opaqueBytes + SIGNATURE_BYTES != raw.length) {
      throw malformed(
          opaqueBytes + " bytes of opaque data in a report of " + raw.length,
          "the signature's " + SIGNATURE_BYTES + " bytes after it, and nothing else");
    }
    opaque = OpaqueData.parse(Arrays.copyOfRange(raw, opaqueAt + 2, opaqueAt + 2 + opaqueBytes));
  }

  /** Whether bytes look like a report; says nothing of what is in it. */
  public static boolean looksLike(byte[] raw) {
    return raw.length >= SHORTEST
        && (raw[0] & 0xF0) == 0x10
        && (raw[1] & 0xFF) == GET_MEASUREMENTS
        && (raw[REQUEST_BYTES + 1] & 0xFF) == MEASUREMENTS
        && raw[REQUEST_BYTES] == raw[0];
  }

  /**
   * Parses a report.
   *
   * @throws AttestException MALFORMED_REPORT, UNKNOWN_SPDM_VERSION or MALFORMED_OPAQUE_DATA
   */
  public static SpdmReport parse(byte[] raw) {
    if (raw.length < SHORTEST || raw.length > BYTES_MAX) {
      throw malformed(raw.length + " bytes", SHORTEST + " to " + BYTES_MAX + " bytes");
    }
    return new SpdmReport(raw.clone());
  }

  private void checkHeader() {
    int request = raw[0] & 0xFF;
    int response = raw[REQUEST_BYTES] & 0xFF;
    if (request != VERSION_1_1 || response != VERSION_1_1) {
      throw new AttestException(
          "UNKNOWN_SPDM_VERSION",
          "request %02x, response %02x".formatted(request, response),
          "11 (SPDM 1.1) in both");
    }
    boolean codes =
        (raw[1] & 0xFF) == GET_MEASUREMENTS && (raw[REQUEST_BYTES + 1] & 0xFF) == MEASUREMENTS;
    if (!codes || (raw[2] & WITH_SIGNATURE) == 0 || (raw[3] & 0xFF) != ALL) {
      throw malformed(
          "codes %02x %02x %02x, %02x".formatted(raw[1], raw[2], raw[3], raw[REQUEST_BYTES + 1]),
          "GET_MEASUREMENTS for all, signed, and MEASUREMENTS");
    }
  }

  private void readBlocks(int recordBytes) {
    int at = RECORD_FROM;
    int end = RECORD_FROM + recordBytes;
    for (int block = 0; block < blocks; block++) {
      if (end - at < 7) {
        throw malformed("a record that ends in block " + (block + 1), blocks + " blocks");
      }
      int index = raw[at] & 0xFF;
      int bytes = u16(at + 2);
      int valueBytes = u16(at + 5);
      boolean fits = valueBytes + 3 == bytes && bytes <= end - at - 4;
      if ((raw[at + 1] & 0xFF) != DMTF || !fits || index == 0 || measurements[index] != null) {
        throw malformed(
            "block with index " + index + ", " + bytes + " and " + valueBytes + " bytes",
            "DMTF blocks, each index from 1 once, value within block within record");
      }
      measurements[index] = Arrays.copyOfRange(raw, at + 7, at + 7 + valueBytes);
      at += 4 + bytes;
    }
    if (at != end || blocks == 0) {
      throw malformed(blocks + " blocks and " + (end - at) + " bytes over", "blocks to the end");
    }
  }

  private int u16(int at) {
    return (raw[at] & 0xFF) | ((raw[at + 1] & 0xFF) << 8);
  }

  private static AttestException malformed(String got, String want) {
    return new AttestException("MALFORMED_REPORT", got, want);
  }

  /** The nonce of the request: what the verifier asked the device with. */
  public byte[] requestNonce() {
    return Arrays.copyOfRange(raw, 4, 4 + NONCE_BYTES);
  }

  /** The bytes that the signature covers: request and response, but for the signature itself. */
  public byte[] signed() {
    return Arrays.copyOf(raw, raw.length - SIGNATURE_BYTES);
  }

  /** r and s, 48 bytes each. */
  public byte[] signature() {
    return Arrays.copyOfRange(raw, raw.length - SIGNATURE_BYTES, raw.length);
  }

  /** Named fields behind the measurements. */
  public OpaqueData opaque() {
    return opaque;
  }

  /**
   * The measurement that a manifest calls {@code index}: manifests count from 0, SPDM from 1.
   *
   * @param index 0 to 254
   */
  public Optional<byte[]> measurement(int index) {
    if (index < 0 || index + 1 >= INDEXES) {
      return Optional.empty();
    }
    return Optional.ofNullable(measurements[index + 1]).map(byte[]::clone);
  }

  /** The manifest indexes of all measurements, ascending. */
  public List<Integer> indexes() {
    List<Integer> found = new ArrayList<>(blocks);
    for (int i = 1; i < INDEXES; i++) {
      if (measurements[i] != null) {
        found.add(i - 1);
      }
    }
    return Collections.unmodifiableList(found);
  }
}
