package network.assay.contracts.protocol;

/** What 2f+1 oracles sign and the chain settles; source of the verdicts is {@code verdictsHash}. */
public record Report(
    long epoch,
    long seq,
    long observedAt,
    long validUntil,
    int count,
    Bytes32 verdictsHash,
    Bytes32 evidenceRoot)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "Report(uint64 epoch,uint64 seq,uint40 observedAt,uint40 validUntil,uint16 count,"
              + "bytes32 verdictsHash,bytes32 evidenceRoot)");

  public Report {
    var _ = TYPE.encode(epoch, seq, observedAt, validUntil, count, verdictsHash, evidenceRoot);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Report fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Report(
        (long) v[0],
        (long) v[1],
        (long) v[2],
        (long) v[3],
        (int) v[4],
        (Bytes32) v[5],
        (Bytes32) v[6]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {epoch, seq, observedAt, validUntil, count, verdictsHash, evidenceRoot};
  }
}
