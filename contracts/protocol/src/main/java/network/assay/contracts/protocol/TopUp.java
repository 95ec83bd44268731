package network.assay.contracts.protocol;

import java.math.BigInteger;

/**
 * The consumer of a metered job adds {@code amount} token base units to its escrow. Domain:
 * RateMarket.
 *
 * @param funded what the job was funded with before, so that no top-up happens twice
 */
public record TopUp(long jobId, BigInteger funded, BigInteger amount) implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("TopUp(uint64 jobId,uint96 funded,uint96 amount)");

  public TopUp {
    var _ = TYPE.encode(jobId, funded, amount);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static TopUp fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new TopUp((long) v[0], (BigInteger) v[1], (BigInteger) v[2]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {jobId, funded, amount};
  }
}
