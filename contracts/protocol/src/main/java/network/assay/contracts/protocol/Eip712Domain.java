package network.assay.contracts.protocol;

import java.math.BigInteger;

/** An EIP-712 domain {@code (name, version, chainId, verifyingContract)}. */
public record Eip712Domain(
    String name, String version, BigInteger chainId, Address verifyingContract) {
  private static final Bytes32 TYPE_HASH =
      Keccak.hashUtf8(
          "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

  /** Assay's own domain, version 1, for one of its contracts. */
  public static Eip712Domain assay(long chainId, Address verifyingContract) {
    return new Eip712Domain("Assay", "1", BigInteger.valueOf(chainId), verifyingContract);
  }

  public Bytes32 separator() {
    return Keccak.hash(
        Bytes.start()
            .raw(TYPE_HASH)
            .raw(Keccak.hashUtf8(name))
            .raw(Keccak.hashUtf8(version))
            .u256(chainId)
            .raw(new byte[12])
            .raw(verifyingContract)
            .toArray());
  }

  public Bytes32 digest(Bytes32 structHash) {
    return Keccak.hash(new byte[] {0x19, 0x01}, separator().toArray(), structHash.toArray());
  }
}
