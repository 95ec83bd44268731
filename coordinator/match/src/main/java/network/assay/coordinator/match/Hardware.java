package network.assay.coordinator.match;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a node says that it has: claims until a job's grade has them attested.
 *
 * @param gpuModel family in small letters, as {@code h100} or {@code rtx-4090}; empty for unknown
 * @param cards how many of them
 * @param shared whether several jobs run on one card at once; then a job gets a share and nobody a
 *     whole card
 * @param vramBytes of one card; 0 for unknown
 * @param computeCapability major · 10 + minor, as 90 for Hopper; 0 for unknown or not of NVIDIA
 */
public record Hardware(
    String gpuModel, int cards, boolean shared, long vramBytes, int computeCapability, Tee tee) {
  /** More cards than any one machine has. */
  public static final int CARDS_MAX = 62;

  public static final int MODEL_CHARS_MAX = 32;

  /** One device that takes as many jobs as its offer says, of which nothing else is known. */
  public static final Hardware UNKNOWN = new Hardware("", 1, true, 0, 0, Tee.NONE);

  public Hardware {
    if (cards < 1 || cards > CARDS_MAX || vramBytes < 0 || computeCapability < 0) {
      throw new IllegalArgumentException(
          "want 1 to %d cards and nothing negative, got %d cards, %d bytes, capability %d"
              .formatted(CARDS_MAX, cards, vramBytes, computeCapability));
    }
    if (gpuModel.length() > MODEL_CHARS_MAX || !gpuModel.equals(normal(gpuModel))) {
      throw new IllegalArgumentException(
          "want a GPU model of at most %d of a-z, 0-9 and -".formatted(MODEL_CHARS_MAX));
    }
  }

  /** Words of a driver's name that say who made a card, or how it is built in. */
  private static final Pattern NOISE =
      Pattern.compile(
          "nvidia|amd|intel|geforce|tesla|quadro|radeon|instinct|graphics|gpu|laptop|generation"
              + "|sxm[0-9]*|pcie|nvl|oem|hbm[0-9]*e?|[0-9]+gb");

  /**
   * A card's family out of the driver's name for it, or out of what a person calls it: "NVIDIA H100
   * 80GB HBM3" and "H100" are {@code h100}, "NVIDIA GeForce RTX 4090" is {@code rtx-4090}.
   */
  public static String family(String name) {
    String family =
        Arrays.stream(normal(name).split("-"))
            .filter(word -> !NOISE.matcher(word).matches())
            .collect(Collectors.joining("-"));
    String clipped = family.substring(0, Math.min(MODEL_CHARS_MAX, family.length()));
    return normal(clipped);
  }

  /** Small letters, digits and single dashes: "NVIDIA H100 80GB" is {@code nvidia-h100-80gb}. */
  public static String normal(String text) {
    String dashed = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return dashed.replaceAll("^-|-$", "");
  }
}
