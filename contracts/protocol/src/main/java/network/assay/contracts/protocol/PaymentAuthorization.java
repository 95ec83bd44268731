package network.assay.contracts.protocol;

import java.math.BigInteger;

/**
 * What a consumer's wallet signs in payment lane EIP3009: {@code ReceiveWithAuthorization} in the
 * token's own EIP-712 domain, with the order's digest as nonce. Source: EIP-3009.
 *
 * @param validAfter exclusive lower bound, Unix seconds
 * @param validBefore exclusive upper bound, Unix seconds
 */
public record PaymentAuthorization(
    Address from,
    Address to,
    BigInteger value,
    BigInteger validAfter,
    BigInteger validBefore,
    Bytes32 nonce)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,"
              + "uint256 validBefore,bytes32 nonce)");

  public PaymentAuthorization {
    var _ = TYPE.encode(from, to, value, validAfter, validBefore, nonce);
  }

  /** The authorisation that pays this order into the vault. */
  public static PaymentAuthorization forOrder(
      Order order,
      Bytes32 orderHash,
      Address vault,
      BigInteger validAfter,
      BigInteger validBefore) {
    return new PaymentAuthorization(
        order.consumer(), vault, order.amount(), validAfter, validBefore, orderHash);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {from, to, value, validAfter, validBefore, nonce};
  }
}
