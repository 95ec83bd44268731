package network.assay.contracts.protocol;

/** The device took the job: it fetched the input and its content root is {@code inputRoot}. */
public record Accept(long jobId, Bytes32 orderHash, Bytes32 offerHash, Bytes32 inputRoot)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("Accept(uint64 jobId,bytes32 orderHash,bytes32 offerHash,bytes32 inputRoot)");

  public Accept {
    var _ = TYPE.encode(jobId, orderHash, offerHash, inputRoot);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Accept fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Accept((long) v[0], (Bytes32) v[1], (Bytes32) v[2], (Bytes32) v[3]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {jobId, orderHash, offerHash, inputRoot};
  }
}
