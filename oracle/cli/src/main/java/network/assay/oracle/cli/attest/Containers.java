package network.assay.oracle.cli.attest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.x509.Pem;

/**
 * What runtimes put evidence into: Open Enclave's header before a quote (EGo, MarbleRun), and
 * certificates for TLS with the evidence in an extension (Gramine, dstack, and TCG's tagged
 * evidence). Nothing here is believed: what is found is evidence like any other.
 */
final class Containers {
  private static final int OE_HEADER_BYTES = 16;
  private static final int EVIDENCE_BYTES_MIN = 400;
  private static final int CERTIFICATE_BYTES_MAX = 256 << 10;
  private static final int CERTIFICATES_MAX = 8;
  private static final int FOUND_MAX = 8;
  private static final int OCTET_STRING = 0x04;
  private static final int CBOR_TAG = 0xd9;
  private static final int CBOR_BYTES = 0x59;
  private static final int CBOR_HEAD = 16;

  private Containers() {}

  /** The contents of one container; empty where it is none. */
  static List<byte[]> contents(byte[] raw) {
    if (openEnclave(raw)) {
      return List.of(Arrays.copyOfRange(raw, OE_HEADER_BYTES, raw.length));
    }
    boolean der = raw.length > EVIDENCE_BYTES_MIN && raw[0] == 0x30 && (raw[1] & 0xff) == 0x82;
    boolean pem = raw.length > EVIDENCE_BYTES_MIN && raw[0] == '-' && raw[1] == '-';
    if ((!der && !pem) || raw.length > CERTIFICATE_BYTES_MAX) {
      return List.of();
    }
    List<byte[]> found = new ArrayList<>();
    try {
      for (byte[] certificate : Pem.certificates(raw, CERTIFICATES_MAX)) {
        extensions(certificate, found);
      }
    } catch (AttestException e) {
      return List.of();
    }
    return found;
  }

  /** Version 1, type 2 (a quote), and the length of the rest: 4, 4 and 8 bytes, little-endian. */
  private static boolean openEnclave(byte[] raw) {
    if (raw.length < OE_HEADER_BYTES + EVIDENCE_BYTES_MIN || raw[0] != 1 || raw[4] != 2) {
      return false;
    }
    long length = 0;
    for (int i = 15; i >= 8; i--) {
      length = length << 8 | (raw[i] & 0xff);
    }
    boolean zeros = raw[1] == 0 && raw[2] == 0 && raw[3] == 0 && raw[5] == 0 && raw[6] == 0;
    return zeros && raw[7] == 0 && length == raw.length - OE_HEADER_BYTES;
  }

  /** Octet strings that are long enough for evidence; one may lie within another. */
  private static void extensions(byte[] der, List<byte[]> into) {
    for (int at = 0; at + 4 < der.length && into.size() < FOUND_MAX; at++) {
      if (der[at] != OCTET_STRING || (der[at + 1] & 0xff) != 0x82) {
        continue;
      }
      int length = (der[at + 2] & 0xff) << 8 | (der[at + 3] & 0xff);
      if (length >= EVIDENCE_BYTES_MIN && at + 4 + length <= der.length) {
        into.add(tagged(Arrays.copyOfRange(der, at + 4, at + 4 + length)));
      }
    }
  }

  /** TCG's tagged evidence is CBOR: a tag, an array, and the evidence as its first byte string. */
  private static byte[] tagged(byte[] value) {
    if ((value[0] & 0xff) != CBOR_TAG) {
      return value;
    }
    for (int at = 1; at < CBOR_HEAD; at++) {
      int length = (value[at + 1] & 0xff) << 8 | (value[at + 2] & 0xff);
      boolean bytes = value[at] == CBOR_BYTES && length >= EVIDENCE_BYTES_MIN;
      if (bytes && at + 3 + length <= value.length) {
        return Arrays.copyOfRange(value, at + 3, at + 3 + length);
      }
    }
    return value;
  }
}
