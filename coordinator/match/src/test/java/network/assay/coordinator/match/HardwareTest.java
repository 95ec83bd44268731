package network.assay.coordinator.match;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardwareTest {
  /** Names as NVML gives them, and as people write them. */
  @ParameterizedTest
  @CsvSource({
    "NVIDIA H100 80GB HBM3, h100",
    "NVIDIA H100 PCIe, h100",
    "NVIDIA H100 NVL, h100",
    "H100, h100",
    "NVIDIA H200, h200",
    "NVIDIA GH200 480GB, gh200",
    "NVIDIA A100-SXM4-80GB, a100",
    "NVIDIA A100 80GB PCIe, a100",
    "Tesla T4, t4",
    "Tesla V100-SXM2-16GB, v100",
    "NVIDIA L40S, l40s",
    "NVIDIA GeForce RTX 4090, rtx-4090",
    "NVIDIA GeForce RTX 4090 Laptop GPU, rtx-4090",
    "rtx-4090, rtx-4090",
    "NVIDIA RTX A6000, rtx-a6000",
    "NVIDIA RTX 6000 Ada Generation, rtx-6000-ada",
    "AMD Instinct MI300X OAM, mi300x-oam",
  })
  void aDriversNameAndAPersonsNameAreOneFamily(String name, String family) {
    assertThat(Hardware.family(name)).isEqualTo(family);
    assertThat(Hardware.family(family)).isEqualTo(family);
  }

  @Test
  void aHostileNameIsBoundedAndPlain() {
    assertThat(Hardware.family("x- ".repeat(100)))
        .hasSizeLessThanOrEqualTo(Hardware.MODEL_CHARS_MAX);
    assertThat(Hardware.family("\u0000<b>..\n")).isEqualTo("b");
    assertThat(Hardware.family("NVIDIA GPU")).isEmpty();
    assertThat(new Hardware(Hardware.family("y-".repeat(100)), 1, true, 0, 0, Tee.NONE))
        .isNotNull();
  }
}
