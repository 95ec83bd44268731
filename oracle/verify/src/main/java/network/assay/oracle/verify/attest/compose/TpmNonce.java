package network.assay.oracle.verify.attest.compose;

import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;

/**
 * The qualifying data that a host's TPM is asked with, so that its quote belongs to the host's own.
 * docs/PROTOCOL.md §5, "Attestation".
 */
public final class TpmNonce {
  private static final String TAG = "assay/attestation/tpm/v1";

  private TpmNonce() {}

  /**
   * The quote's extra data, whole.
   *
   * @param binding the first 32 bytes of the host's report data; the rest of the field is zero
   */
  public static Bytes32 of(Bytes32 binding) {
    return Keccak.hash(Bytes.start().utf8(TAG).raw(binding).toArray());
  }
}
