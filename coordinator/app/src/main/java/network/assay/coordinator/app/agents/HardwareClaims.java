package network.assay.coordinator.app.agents;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.wire.NodeCard;
import network.assay.contracts.wire.NodeHardware;
import network.assay.coordinator.app.store.NodeSays;
import network.assay.coordinator.match.Hardware;
import network.assay.coordinator.match.Tee;

/**
 * What an agent says of its machine, bounded. Where cards differ, the largest group of equal ones
 * is what the node sells; of equal groups the one with more memory.
 */
final class HardwareClaims {
  private static final int CARD_CHARS_MAX = 96;
  private static final int VERSION_CHARS_MAX = 32;
  private static final int ENGINES_MAX = 8;
  private static final int CAPABILITY_MAX = 999;

  /** A petabyte. */
  private static final long VRAM_BYTES_MAX = 1L << 50;

  private HardwareClaims() {}

  /** Refuses by a {@link ProtocolException} what is out of bounds. */
  static NodeSays of(NodeHardware told) {
    bound("cards", told.getCardsCount(), Hardware.CARDS_MAX);
    bound("a TEE level", told.getTee(), 2);
    bound("engines", told.getEnginesCount(), ENGINES_MAX);
    text("a driver's version", told.getDriverVersion(), VERSION_CHARS_MAX);
    told.getEnginesList().forEach(engine -> text("an engine", engine, VERSION_CHARS_MAX));
    for (NodeCard card : told.getCardsList()) {
      text("a card's UUID", card.getUuid(), CARD_CHARS_MAX);
      text("a card's model", card.getModel(), CARD_CHARS_MAX);
      bound("a compute capability", card.getComputeCapability(), CAPABILITY_MAX);
      bound("a card's memory", card.getVramBytes(), VRAM_BYTES_MAX);
    }
    return new NodeSays(
        hardware(told),
        told.getCardsList().stream().map(NodeCard::getUuid).toList(),
        told.getDriverVersion(),
        told.getEnginesList());
  }

  private static Hardware hardware(NodeHardware told) {
    Tee tee = Tee.of(told.getTee());
    List<NodeCard> equal = largestGroup(told.getCardsList());
    if (equal.isEmpty()) {
      return new Hardware("", 1, true, 0, 0, tee);
    }
    NodeCard first = equal.getFirst();
    return new Hardware(
        Hardware.family(first.getModel()),
        equal.size(),
        told.getShared(),
        first.getVramBytes(),
        first.getComputeCapability(),
        tee);
  }

  private record Build(String family, long vramBytes, int capability) {}

  private static List<NodeCard> largestGroup(List<NodeCard> cards) {
    Map<Build, List<NodeCard>> groups =
        cards.stream()
            .collect(
                Collectors.groupingBy(card ->
                    new Build(
                        Hardware.family(card.getModel()),
                        card.getVramBytes(),
                        card.getComputeCapability())));
    return groups.entrySet().stream()
        .max(
            Comparator.comparingInt(
                    (Map.Entry<Build, List<NodeCard>> group) -> group.getValue().size())
                .thenComparingLong(group -> group.getKey().vramBytes())
                .thenComparing(group -> group.getKey().family())
                .thenComparingInt(group -> group.getKey().capability()))
        .map(Map.Entry::getValue)
        .orElse(List.of());
  }

  private static void bound(String what, long got, long max) {
    if (got < 0 || got > max) {
      throw new ProtocolException("MALFORMED_HARDWARE", what + " of at most " + max, got);
    }
  }

  private static void text(String what, String got, int charsMax) {
    boolean plain = got.chars().allMatch(c -> c >= ' ' && c <= '~');
    if (got.length() > charsMax || !plain) {
      throw new ProtocolException(
          "MALFORMED_HARDWARE",
          what + " of at most " + charsMax + " printable characters",
          got.length() + " characters");
    }
  }
}
