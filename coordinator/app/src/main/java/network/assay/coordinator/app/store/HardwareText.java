package network.assay.coordinator.app.store;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import network.assay.coordinator.match.Hardware;
import network.assay.coordinator.match.HardwareAsk;
import network.assay.coordinator.match.Tee;
import tools.jackson.databind.json.JsonMapper;

/** Hardware as the database keeps it: JSON, empty for nothing said and nothing asked. */
final class HardwareText {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private HardwareText() {}

  private record Node(
      String gpuModel,
      int cards,
      boolean shared,
      long vramBytes,
      int computeCapability,
      int tee,
      List<String> uuids,
      String driver,
      List<String> engines) {}

  private record Ask(
      List<String> gpuModels,
      int cards,
      long vramMinBytes,
      long vramMaxBytes,
      int computeCapabilityMin,
      int tee) {}

  static String of(NodeSays says) {
    if (says.equals(NodeSays.NOTHING)) {
      return "";
    }
    Hardware has = says.hardware();
    return JSON.writeValueAsString(
        new Node(
            has.gpuModel(),
            has.cards(),
            has.shared(),
            has.vramBytes(),
            has.computeCapability(),
            has.tee().level(),
            says.uuids(),
            says.driver(),
            says.engines()));
  }

  static NodeSays says(String text) {
    if (text.isEmpty()) {
      return NodeSays.NOTHING;
    }
    Node node = JSON.readValue(text, Node.class);
    return new NodeSays(
        new Hardware(
            node.gpuModel(),
            node.cards(),
            node.shared(),
            node.vramBytes(),
            node.computeCapability(),
            Tee.of(node.tee())),
        node.uuids(),
        node.driver(),
        node.engines());
  }

  static String of(HardwareAsk ask) {
    if (ask.equals(HardwareAsk.ANY)) {
      return "";
    }
    return JSON.writeValueAsString(
        new Ask(
            List.copyOf(new TreeSet<>(ask.gpuModels())),
            ask.cards(),
            ask.vramMinBytes(),
            ask.vramMaxBytes(),
            ask.computeCapabilityMin(),
            ask.teeMin().level()));
  }

  static HardwareAsk ask(String text) {
    if (text.isEmpty()) {
      return HardwareAsk.ANY;
    }
    Ask ask = JSON.readValue(text, Ask.class);
    return new HardwareAsk(
        Set.copyOf(ask.gpuModels()),
        ask.cards(),
        ask.vramMinBytes(),
        ask.vramMaxBytes(),
        ask.computeCapabilityMin(),
        Tee.of(ask.tee()));
  }
}
