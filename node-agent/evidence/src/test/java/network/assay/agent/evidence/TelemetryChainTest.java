package network.assay.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import network.assay.agent.execute.DeviceSigner;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.EvidenceBundle.SignedBatch;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.TelemetrySample;
import org.junit.jupiter.api.Test;

class TelemetryChainTest {
  private static final long JOB = 77;
  private static final Bytes32 NONCE = Keccak.hashUtf8("section 11");

  private final Secp256k1.PrivateKey key =
      Secp256k1.PrivateKey.of(Keccak.hashUtf8("a key that is only for tests").toArray());
  private final Eip712Domain market =
      Eip712Domain.assay(31337, Address.fromHex("0x" + "11".repeat(20)));
  private final MemoryJournal journal = new MemoryJournal();
  private final DeviceSigner signer = new DeviceSigner(key, market, journal);

  private TelemetryChain chain(String boot) {
    return new TelemetryChain(signer, journal, JOB, Keccak.hashUtf8(boot), NONCE);
  }

  private static TelemetrySample sample(long monotonicNs, long wallMs) {
    return new TelemetrySample(monotonicNs, wallMs, 100, 2_000, 30, List.of());
  }

  private static SignedBatch close(TelemetryChain chain, long... wallMs) {
    List<TelemetrySample> samples = new ArrayList<>();
    for (long wall : wallMs) {
      samples.add(chain.forward(sample(wall * 1_000_000, wall)));
    }
    return chain.close(samples);
  }

  /**
   * The rules of docs/PROTOCOL.md §5, written down a second time; the reason of the first break, or
   * "ok".
   */
  private String judge(List<SignedBatch> batches) {
    Bytes32 previous = Bytes32.ZERO;
    long wallMs = 0;
    for (int seq = 0; seq < batches.size(); seq++) {
      TelemetryBatch batch = batches.get(seq).batch();
      if (batch.seq() != seq
          || !batch.prevHash().equals(previous)
          || !batch.oracleNonce().equals(NONCE)) {
        return "broken at " + seq;
      }
      List<TelemetrySample> samples =
          TelemetrySample.decodeAll(batches.get(seq).samples(), batch.count());
      if (!TelemetrySample.root(samples).equals(batch.samplesRoot())
          || samples.getLast().wallMs() != batch.wallMs()) {
        return "samples of " + seq;
      }
      if (batch.wallMs() < wallMs) {
        return "backwards at " + seq;
      }
      wallMs = batch.wallMs();
      previous = batch.digest(market);
      if (Secp256k1.recover(previous, batches.get(seq).signature())
          .filter(key.address()::equals)
          .isEmpty()) {
        return "signature of " + seq;
      }
    }
    return "ok";
  }

  @Test
  void batchesAreChainedSignedAndContiguous() {
    TelemetryChain chain = chain("boot");
    assertThat(judge(List.of(close(chain, 1, 2), close(chain, 3), close(chain, 4, 5, 6))))
        .isEqualTo("ok");
  }

  @Test
  void aChangedSampleIsDetected() {
    TelemetryChain chain = chain("boot");
    SignedBatch batch = close(chain, 1, 2);
    byte[] changed = batch.samples().clone();
    changed[20] ^= 1;
    assertThat(judge(List.of(new SignedBatch(batch.batch(), batch.signature(), changed))))
        .isEqualTo("samples of 0");
  }

  @Test
  void aDroppedBatchIsDetected() {
    TelemetryChain chain = chain("boot");
    SignedBatch first = close(chain, 1);
    SignedBatch _ = close(chain, 2);
    assertThat(judge(List.of(first, close(chain, 3)))).isEqualTo("broken at 1");
  }

  @Test
  void aRestartGoesOnWithTheChainUnderANewBoot() {
    SignedBatch before = close(chain("first boot"), 100);
    TelemetryChain restarted = chain("second boot");
    TelemetrySample later = restarted.forward(sample(5, 101));
    SignedBatch after = restarted.close(List.of(later));
    assertThat(judge(List.of(before, after))).isEqualTo("ok");
    assertThat(after.batch().monotonicNs()).as("a new boot's clock starts again").isEqualTo(5);
  }

  @Test
  void aHostClockSetBackNeverRunsBackwardsInTheChain() {
    SignedBatch before = close(chain("first boot"), 1_000);
    SignedBatch after = close(chain("second boot"), 400);
    assertThat(after.batch().wallMs()).isEqualTo(1_000);
    assertThat(judge(List.of(before, after))).isEqualTo("ok");
  }

  @Test
  void aCrashAtAnyWriteLeavesOneBatchASequenceNumber() {
    for (int crash = 0; crash < 4; crash++) {
      MemoryJournal disk = new MemoryJournal();
      DeviceSigner device = new DeviceSigner(key, market, disk);
      AtomicInteger writes = new AtomicInteger();
      int at = crash;
      disk.beforeWrite =
          () -> {
            if (writes.getAndIncrement() == at) {
              throw new IllegalStateException("simulated crash");
            }
          };
      TelemetryChain first = new TelemetryChain(device, disk, JOB, Keccak.hashUtf8("first"), NONCE);
      assertThatThrownBy(
              () -> {
                close(first, 1);
                close(first, 2);
              })
          .hasMessage("simulated crash");
      TelemetryChain second =
          new TelemetryChain(device, disk, JOB, Keccak.hashUtf8("second"), NONCE);
      close(second, 3);
      List<SignedBatch> all =
          disk.batches(JOB).stream().map(stored -> TelemetryChain.signed(device, stored)).toList();
      assertThat(judge(all)).as("crash at write %d", crash).isEqualTo("ok");
    }
  }
}
