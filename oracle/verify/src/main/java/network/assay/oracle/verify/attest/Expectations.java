package network.assay.oracle.verify.attest;

import java.util.Optional;

/**
 * What the verifier asks this one piece of evidence for. Empty means not asked, and a claim says
 * so.
 *
 * @param nonce the challenge that must stand in the evidence, as the family carries it
 * @param reportData the user data that must stand in the evidence: a prefix of it is compared, the
 *     rest of the field must be zero
 */
public record Expectations(Optional<byte[]> nonce, Optional<byte[]> reportData) {

  private static final Expectations NONE = new Expectations(Optional.empty(), Optional.empty());

  /** Nothing is asked. */
  public static Expectations none() {
    return NONE;
  }

  /** Only a nonce is asked. */
  public static Expectations nonce(byte[] nonce) {
    return new Expectations(Optional.of(nonce), Optional.empty());
  }

  /** Only report data is asked. */
  public static Expectations reportData(byte[] reportData) {
    return new Expectations(Optional.empty(), Optional.of(reportData));
  }
}
