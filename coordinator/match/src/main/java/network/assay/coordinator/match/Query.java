package network.assay.coordinator.match;

import java.math.BigInteger;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;

/** A request, with what the index asks of it worked out. */
final class Query {
  final Request request;
  final int bandMax;
  private final BigInteger priceMax;
  private final int level;
  private final boolean excludes;

  /** What decides which shapes a request may have at all. */
  record Key(
      int unit,
      Bytes32 deviceClass,
      HardwareAsk hardware,
      long regions,
      Grade grade,
      long runWindowS,
      Bytes32 model,
      int reputationLevel) {}

  Query(Request request) {
    this.request = request;
    this.priceMax = request.priceMax();
    this.bandMax = PriceBand.of(priceMax);
    this.level = Shape.level(request.reputationMin());
    this.excludes = !request.excludedDevices().isEmpty() || !request.excludedOperators().isEmpty();
  }

  Key key() {
    return new Key(
        request.unit(),
        request.deviceClass(),
        request.hardware(),
        request.regions(),
        request.grade(),
        request.runWindowS(),
        request.model(),
        level);
  }

  int places(boolean shared) {
    return shared ? 1 : Math.max(1, request.hardware().cards());
  }

  /** Whether some offer of this shape might do. */
  boolean suits(Group group) {
    if (group.shape.reputationLevel() < level) {
      return false;
    }
    Slot any = group.members.getFirst();
    for (Filter filter : Filter.OF_SHAPE) {
      if (!filter.admits(any, request, 0)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a slot of a suitable group, with room, in a band that may be paid, does. */
  boolean admits(Slot slot) {
    if (slot.band == bandMax && slot.view.offer().price().compareTo(priceMax) > 0) {
      return false;
    }
    if (slot.group.shape.reputationLevel() == level
        && slot.view.reputation() < request.reputationMin()) {
      return false;
    }
    return !excludes
        || (!request.excludedDevices().contains(slot.view.offer().device())
            && !request.excludedOperators().contains(slot.view.operator()));
  }
}
