package network.assay.contracts.protocol;

import java.math.BigInteger;

/**
 * A device offers itself at a price until {@code expiry} (chain time, seconds); signed by the
 * device key.
 */
public record Offer(
    Address device,
    Bytes32 deviceClass,
    int unit,
    BigInteger price,
    long durationMinS,
    long durationMaxS,
    BigInteger volumeMax,
    int concurrentMax,
    long regions,
    int grades,
    long nonce,
    long expiry)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "Offer(address device,bytes32 deviceClass,uint8 unit,uint96 price,"
              + "uint32 durationMinS,uint32 durationMaxS,uint96 volumeMax,uint16 concurrentMax,"
              + "uint32 regions,uint8 grades,uint64 nonce,uint40 expiry)");

  public Offer {
    var _ =
        TYPE.encode(
            device,
            deviceClass,
            unit,
            price,
            durationMinS,
            durationMaxS,
            volumeMax,
            concurrentMax,
            regions,
            grades,
            nonce,
            expiry);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Offer fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Offer(
        (Address) v[0],
        (Bytes32) v[1],
        (int) v[2],
        (BigInteger) v[3],
        (long) v[4],
        (long) v[5],
        (BigInteger) v[6],
        (int) v[7],
        (long) v[8],
        (int) v[9],
        (long) v[10],
        (long) v[11]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {
      device,
      deviceClass,
      unit,
      price,
      durationMinS,
      durationMaxS,
      volumeMax,
      concurrentMax,
      regions,
      grades,
      nonce,
      expiry
    };
  }
}
