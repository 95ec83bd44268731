package network.assay.contracts.protocol;

/** An oracle stored this bundle durably; {@code drawCommit} fixes its draw. */
public record Ack(long epoch, long jobId, Bytes32 bundleHash, Bytes32 drawCommit)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("Ack(uint64 epoch,uint64 jobId,bytes32 bundleHash,bytes32 drawCommit)");

  public Ack {
    var _ = TYPE.encode(epoch, jobId, bundleHash, drawCommit);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Ack fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Ack((long) v[0], (long) v[1], (Bytes32) v[2], (Bytes32) v[3]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {epoch, jobId, bundleHash, drawCommit};
  }
}
