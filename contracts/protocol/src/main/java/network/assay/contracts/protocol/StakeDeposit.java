package network.assay.contracts.protocol;

import java.math.BigInteger;

/** Money from a wallet straight into stake: the StakeManager derives the EIP-3009 nonce from it. */
public record StakeDeposit(Address provider, BigInteger amount, long salt) implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("StakeDeposit(address provider,uint96 amount,uint64 salt)");

  public StakeDeposit {
    var _ = TYPE.encode(provider, amount, salt);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static StakeDeposit fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new StakeDeposit((Address) v[0], (BigInteger) v[1], (long) v[2]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {provider, amount, salt};
  }
}
