package network.assay.contracts.protocol;

/** First vote; 2f+1 of them lock the outcome at this round. */
public record Prepare(long epoch, long seq, long round, Bytes32 outcomeHash)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("Prepare(uint64 epoch,uint64 seq,uint32 round,bytes32 outcomeHash)");

  public Prepare {
    var _ = TYPE.encode(epoch, seq, round, outcomeHash);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Prepare fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Prepare((long) v[0], (long) v[1], (long) v[2], (Bytes32) v[3]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {epoch, seq, round, outcomeHash};
  }
}
