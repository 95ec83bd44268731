package network.assay.contracts.protocol;

import java.math.BigInteger;

/** A consumer orders one job and names its payment; see docs/PROTOCOL.md §1 for each member. */
public record Order(
    Address consumer,
    Bytes32 specHash,
    Bytes32 offerHash,
    Address matcher,
    Bytes32 deviceClass,
    long regions,
    int grade,
    int lane,
    BigInteger amount,
    BigInteger priceMax,
    int feeBpsMax,
    int attemptsMax,
    long orderDeadline,
    long acceptWindowS,
    long runWindowS,
    long reportWindowS,
    Bytes32 resultKey,
    Address callback,
    long callbackGas,
    long salt)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "Order(address consumer,bytes32 specHash,bytes32 offerHash,address matcher,"
              + "bytes32 deviceClass,uint32 regions,uint8 grade,uint8 lane,uint96 amount,"
              + "uint96 priceMax,uint16 feeBpsMax,uint8 attemptsMax,uint40 orderDeadline,"
              + "uint32 acceptWindowS,uint32 runWindowS,uint32 reportWindowS,bytes32 resultKey,"
              + "address callback,uint32 callbackGas,uint64 salt)");

  public Order {
    var _ =
        TYPE.encode(
            consumer,
            specHash,
            offerHash,
            matcher,
            deviceClass,
            regions,
            grade,
            lane,
            amount,
            priceMax,
            feeBpsMax,
            attemptsMax,
            orderDeadline,
            acceptWindowS,
            runWindowS,
            reportWindowS,
            resultKey,
            callback,
            callbackGas,
            salt);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Order fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Order(
        (Address) v[0],
        (Bytes32) v[1],
        (Bytes32) v[2],
        (Address) v[3],
        (Bytes32) v[4],
        (long) v[5],
        (int) v[6],
        (int) v[7],
        (BigInteger) v[8],
        (BigInteger) v[9],
        (int) v[10],
        (int) v[11],
        (long) v[12],
        (long) v[13],
        (long) v[14],
        (long) v[15],
        (Bytes32) v[16],
        (Address) v[17],
        (long) v[18],
        (long) v[19]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {
      consumer,
      specHash,
      offerHash,
      matcher,
      deviceClass,
      regions,
      grade,
      lane,
      amount,
      priceMax,
      feeBpsMax,
      attemptsMax,
      orderDeadline,
      acceptWindowS,
      runWindowS,
      reportWindowS,
      resultKey,
      callback,
      callbackGas,
      salt
    };
  }
}
