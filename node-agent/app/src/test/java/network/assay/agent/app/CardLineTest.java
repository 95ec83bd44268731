package network.assay.agent.app;

import static network.assay.contracts.protocol.TelemetrySample.UNKNOWN_U32;
import static network.assay.contracts.protocol.TelemetrySample.UNKNOWN_U64;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import network.assay.agent.execute.Gpu;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.TelemetrySample;
import org.junit.jupiter.api.Test;

class CardLineTest {

  private static TelemetrySample.Gpu reading(long utilPermille, long powerMw, long tempMilliC) {
    return new TelemetrySample.Gpu(
        Keccak.hashUtf8("GPU-1"), utilPermille, powerMw, UNKNOWN_U64, tempMilliC, UNKNOWN_U64);
  }

  private static Gpu gpu(List<Gpu.Card> cards, List<TelemetrySample.Gpu> readings) {
    return new Gpu() {
      @Override
      public List<TelemetrySample.Gpu> read() {
        return readings;
      }

      @Override
      public List<Gpu.Card> cards() {
        return cards;
      }

      @Override
      public String describe() {
        return "a test's cards";
      }
    };
  }

  @Test
  void aCardIsShownWithItsMemoryItsCdiNameAndItsHealth() {
    Gpu gpu =
        gpu(
            List.of(
                new Gpu.Card("GPU-1", "H200", 1L << 37),
                new Gpu.Card("GPU-2", "H200", UNKNOWN_U64)),
            List.of(reading(0, 70_000, 41_500)));
    List<CardLine> lines =
        CardLine.of(
            gpu, new TreeSet<>(List.of("nvidia.com/gpu=0", "nvidia.com/gpu=GPU-1", "x/y=1")));
    assertThat(lines.getFirst().memoryBytes()).contains(1L << 37);
    assertThat(lines.getFirst().cdi()).contains("nvidia.com/gpu=GPU-1");
    assertThat(lines.getFirst().health()).isEqualTo("ok, 41 °C");
    assertThat(lines.getLast().memoryBytes()).isEmpty();
    assertThat(lines.getLast().cdi()).isEmpty();
    assertThat(lines.getLast().health()).startsWith("gone");
  }

  @Test
  void unknownIsNeverHealthy() {
    assertThat(CardLine.health(reading(UNKNOWN_U32, UNKNOWN_U32, UNKNOWN_U32)))
        .startsWith("silent");
    assertThat(CardLine.health(reading(10, 10, UNKNOWN_U32))).isEqualTo("ok, temperature unknown");
    assertThat(CardLine.health(reading(10, 10, 96_000))).isEqualTo("hot: 96 °C");
  }
}
