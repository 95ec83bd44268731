package network.assay.agent.execute;

import java.util.List;

/**
 * What this node says that it has, for consumers' hard conditions.
 *
 * @param cards as the driver tells them; at most {@link #CARDS_MAX}
 * @param shared whether several jobs run at once, so that none has a whole card
 * @param tee 0 none, 1 the processor's memory is attested, 2 the GPUs', too
 * @param driverVersion empty for none
 * @param engines what runs containers here, as {@code podman/4.3.1}
 */
public record NodeHardware(
    List<Gpu.Card> cards, boolean shared, int tee, String driverVersion, List<String> engines) {
  public static final int CARDS_MAX = 62;

  /** A node that says nothing of itself. */
  public static final NodeHardware UNKNOWN = new NodeHardware(List.of(), true, 0, "", List.of());

  public NodeHardware {
    cards = List.copyOf(cards.subList(0, Math.min(CARDS_MAX, cards.size())));
    engines = List.copyOf(engines);
    if (tee < 0 || tee > 2) {
      throw new IllegalArgumentException("want a TEE level of 0 to 2, got " + tee);
    }
  }
}
