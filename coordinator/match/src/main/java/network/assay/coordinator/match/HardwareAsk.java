package network.assay.coordinator.match;

import java.util.Set;
import java.util.TreeSet;

/**
 * What a job asks of the node's hardware.
 *
 * @param gpuModels any of these families; empty for any at all
 * @param cards whole cards of one node; 0 for a share of one, or one where nobody shares
 * @param vramMinBytes of one card
 * @param vramMaxBytes of one card, so that small jobs can leave large cards alone; Long.MAX_VALUE
 *     for no bound
 * @param computeCapabilityMin major · 10 + minor; 0 for any
 */
public record HardwareAsk(
    Set<String> gpuModels,
    int cards,
    long vramMinBytes,
    long vramMaxBytes,
    int computeCapabilityMin,
    Tee teeMin) {
  public static final HardwareAsk ANY =
      new HardwareAsk(Set.of(), 0, 0, Long.MAX_VALUE, 0, Tee.NONE);

  public HardwareAsk {
    gpuModels = Set.copyOf(gpuModels);
    if (cards < 0 || cards > Hardware.CARDS_MAX) {
      throw new IllegalArgumentException(
          "want 0 to %d cards, got %d".formatted(Hardware.CARDS_MAX, cards));
    }
    if (vramMinBytes < 0 || vramMinBytes > vramMaxBytes || computeCapabilityMin < 0) {
      throw new IllegalArgumentException(
          "want a range of VRAM and no negative capability, got %d to %d bytes, capability %d"
              .formatted(vramMinBytes, vramMaxBytes, computeCapabilityMin));
    }
  }

  /** Whole cards, of any of these models. */
  public static HardwareAsk cards(int cards, String... gpuModels) {
    return new HardwareAsk(Set.of(gpuModels), cards, 0, Long.MAX_VALUE, 0, Tee.NONE);
  }

  /** The models for a person. */
  String models() {
    return gpuModels.isEmpty() ? "any GPU" : String.join(" or ", new TreeSet<>(gpuModels));
  }
}
