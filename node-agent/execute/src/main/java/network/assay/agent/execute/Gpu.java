package network.assay.agent.execute;

import java.util.List;
import network.assay.contracts.protocol.TelemetrySample;

/** The cards of this machine, as far as they say something. */
public interface Gpu {

  /**
   * One reading of every card, in a fixed order; empty where there is none. What a card does not
   * tell is {@link TelemetrySample#UNKNOWN_U32} or {@link TelemetrySample#UNKNOWN_U64}, never 0. At
   * most {@link TelemetrySample#GPUS_MAX} cards.
   */
  List<TelemetrySample.Gpu> read();

  /** The cards by the driver's identifier, in the order of {@link #read}; empty where none is. */
  default List<Card> cards() {
    return List.of();
  }

  /**
   * A card.
   *
   * @param uuid the driver's, such as {@code GPU-…}; empty where it does not tell
   * @param memoryBytes of its own; {@link TelemetrySample#UNKNOWN_U64} where it does not tell
   * @param computeCapability major · 10 + minor; 0 where it does not tell
   */
  record Card(String uuid, String name, long memoryBytes, int computeCapability) {
    /** A card whose compute capability is unknown. */
    public Card(String uuid, String name, long memoryBytes) {
      this(uuid, name, memoryBytes, 0);
    }
  }

  /** The driver's version; empty where there is none or it does not tell. */
  default String driverVersion() {
    return "";
  }

  /** One line for people: which cards, or why there are none. */
  String describe();
}
