package network.assay.contracts.service;

import static org.assertj.core.api.Assertions.assertThat;

import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.HealthReading.Level;
import org.junit.jupiter.api.Test;

class HealthTest {
  @Test
  void nothingKnownIsDown() {
    assertThat(new Health().report().level()).isEqualTo(Level.DOWN);
  }

  @Test
  void theWorstComponentCounts() {
    Health health = new Health().add("a", () -> HealthReading.up("fine"));
    assertThat(health.report().isUp()).isTrue();
    health.add("b", () -> HealthReading.degraded("slow"));
    assertThat(health.report().level()).isEqualTo(Level.DEGRADED);
    health.add("c", () -> HealthReading.down("dead"));
    assertThat(health.report().level()).isEqualTo(Level.DOWN);
    assertThat(health.report().components())
        .extracting(Health.Component::reason)
        .containsExactly("fine", "slow", "dead");
  }

  @Test
  void aReadingThatThrowsIsDown() {
    Health health =
        new Health()
            .add(
                "a",
                () -> {
                  throw new IllegalStateException("no handle");
                });
    assertThat(health.report().level()).isEqualTo(Level.DOWN);
    assertThat(health.report().components().getFirst().reason())
        .isEqualTo("the reading failed: no handle");
  }
}
