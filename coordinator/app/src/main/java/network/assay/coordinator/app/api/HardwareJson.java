package network.assay.coordinator.app.api;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import network.assay.coordinator.app.flow.Refused;
import network.assay.coordinator.match.Hardware;
import network.assay.coordinator.match.HardwareAsk;
import network.assay.coordinator.match.Tee;

/** The member {@code hardware} of quotes and orders: what a job asks of its node's hardware. */
final class HardwareJson {
  private static final int MODELS_MAX = 16;
  private static final Pattern CAPABILITY = Pattern.compile("([0-9]{1,2})\\.([0-9])");

  private HardwareJson() {}

  /** {@link HardwareAsk#ANY} where the body asks nothing. */
  static HardwareAsk ask(RequestJson body) {
    if (!body.has("hardware")) {
      return HardwareAsk.ANY;
    }
    RequestJson hardware =
        body.object("hardware")
            .allow("gpuModels", "cards", "vramMin", "vramMax", "computeCapabilityMin", "tee");
    Set<String> models =
        hardware.textList("gpuModels", MODELS_MAX).stream()
            .map(Hardware::family)
            .collect(Collectors.toUnmodifiableSet());
    long cards = number(hardware, "cards", 8, 0);
    long vramMin = number(hardware, "vramMin", 50, 0);
    long vramMax = number(hardware, "vramMax", 50, Long.MAX_VALUE);
    if (cards > Hardware.CARDS_MAX || vramMin > vramMax || models.contains("")) {
      throw Refused.malformed(
          "BAD_HARDWARE",
          "want known gpuModels, at most %d cards and vramMin up to vramMax"
              .formatted(Hardware.CARDS_MAX));
    }
    return new HardwareAsk(
        models, (int) cards, vramMin, vramMax, capability(hardware), tee(hardware));
  }

  private static long number(RequestJson hardware, String name, int bits, long missing) {
    return hardware
        .optionalNumber(name)
        .map(text -> QuoteController.number("hardware." + name, text, bits).longValue())
        .orElse(missing);
  }

  private static int capability(RequestJson hardware) {
    String text = hardware.optionalText("computeCapabilityMin").orElse("0.0");
    Matcher parts = CAPABILITY.matcher(text);
    if (!parts.matches()) {
      throw Refused.malformed("BAD_HARDWARE", "want hardware.computeCapabilityMin as in \"8.9\"");
    }
    return Integer.parseInt(parts.group(1)) * 10 + Integer.parseInt(parts.group(2));
  }

  private static Tee tee(RequestJson hardware) {
    String text = hardware.optionalText("tee").orElse("none");
    for (Tee tee : Tee.values()) {
      if (tee.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
        return tee;
      }
    }
    throw Refused.malformed(
        "BAD_HARDWARE", "want hardware.tee of " + List.of("none", "cpu", "cpu-and-gpu"));
  }
}
