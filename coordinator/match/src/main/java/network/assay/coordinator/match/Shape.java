package network.assay.coordinator.match;

import java.util.Set;
import network.assay.contracts.protocol.Bytes32;

/** What many offers have in common; all filters but a few say the same to all of one shape. */
record Shape(
    int unit,
    Bytes32 deviceClass,
    Hardware hardware,
    long regions,
    int grades,
    long durationMinS,
    long durationMaxS,
    Set<Bytes32> models,
    int reputationLevel) {
  private static final int LEVEL = 250;

  /** What nodes of one {@link Kind} have in common. */
  record Build(int unit, Bytes32 deviceClass, Hardware hardware, int grades, Set<Bytes32> models) {}

  Build build() {
    return new Build(unit, deviceClass, hardware, grades, models);
  }

  static Shape of(OfferView view) {
    return new Shape(
        view.offer().unit(),
        view.offer().deviceClass(),
        view.hardware(),
        view.offer().regions(),
        view.offer().grades(),
        view.offer().durationMinS(),
        view.offer().durationMaxS(),
        view.models(),
        level(view.reputation()));
  }

  /** Reputations of one level need a look each; above and below it none. */
  static int level(int reputation) {
    return reputation / LEVEL;
  }
}
