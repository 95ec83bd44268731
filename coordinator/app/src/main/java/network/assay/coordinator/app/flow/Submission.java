package network.assay.coordinator.app.flow;

import java.math.BigInteger;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Signature;
import network.assay.coordinator.match.HardwareAsk;

/**
 * What a consumer submits.
 *
 * @param spec the exact bytes that order.specHash is of
 * @param validAfter exclusive lower bound of the payment, Unix seconds
 * @param validBefore exclusive upper bound of the payment, Unix seconds
 * @param payment the consumer's EIP-3009 signature
 * @param hardware what every attempt's node must say that it has; not in the order, so believed to
 *     the coordinator
 * @param quote digest of the quote whose room is taken; zero for none
 */
public record Submission(
    byte[] spec,
    byte[] input,
    Order order,
    BigInteger validAfter,
    BigInteger validBefore,
    Signature payment,
    Bytes32 quote,
    HardwareAsk hardware) {
  /** A submission that no quote keeps room for. */
  public Submission(
      byte[] spec,
      byte[] input,
      Order order,
      BigInteger validAfter,
      BigInteger validBefore,
      Signature payment) {
    this(spec, input, order, validAfter, validBefore, payment, Bytes32.ZERO, HardwareAsk.ANY);
  }
}
