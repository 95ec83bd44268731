package network.assay.oracle.verify.attest.job;

import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;

/**
 * What the host's quote must carry: evidence of another device, job, result or time carries another
 * one.
 */
public final class JobBinding {
  private static final String TAG = "assay/attestation/job/v1";

  private JobBinding() {}

  /**
   * The first 32 bytes of the report data; the rest of the field is zero.
   *
   * @param device the key that accepted and committed
   * @param oracleNonce hash of the bundle's section 11: nonces that oracles signed after Accept
   * @param workCommit digest of the WorkCommit, which names the job and the result's roots
   */
  public static Bytes32 reportData(
      Address device, Bytes32 oracleNonce, long jobId, Bytes32 workCommit) {
    return Keccak.hash(
        Bytes.start().utf8(TAG).raw(device).raw(oracleNonce).u64(jobId).raw(workCommit).toArray());
  }
}
