package network.assay.agent.execute;

/**
 * What this operator decided; the other parties need not know.
 *
 * @param acceptMarginS an Accept is not sent later than this before acceptUntil: it must still be
 *     mined
 * @param runMarginS before runUntil, from when on unfinished work is given up and finished work is
 *     posted on chain
 * @param bucketS grain of the settlement's buckets, from the contract
 * @param patienceMs how long to wait for the oracles that are late, once a quorum has answered
 * @param patienceMaxMs how long to wait for a quorum of nonces before working without valid
 *     telemetry
 */
public record Policy(
    long acceptMarginS, long runMarginS, long bucketS, long patienceMs, long patienceMaxMs) {
  public Policy {
    if (acceptMarginS < 0
        || runMarginS < 1
        || bucketS < 1
        || patienceMs < 0
        || patienceMaxMs < patienceMs) {
      throw new IllegalArgumentException(
          "want acceptMarginS ≥ 0, runMarginS ≥ 1, bucketS ≥ 1 and 0 ≤ patienceMs ≤ patienceMaxMs, got "
              + acceptMarginS
              + ", "
              + runMarginS
              + ", "
              + bucketS
              + ", "
              + patienceMs
              + ", "
              + patienceMaxMs);
    }
  }
}
