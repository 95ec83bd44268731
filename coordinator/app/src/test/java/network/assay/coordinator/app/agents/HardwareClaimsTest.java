package network.assay.coordinator.app.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.wire.NodeCard;
import network.assay.contracts.wire.NodeHardware;
import network.assay.coordinator.app.store.NodeSays;
import network.assay.coordinator.match.Hardware;
import network.assay.coordinator.match.Tee;
import org.junit.jupiter.api.Test;

class HardwareClaimsTest {
  private static NodeCard card(int number, String model, long vram) {
    return NodeCard.newBuilder()
        .setUuid("GPU-" + number)
        .setModel(model)
        .setVramBytes(vram)
        .setComputeCapability(90)
        .build();
  }

  private static void refused(NodeHardware told) {
    assertThatThrownBy(() -> HardwareClaims.of(told))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("MALFORMED_HARDWARE");
  }

  @Test
  void theLargestGroupOfEqualCardsIsSold() {
    NodeSays says =
        HardwareClaims.of(
            NodeHardware.newBuilder()
                .addCards(card(1, "Tesla T4", 16))
                .addCards(card(2, "NVIDIA H100 80GB HBM3", 80))
                .addCards(card(3, "NVIDIA H100 80GB HBM3", 80))
                .setTee(1)
                .setDriverVersion("570.1")
                .addEngines("podman/4.3.1")
                .build());
    assertThat(says.hardware()).isEqualTo(new Hardware("h100", 2, false, 80, 90, Tee.CPU));
    assertThat(says.uuids()).containsExactly("GPU-1", "GPU-2", "GPU-3");
    assertThat(says.driver()).isEqualTo("570.1");
    assertThat(says.engines()).isEqualTo(List.of("podman/4.3.1"));
  }

  @Test
  void ofEqualGroupsTheOneWithMoreMemoryIsSold() {
    NodeHardware told =
        NodeHardware.newBuilder()
            .addCards(card(1, "Tesla T4", 16))
            .addCards(card(2, "NVIDIA L4", 24))
            .build();
    assertThat(HardwareClaims.of(told).hardware().gpuModel()).isEqualTo("l4");
  }

  @Test
  void aNodeWithoutCardsSellsNoWholeOne() {
    Hardware none = HardwareClaims.of(NodeHardware.getDefaultInstance()).hardware();
    assertThat(none).isEqualTo(new Hardware("", 1, true, 0, 0, Tee.NONE));
  }

  @Test
  void whatIsOutOfBoundsIsRefused() {
    refused(NodeHardware.newBuilder().setTee(3).build());
    refused(NodeHardware.newBuilder().setTee(-1).build());
    refused(NodeHardware.newBuilder().setDriverVersion("5\n7").build());
    refused(NodeHardware.newBuilder().setDriverVersion("5".repeat(33)).build());
    refused(NodeHardware.newBuilder().addAllEngines(java.util.Collections.nCopies(9, "a")).build());
    refused(NodeHardware.newBuilder().addCards(card(1, "x".repeat(97), 1)).build());
    refused(NodeHardware.newBuilder().addCards(card(1, "x", -1)).build());
    NodeHardware.Builder many = NodeHardware.newBuilder();
    for (int i = 0; i <= Hardware.CARDS_MAX; i++) {
      many.addCards(card(i, "x", 1));
    }
    refused(many.build());
  }
}
