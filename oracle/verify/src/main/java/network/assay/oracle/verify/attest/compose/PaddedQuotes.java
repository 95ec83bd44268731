package network.assay.oracle.verify.attest.compose;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.FamilyVerifier;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.dcap.DcapVerifier;

/**
 * Quotes as hosts hand them out: drivers and cloud services leave the quote at the start of a
 * buffer of fixed size, with zeros behind it. The zeros are cut; a quote with anything else behind
 * it stays as it is, and its verifier refuses it. No signature covers what is behind a quote.
 */
final class PaddedQuotes implements FamilyVerifier {
  private static final int HEADER_BYTES = 48;
  private static final int SGX_BODY_BYTES = 384;
  private static final int TDX_BODY_BYTES = 584;
  private static final int TDX = 0x81;

  private final DcapVerifier quotes;

  PaddedQuotes(DcapVerifier quotes) {
    this.quotes = quotes;
  }

  @Override
  public Optional<Family> detect(byte[] raw) {
    return quotes.detect(raw);
  }

  @Override
  public boolean verifies(Family family) {
    return quotes.verifies(family);
  }

  @Override
  public Appraisal appraise(
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    byte[] cut = cut(evidence.raw());
    return quotes.appraise(
        new Evidence(evidence.family(), cut, evidence.attachments()),
        collateral,
        anchors,
        expectations,
        policy,
        at);
  }

  /** The quote without zeros behind it. */
  static byte[] cut(byte[] raw) {
    long end = end(raw);
    if (end < 0 || end >= raw.length) {
      return raw;
    }
    for (int i = (int) end; i < raw.length; i++) {
      if (raw[i] != 0) {
        return raw;
      }
    }
    return Arrays.copyOf(raw, (int) end);
  }

  /** Where the quote says that it ends; -1 where it does not say it within the bytes. */
  private static long end(byte[] raw) {
    if (raw.length < HEADER_BYTES + 6) {
      return -1;
    }
    long body = (raw[4] & 0xFF) == TDX ? TDX_BODY_BYTES : SGX_BODY_BYTES;
    if (raw[0] == 5) {
      body = 6 + u32(raw, HEADER_BYTES + 2);
    }
    long length = HEADER_BYTES + body;
    return length > raw.length - 4L ? -1 : length + 4 + u32(raw, (int) length);
  }

  private static long u32(byte[] raw, int at) {
    return (raw[at] & 0xFFL)
        | ((raw[at + 1] & 0xFFL) << 8)
        | ((raw[at + 2] & 0xFFL) << 16)
        | ((raw[at + 3] & 0xFFL) << 24);
  }
}
