package network.assay.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Gpu;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.EvidenceBundle.SignedBatch;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.TelemetrySample;
import org.junit.jupiter.api.Test;

class TelemetryRecorderTest {
  private static final Gpu CARD =
      new Gpu() {
        @Override
        public List<TelemetrySample.Gpu> read() {
          return List.of(
              new TelemetrySample.Gpu(
                  Keccak.hashUtf8("GPU-1"),
                  500,
                  TelemetrySample.UNKNOWN_U32,
                  1_024,
                  50_000,
                  TelemetrySample.UNKNOWN_U64));
        }

        @Override
        public String describe() {
          return "a card made up for this test";
        }
      };

  private final MemoryJournal journal = new MemoryJournal();
  private final DeviceSigner signer =
      new DeviceSigner(
          Secp256k1.PrivateKey.of(Keccak.hashUtf8("a key that is only for tests").toArray()),
          Eip712Domain.assay(31337, Address.fromHex("0x" + "11".repeat(20))),
          journal);
  private final TelemetryChain chain =
      new TelemetryChain(signer, journal, 5, Keccak.hashUtf8("boot"), Bytes32.ZERO);
  private final List<SignedBatch> live = Collections.synchronizedList(new ArrayList<>());

  @Test
  void thisHostIsSampledWithItsCards() {
    TelemetrySample sample = new HostSampler(new SystemClock(), CARD).sample();
    assertThat(sample.memUsedKiB()).isNotZero();
    assertThat(sample.processCpuMs()).isNotZero();
    assertThat(sample.cpuPermille() <= 1000 || sample.cpuPermille() == TelemetrySample.UNKNOWN_U32)
        .isTrue();
    assertThat(sample.gpus()).containsExactlyElementsOf(CARD.read());
  }

  @Test
  void theShortestJobStillHasAFirstAndALastSample() {
    TelemetryRecorder recorder =
        TelemetryRecorder.start(
            chain,
            new HostSampler(new SystemClock(), CARD),
            new TelemetryPlan(60_000, 60_000),
            live::add);
    recorder.close();
    recorder.close();
    assertThat(live).hasSize(1);
    assertThat(live.getFirst().batch().count()).isEqualTo(2);
  }

  @Test
  void batchesAreHandedOnWhileTheWorkRuns() throws InterruptedException {
    try (TelemetryRecorder _ =
        TelemetryRecorder.start(
            chain,
            new HostSampler(new SystemClock(), CARD),
            new TelemetryPlan(20, 60),
            live::add)) {
      for (int waited = 0; live.size() < 2 && waited < 500; waited++) {
        Thread.sleep(20);
      }
      assertThat(live).hasSizeGreaterThanOrEqualTo(2);
    }
    assertThat(live.stream().map(b -> b.batch().seq())).isSorted().doesNotHaveDuplicates();
    assertThat(journal.batches(5)).hasSameSizeAs(live);
  }

  @Test
  void aSamplerThatFailsCostsTheSampleOnly() {
    AtomicInteger calls = new AtomicInteger();
    Sampler flaky =
        () -> {
          if (calls.getAndIncrement() == 0) {
            throw new IllegalStateException("the sensor went away");
          }
          return new TelemetrySample(1, 1, 1, 1, 1, List.of());
        };
    TelemetryRecorder.start(chain, flaky, new TelemetryPlan(60_000, 60_000), live::add).close();
    assertThat(live).hasSize(1);
    assertThat(live.getFirst().batch().count()).isEqualTo(1);
  }

  @Test
  void aLongJobIsSampledThinlyEnoughForTheBundle() {
    TelemetryPlan day = new TelemetryPlan(1_000, 60_000).fitted(86_400, 8);
    long samples = 86_400_000 / day.sampleMs();
    assertThat(samples * (37 + 8 * 60)).isLessThanOrEqualTo(TelemetryPlan.SAMPLE_BYTES_MAX);
    assertThat(86_400_000 / day.batchMs()).isLessThanOrEqualTo(TelemetryPlan.BATCHES_MAX);
    assertThat(new TelemetryPlan(1_000, 5_000).fitted(120, 0))
        .isEqualTo(new TelemetryPlan(1_000, 5_000));
    assertThatThrownBy(() -> new TelemetryPlan(1_000, 10))
        .hasMessageContaining("want 1 ≤ sampleMs ≤ batchMs");
  }
}
