package network.assay.contracts.protocol;

import java.math.BigInteger;

/**
 * A member of the appeal panel rules on case {@code number} of a job: its verdict is {@code code}
 * with {@code paid} token base units for the provider. Domain: DisputeCourt.
 *
 * @param reasonHash keccak256 of the member's published reasons
 */
public record PanelVote(long jobId, long number, int code, BigInteger paid, Bytes32 reasonHash)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "PanelVote(uint64 jobId,uint32 number,uint8 code,uint96 paid,bytes32 reasonHash)");

  public PanelVote {
    var _ = TYPE.encode(jobId, number, code, paid, reasonHash);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static PanelVote fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new PanelVote((long) v[0], (long) v[1], (int) v[2], (BigInteger) v[3], (Bytes32) v[4]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {jobId, number, code, paid, reasonHash};
  }
}
