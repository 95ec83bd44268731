package network.assay.contracts.protocol;

import java.math.BigInteger;

/**
 * A coordinator's word that it keeps room on a device at a price until {@code validUntil} (chain
 * time, seconds); signed by the matcher's key. Its digest names the quote when the job is
 * submitted.
 */
public record Quote(
    Bytes32 specHash,
    Bytes32 offerHash,
    Address device,
    int grade,
    BigInteger price,
    long salt,
    long validUntil)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "Quote(bytes32 specHash,bytes32 offerHash,address device,uint8 grade,uint96 price,"
              + "uint64 salt,uint40 validUntil)");

  public Quote {
    var _ = TYPE.encode(specHash, offerHash, device, grade, price, salt, validUntil);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Quote fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Quote(
        (Bytes32) v[0],
        (Bytes32) v[1],
        (Address) v[2],
        (int) v[3],
        (BigInteger) v[4],
        (long) v[5],
        (long) v[6]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {specHash, offerHash, device, grade, price, salt, validUntil};
  }
}
