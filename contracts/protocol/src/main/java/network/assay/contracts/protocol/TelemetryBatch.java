package network.assay.contracts.protocol;

/**
 * One hash-chained batch of samples; {@code monotonicNs} and {@code wallMs} are of its last sample.
 */
public record TelemetryBatch(
    int schemaVersion,
    long jobId,
    Address device,
    long seq,
    Bytes32 prevHash,
    Bytes32 bootId,
    long monotonicNs,
    long wallMs,
    Bytes32 oracleNonce,
    Bytes32 lastChallengeId,
    long count,
    Bytes32 samplesRoot)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "TelemetryBatch(uint16 schemaVersion,uint64 jobId,address device,uint64 seq,"
              + "bytes32 prevHash,bytes32 bootId,uint64 monotonicNs,uint64 wallMs,"
              + "bytes32 oracleNonce,bytes32 lastChallengeId,uint32 count,bytes32 samplesRoot)");

  public TelemetryBatch {
    var _ =
        TYPE.encode(
            schemaVersion,
            jobId,
            device,
            seq,
            prevHash,
            bootId,
            monotonicNs,
            wallMs,
            oracleNonce,
            lastChallengeId,
            count,
            samplesRoot);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static TelemetryBatch fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new TelemetryBatch(
        (int) v[0],
        (long) v[1],
        (Address) v[2],
        (long) v[3],
        (Bytes32) v[4],
        (Bytes32) v[5],
        (long) v[6],
        (long) v[7],
        (Bytes32) v[8],
        (Bytes32) v[9],
        (long) v[10],
        (Bytes32) v[11]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {
      schemaVersion,
      jobId,
      device,
      seq,
      prevHash,
      bootId,
      monotonicNs,
      wallMs,
      oracleNonce,
      lastChallengeId,
      count,
      samplesRoot
    };
  }
}
