package network.assay.contracts.protocol;

/** A nonce that telemetry of this job must carry, so that it was not made before. */
public record TelemetryNonce(long epoch, long jobId, Address device, Bytes32 nonce, long issuedAt)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "TelemetryNonce(uint64 epoch,uint64 jobId,address device,bytes32 nonce,"
              + "uint40 issuedAt)");

  public TelemetryNonce {
    var _ = TYPE.encode(epoch, jobId, device, nonce, issuedAt);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static TelemetryNonce fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new TelemetryNonce(
        (long) v[0], (long) v[1], (Address) v[2], (Bytes32) v[3], (long) v[4]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {epoch, jobId, device, nonce, issuedAt};
  }
}
