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
 * @param unit 0 FIXED, 1 RATE
 * @param deviceClass zero for any
 * @param regions bit set; 0 for anywhere
 * @param priceMax most that may be paid, token base units a job or a second, as the unit says
 * @param runWindowS seconds that the device gets, which its offer must allow
 * @param model hash of the model that the device must have ready; zero where it does not matter
 * @param reputationMin 0 to 1,000
 * @param excludedDevices devices that already failed this order
 * @param excludedOperators owners whose other devices are not tried, either
 */
public record Request(
    int unit,
    Bytes32 deviceClass,
    HardwareAsk hardware,
    long regions,
    Grade grade,
    BigInteger priceMax,
    long runWindowS,
    Bytes32 model,
    int reputationMin,
    Set<Address> excludedDevices,
    Set<Address> excludedOperators) {
  public Request {
    excludedDevices = Set.copyOf(excludedDevices);
    excludedOperators = Set.copyOf(excludedOperators);
    if (priceMax.signum() < 0) {
      throw new IllegalArgumentException("want a priceMax of at least 0, got " + priceMax);
    }
    if (reputationMin < 0 || reputationMin > OfferView.REPUTATION_MAX) {
      throw new IllegalArgumentException("want a reputation from 0 to 1000, got " + reputationMin);
    }
  }

  /** A request for a fixed price that asks nothing of the hardware but its class. */
  public Request(
      int unit,
      Bytes32 deviceClass,
      long regions,
      Grade grade,
      BigInteger priceMax,
      long runWindowS,
      Bytes32 model,
      Set<Address> excludedDevices) {
    this(
        unit,
        deviceClass,
        HardwareAsk.ANY,
        regions,
        grade,
        priceMax,
        runWindowS,
        model,
        0,
        excludedDevices,
        Set.of());
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

  /** The same with these bounds on hardware and reputation. */
  public Request with(HardwareAsk ask, int reputation) {
    return new Request(
        unit,
        deviceClass,
        ask,
        regions,
        grade,
        priceMax,
        runWindowS,
        model,
        reputation,
        excludedDevices,
        excludedOperators);
  }

  /** The same at another price. */
  public Request withPriceMax(BigInteger price) {
    return new Request(
        unit,
        deviceClass,
        hardware,
        regions,
        grade,
        price,
        runWindowS,
        model,
        reputationMin,
        excludedDevices,
        excludedOperators);
  }

  /** The same without these devices and owners. */
  public Request without(Set<Address> devices, Set<Address> operators) {
    return new Request(
        unit,
        deviceClass,
        hardware,
        regions,
        grade,
        priceMax,
        runWindowS,
        model,
        reputationMin,
        devices,
        operators);
  }
}
