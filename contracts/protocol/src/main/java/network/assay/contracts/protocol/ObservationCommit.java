package network.assay.contracts.protocol;

/** A salted commitment to an observation, so that copying earns nothing. */
public record ObservationCommit(long epoch, long jobId, long attempt, Bytes32 commitment)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "ObservationCommit(uint64 epoch,uint64 jobId,uint32 attempt,bytes32 commitment)");

  public ObservationCommit {
    var _ = TYPE.encode(epoch, jobId, attempt, commitment);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static ObservationCommit fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new ObservationCommit((long) v[0], (long) v[1], (long) v[2], (Bytes32) v[3]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {epoch, jobId, attempt, commitment};
  }
}
