package network.assay.contracts.protocol;

/** The device commits to its work before anything is drawn. */
public record WorkCommit(
    long jobId,
    Address device,
    Bytes32 specHash,
    Bytes32 seed,
    long units,
    long rows,
    Bytes32 operandRoot,
    Bytes32 workRoot,
    Bytes32 plaintextRoot,
    Bytes32 ciphertextRoot,
    long ciphertextBytes)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "WorkCommit(uint64 jobId,address device,bytes32 specHash,bytes32 seed,"
              + "uint32 units,uint32 rows,bytes32 operandRoot,bytes32 workRoot,"
              + "bytes32 plaintextRoot,bytes32 ciphertextRoot,uint32 ciphertextBytes)");

  public WorkCommit {
    var _ =
        TYPE.encode(
            jobId,
            device,
            specHash,
            seed,
            units,
            rows,
            operandRoot,
            workRoot,
            plaintextRoot,
            ciphertextRoot,
            ciphertextBytes);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static WorkCommit fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new WorkCommit(
        (long) v[0],
        (Address) v[1],
        (Bytes32) v[2],
        (Bytes32) v[3],
        (long) v[4],
        (long) v[5],
        (Bytes32) v[6],
        (Bytes32) v[7],
        (Bytes32) v[8],
        (Bytes32) v[9],
        (long) v[10]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {
      jobId,
      device,
      specHash,
      seed,
      units,
      rows,
      operandRoot,
      workRoot,
      plaintextRoot,
      ciphertextRoot,
      ciphertextBytes
    };
  }
}
