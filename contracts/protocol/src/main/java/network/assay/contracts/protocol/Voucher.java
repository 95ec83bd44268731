package network.assay.contracts.protocol;

import java.math.BigInteger;

/**
 * The consumer of a session owes its acceptor {@code cumulative} token base units in all, earlier
 * vouchers included: a higher one replaces the lower ones. Domain: RateMarket.
 *
 * @param acceptor the provider, who alone is paid by it
 */
public record Voucher(long jobId, Address acceptor, BigInteger cumulative) implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("Voucher(uint64 jobId,address acceptor,uint96 cumulative)");

  public Voucher {
    var _ = TYPE.encode(jobId, acceptor, cumulative);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Voucher fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Voucher((long) v[0], (Address) v[1], (BigInteger) v[2]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {jobId, acceptor, cumulative};
  }
}
