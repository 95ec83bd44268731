package network.assay.oracle.verify.attest.compose;

import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;

/**
 * The nonce that a host's GPUs and switches are asked with: hash of what stands in the host's own
 * quote, so that a device's report belongs to that quote, and to its device key, nonce, job and
 * result. docs/PROTOCOL.md §5, "Attestation".
 */
public final class GpuNonce {
  private static final String TAG = "assay/attestation/gpu/v1";

  private GpuNonce() {}

  /**
   * The SPDM request's nonce.
   *
   * @param binding the first 32 bytes of the host's report data; the rest of the field is zero
   */
  public static Bytes32 of(Bytes32 binding) {
    return Keccak.hash(Bytes.start().utf8(TAG).raw(binding).toArray());
  }
}
