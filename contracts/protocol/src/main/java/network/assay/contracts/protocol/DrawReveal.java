package network.assay.contracts.protocol;

/** An oracle's draw seed, shown once 2f+1 acknowledged. */
public record DrawReveal(long epoch, long jobId, Bytes32 bundleHash, Bytes32 drawSeed)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("DrawReveal(uint64 epoch,uint64 jobId,bytes32 bundleHash,bytes32 drawSeed)");

  public DrawReveal {
    var _ = TYPE.encode(epoch, jobId, bundleHash, drawSeed);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static DrawReveal fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new DrawReveal((long) v[0], (long) v[1], (Bytes32) v[2], (Bytes32) v[3]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {epoch, jobId, bundleHash, drawSeed};
  }
}
