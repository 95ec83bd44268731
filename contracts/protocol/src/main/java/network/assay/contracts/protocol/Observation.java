package network.assay.contracts.protocol;

/** The revealed observation of one job by one oracle. */
public record Observation(
    long epoch, long jobId, long attempt, Bytes32 verdictHash, Bytes32 leafHash, Bytes32 salt)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "Observation(uint64 epoch,uint64 jobId,uint32 attempt,bytes32 verdictHash,"
              + "bytes32 leafHash,bytes32 salt)");

  public Observation {
    var _ = TYPE.encode(epoch, jobId, attempt, verdictHash, leafHash, salt);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Observation fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Observation(
        (long) v[0], (long) v[1], (long) v[2], (Bytes32) v[3], (Bytes32) v[4], (Bytes32) v[5]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {epoch, jobId, attempt, verdictHash, leafHash, salt};
  }
}
