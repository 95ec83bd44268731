package network.assay.contracts.protocol;

/**
 * An oracle's key agrees to be answered for, and paid through, an operator. Signed by the key, for
 * the OracleStake.
 */
public record OracleRegistration(Address operator, Address key, long expiry)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("OracleRegistration(address operator,address key,uint40 expiry)");

  public OracleRegistration {
    var _ = TYPE.encode(operator, key, expiry);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static OracleRegistration fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new OracleRegistration((Address) v[0], (Address) v[1], (long) v[2]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {operator, key, expiry};
  }
}
