package network.assay.contracts.protocol;

/** Shows that the caller holds a device key; not older than 60 s. */
public record AgentHello(Address device, long timestampMs, Bytes32 nonce) implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("AgentHello(address device,uint64 timestampMs,bytes32 nonce)");

  public AgentHello {
    var _ = TYPE.encode(device, timestampMs, nonce);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static AgentHello fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new AgentHello((Address) v[0], (long) v[1], (Bytes32) v[2]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {device, timestampMs, nonce};
  }
}
