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

  /** What decides which kinds a request may have at all. */
  record Key(int unit, Bytes32 deviceClass, HardwareAsk hardware, Grade grade, Bytes32 model) {}

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
        request.grade(),
        request.model());
  }

  int places(boolean shared) {
    return shared ? 1 : Math.max(1, request.hardware().cards());
  }

  /** Bits of {@link Filter#OF_KIND} that a kind fails. */
  int failed(Kind kind) {
    Slot any = kind.groups.getFirst().members.getFirst();
    int bits = 0;
    for (Filter filter : Filter.OF_KIND) {
      bits |= filter.admits(any, request, 0) ? 0 : filter.bit();
    }
    return bits;
  }

  /** Bits of {@link Filter#REGION} and {@link Filter#DURATION} that a group fails. */
  int failed(Group group) {
    boolean region = request.regions() == 0 || (request.regions() & group.regions) != 0;
    boolean duration =
        group.durationMinS <= request.runWindowS() && request.runWindowS() <= group.durationMaxS;
    return (region ? 0 : Filter.REGION.bit()) | (duration ? 0 : Filter.DURATION.bit());
  }

  /** Whether some offer of this kind might do. */
  boolean suits(Kind kind) {
    return failed(kind) == 0;
  }

  /** Whether some offer of this group, of a suitable kind, might do. */
  boolean suits(Group group) {
    return group.reputationLevel >= level && failed(group) == 0;
  }

  /** Whether a slot of a suitable group, with room, in a band that may be paid, does. */
  boolean admits(Slot slot) {
    if (slot.band == bandMax && slot.view.offer().price().compareTo(priceMax) > 0) {
      return false;
    }
    if (slot.reputation < request.reputationMin()) {
      return false;
    }
    return !excludes
        || (!request.excludedDevices().contains(slot.view.offer().device())
            && !request.excludedOperators().contains(slot.view.operator()));
  }

  /** Whether every slot of the group in this band passes {@link #admits}; false where unknown. */
  boolean admitsAll(Group group, int band) {
    return !excludes
        && band < bandMax
        && (request.reputationMin() == 0 || group.reputationLevel > level);
  }

  /**
   * Bits of the filters that a slot of a suitable shape fails: as the filters say, from what lies
   * in the slot where that is enough, since this may be asked of every node.
   */
  int failed(Slot slot, long nowS) {
    int bits = slot.expired ? Filter.EXPIRY.bit() : 0;
    bits |= slot.reputation >= request.reputationMin() ? 0 : Filter.REPUTATION.bit();
    boolean near = slot.band == bandMax || slot.band == 0;
    if (near ? !Filter.PRICE.admits(slot, request, nowS) : slot.band > bandMax) {
      bits |= Filter.PRICE.bit();
    }
    if (excludes) {
      bits |= Filter.EXCLUDED.admits(slot, request, nowS) ? 0 : Filter.EXCLUDED.bit();
      bits |= Filter.OPERATOR.admits(slot, request, nowS) ? 0 : Filter.OPERATOR.bit();
    }
    if (slot.setAside || slot.open < places(slot.shared)) {
      bits |= Filter.CAPACITY.admits(slot, request, nowS) ? 0 : Filter.CAPACITY.bit();
    }
    return bits;
  }
}
