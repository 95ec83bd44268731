package network.assay.contracts.protocol;

/**
 * Gives up a round; carries what the sender is locked on ({@code preparedRound} 0 and hash 0 mean
 * nothing).
 */
public record RoundChange(
    long epoch, long seq, long round, long preparedRound, Bytes32 preparedHash)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "RoundChange(uint64 epoch,uint64 seq,uint32 round,uint32 preparedRound,"
              + "bytes32 preparedHash)");

  public RoundChange {
    var _ = TYPE.encode(epoch, seq, round, preparedRound, preparedHash);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static RoundChange fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new RoundChange((long) v[0], (long) v[1], (long) v[2], (long) v[3], (Bytes32) v[4]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {epoch, seq, round, preparedRound, preparedHash};
  }
}
