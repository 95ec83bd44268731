package network.assay.agent.app;

import static network.assay.contracts.protocol.TelemetrySample.UNKNOWN_U32;
import static network.assay.contracts.protocol.TelemetrySample.UNKNOWN_U64;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import network.assay.agent.execute.Gpu;
import network.assay.contracts.protocol.TelemetrySample;

/**
 * One card of this machine.
 *
 * @param uuid the driver's identifier
 * @param memoryBytes of its own; absent where the driver does not tell
 * @param cdi the CDI device by which containers get it; absent where no CDI file has it
 * @param health "ok" with its temperature, or what is wrong
 */
public record CardLine(
    String uuid, String name, Optional<Long> memoryBytes, Optional<String> cdi, String health) {
  private static final long HOT_MILLI_C = 95_000;

  /**
   * Every card as the driver tells it now.
   *
   * @param cdiNames all CDI devices of this machine
   */
  static List<CardLine> of(Gpu gpu, SortedSet<String> cdiNames) {
    List<Gpu.Card> cards = gpu.cards();
    List<TelemetrySample.Gpu> readings = gpu.read();
    List<CardLine> lines = new ArrayList<>();
    for (int index = 0; index < cards.size(); index++) {
      Gpu.Card card = cards.get(index);
      Optional<TelemetrySample.Gpu> reading =
          index < readings.size() ? Optional.of(readings.get(index)) : Optional.empty();
      lines.add(
          new CardLine(
              card.uuid(),
              card.name(),
              card.memoryBytes() == UNKNOWN_U64
                  ? Optional.empty()
                  : Optional.of(card.memoryBytes()),
              cdi(card.uuid(), index, cdiNames),
              reading.map(CardLine::health).orElse("gone: the driver does not list it any more")));
    }
    return lines;
  }

  /** The driver's tools name a card by its identifier, by its number, or both. */
  private static Optional<String> cdi(String uuid, int index, SortedSet<String> names) {
    return names.stream()
        .filter(
            name -> name.equals("nvidia.com/gpu=" + uuid) || name.equals("nvidia.com/gpu=" + index))
        .reduce((one, other) -> other);
  }

  static String health(TelemetrySample.Gpu reading) {
    boolean silent =
        reading.tempMilliC() == UNKNOWN_U32
            && reading.powerMw() == UNKNOWN_U32
            && reading.utilPermille() == UNKNOWN_U32;
    if (silent) {
      return "silent: the driver tells nothing of it";
    }
    if (reading.tempMilliC() == UNKNOWN_U32) {
      return "ok, temperature unknown";
    }
    String degrees = reading.tempMilliC() / 1_000 + " °C";
    return reading.tempMilliC() >= HOT_MILLI_C ? "hot: " + degrees : "ok, " + degrees;
  }
}
