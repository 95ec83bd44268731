package network.assay.contracts.protocol;

import java.math.BigInteger;

/** Money from a wallet into its own credit: the TokenVault derives the EIP-3009 nonce from it. */
public record CreditDeposit(Address account, BigInteger amount, long salt) implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("CreditDeposit(address account,uint96 amount,uint64 salt)");

  public CreditDeposit {
    var _ = TYPE.encode(account, amount, salt);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static CreditDeposit fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new CreditDeposit((Address) v[0], (BigInteger) v[1], (long) v[2]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {account, amount, salt};
  }
}
