package network.assay.coordinator.match;

import java.math.BigInteger;
import java.util.Set;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Order;

/**
 * What one attempt at a job asks of an offer.
 *
 * @param unit 0 FIXED
 * @param deviceClass zero for any
 * @param regions bit set; 0 for anywhere
 * @param priceMax most that may be paid, token base units
 * @param runWindowS seconds that the device gets, which its offer must allow
 * @param model hash of the model that the device must have ready; zero where it does not matter
 * @param excludedDevices devices that already failed this order
 */
public record Request(
    int unit,
    Bytes32 deviceClass,
    long regions,
    Grade grade,
    BigInteger priceMax,
    long runWindowS,
    Bytes32 model,
    Set<Address> excludedDevices) {
  public Request {
    excludedDevices = Set.copyOf(excludedDevices);
    if (priceMax.signum() < 0) {
      throw new IllegalArgumentException("want a priceMax of at least 0, got " + priceMax);
    }
  }

  /**
   * What an Order asks. Nothing dearer than its amount can be joined, whatever priceMax says.
   *
   * @param amount in escrow: the Order's, or for a later attempt what the refund left
   */
  public static Request of(Order order, BigInteger amount, Bytes32 model, Set<Address> excluded) {
    return new Request(
        0,
        order.deviceClass(),
        order.regions(),
        Grade.of(order.grade()),
        order.priceMax().min(amount),
        order.runWindowS(),
        model,
        excluded);
  }
}
