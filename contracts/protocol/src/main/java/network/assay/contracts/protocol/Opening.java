package network.assay.contracts.protocol;

/** The device opens what was drawn; {@code openingsHash} is the hash of the opening bytes. */
public record Opening(long jobId, Bytes32 workRoot, Bytes32 openingsHash) implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("Opening(uint64 jobId,bytes32 workRoot,bytes32 openingsHash)");

  public Opening {
    var _ = TYPE.encode(jobId, workRoot, openingsHash);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Opening fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Opening((long) v[0], (Bytes32) v[1], (Bytes32) v[2]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {jobId, workRoot, openingsHash};
  }
}
