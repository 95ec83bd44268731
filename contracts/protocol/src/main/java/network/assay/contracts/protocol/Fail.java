package network.assay.contracts.protocol;

/** The device says that it could not do the job; the consumer is refunded. */
public record Fail(long jobId, Bytes32 reasonHash) implements TypedStruct {
  public static final StructType TYPE = StructType.of("Fail(uint64 jobId,bytes32 reasonHash)");

  public Fail {
    var _ = TYPE.encode(jobId, reasonHash);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Fail fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Fail((long) v[0], (Bytes32) v[1]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {jobId, reasonHash};
  }
}
