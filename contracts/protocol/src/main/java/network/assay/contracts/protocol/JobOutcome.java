package network.assay.contracts.protocol;

import java.math.BigInteger;

/**
 * What a verdict made of a job; shown beside its {@link JobCard} from REPORTED on. It is in the
 * event JobReported.
 *
 * @param code as in {@link VerdictCode}
 * @param paid gross, before the fee, token base units
 * @param challengeUntil chain time, seconds
 */
public record JobOutcome(int code, BigInteger paid, Bytes32 resultHash, long challengeUntil) {
  /** {@code code u8 | paid u96 | resultHash 32 | challengeUntil u40}. */
  public byte[] pack() {
    return Bytes.start().u8(code).u96(paid).raw(resultHash).u40(challengeUntil).toArray();
  }
}
