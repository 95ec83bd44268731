package network.assay.oracle.verify.attest;

import java.util.List;

/**
 * What a device handed in.
 *
 * @param family what it claims to be
 * @param raw the quote, report or document; at most {@link #RAW_BYTES_MAX}
 * @param attachments what came with it (certificates, event logs, RIMs), in any order; at most
 *     {@link #ATTACHMENTS_MAX}
 */
public record Evidence(Family family, byte[] raw, List<byte[]> attachments) {

  /** An event log with boot variables is the largest kind; seen up to some 200 kB. */
  public static final int RAW_BYTES_MAX = 4 << 20;

  /** A host with 8 GPUs and 4 switches sends some 30. */
  public static final int ATTACHMENTS_MAX = 64;

  /** Bounds before anything is parsed. */
  public Evidence {
    if (raw.length == 0 || raw.length > RAW_BYTES_MAX) {
      throw new AttestException(
          "EVIDENCE_SIZE", raw.length + " bytes", "1 to " + RAW_BYTES_MAX + " bytes");
    }
    if (attachments.size() > ATTACHMENTS_MAX) {
      throw new AttestException(
          "ATTACHMENT_COUNT", attachments.size() + "", "at most " + ATTACHMENTS_MAX);
    }
    attachments = List.copyOf(attachments);
  }

  /** Evidence with nothing attached. */
  public static Evidence of(Family family, byte[] raw) {
    return new Evidence(family, raw, List.of());
  }
}
