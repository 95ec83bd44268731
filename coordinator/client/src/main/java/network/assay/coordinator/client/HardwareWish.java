package network.assay.coordinator.client;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the node must say that it has. Not part of the signed Order: the coordinator is believed to
 * keep to it, and only a grade proves hardware.
 *
 * @param gpuModels any of these; empty for any at all
 * @param cards whole cards of one node; 0 for a share, or none
 * @param vramMinBytes of one card; 0 for any
 * @param vramMaxBytes of one card; Long.MAX_VALUE for any
 * @param computeCapabilityMin as in "8.9"; empty for any
 * @param tee none, cpu or cpu-and-gpu
 */
public record HardwareWish(
    List<String> gpuModels,
    int cards,
    long vramMinBytes,
    long vramMaxBytes,
    String computeCapabilityMin,
    String tee) {
  public static final HardwareWish ANY =
      new HardwareWish(List.of(), 0, 0, Long.MAX_VALUE, "", "none");

  public HardwareWish {
    gpuModels = List.copyOf(gpuModels);
    if (cards < 0 || vramMinBytes < 0 || vramMinBytes > vramMaxBytes) {
      throw new ConsumerException(
          "BAD_HARDWARE",
          "want no negative number and a range of VRAM, got %d cards and %d to %d bytes"
              .formatted(cards, vramMinBytes, vramMaxBytes));
    }
  }

  /** Adds the member {@code hardware}; nothing where nothing is wished. */
  void putInto(ObjectNode body) {
    if (equals(ANY)) {
      return;
    }
    ObjectNode out = body.putObject("hardware");
    ArrayNode models = out.putArray("gpuModels");
    gpuModels.forEach(models::add);
    out.put("cards", cards);
    if (vramMinBytes > 0) {
      out.put("vramMin", vramMinBytes);
    }
    if (vramMaxBytes < Long.MAX_VALUE) {
      out.put("vramMax", vramMaxBytes);
    }
    if (!computeCapabilityMin.isEmpty()) {
      out.put("computeCapabilityMin", computeCapabilityMin);
    }
    out.put("tee", tee);
  }
}
