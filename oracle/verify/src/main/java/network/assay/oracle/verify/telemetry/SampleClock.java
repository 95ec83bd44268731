package network.assay.oracle.verify.telemetry;

import java.util.HashMap;
import java.util.Map;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.TelemetrySample;
import network.assay.oracle.verify.Finding;

/**
 * Follows samples in order: clocks and counters that only ever grow, and readings that a real
 * device can have. All 64-bit values are unsigned; an unknown reading says nothing and is held
 * against nobody.
 */
final class SampleClock {

  private static final int PERMILLE_MAX = 1_000;

  /** Zero before the first batch, which then starts the clock like any new boot. */
  private Bytes32 bootId = Bytes32.ZERO;

  private long wallMs;
  private long monotonicNs;
  private long processCpuMs;
  private final Map<Bytes32, Long> energyMj = new HashMap<>();

  /** A new boot starts its monotonic clock and counters again; the wall clock goes on. */
  void boot(Bytes32 id) {
    if (!id.equals(bootId)) {
      bootId = id;
      monotonicNs = 0;
      processCpuMs = 0;
      energyMj.clear();
    }
  }

  /** Judges the next sample. */
  Finding tick(TelemetrySample sample) {
    if (Long.compareUnsigned(sample.wallMs(), wallMs) < 0) {
      return backwards("wallMs", sample.wallMs(), wallMs);
    }
    if (Long.compareUnsigned(sample.monotonicNs(), monotonicNs) < 0) {
      return backwards("monotonicNs", sample.monotonicNs(), monotonicNs);
    }
    wallMs = sample.wallMs();
    monotonicNs = sample.monotonicNs();
    if (isKnown64(sample.processCpuMs())) {
      if (Long.compareUnsigned(sample.processCpuMs(), processCpuMs) < 0) {
        return backwards("processCpuMs", sample.processCpuMs(), processCpuMs);
      }
      processCpuMs = sample.processCpuMs();
    }
    if (isOver(sample.cpuPermille())) {
      return impossible("cpuPermille", sample.cpuPermille());
    }
    for (TelemetrySample.Gpu gpu : sample.gpus()) {
      Finding finding = tick(gpu);
      if (!finding.holds()) {
        return finding;
      }
    }
    return Finding.accepted("in order");
  }

  private Finding tick(TelemetrySample.Gpu gpu) {
    if (isOver(gpu.utilPermille())) {
      return impossible("utilPermille", gpu.utilPermille());
    }
    if (isKnown64(gpu.energyMj())) {
      Long before = energyMj.put(gpu.uuidHash(), gpu.energyMj());
      if (before != null && Long.compareUnsigned(gpu.energyMj(), before) < 0) {
        return backwards("energyMj", gpu.energyMj(), before);
      }
    }
    return Finding.accepted("in order");
  }

  private static boolean isKnown64(long reading) {
    return reading != TelemetrySample.UNKNOWN_U64;
  }

  private static boolean isOver(long permille) {
    return permille != TelemetrySample.UNKNOWN_U32 && permille > PERMILLE_MAX;
  }

  private static Finding backwards(String what, long got, long before) {
    return Finding.rejected(
        "RAN_BACKWARDS",
        what + " " + Long.toUnsignedString(got),
        "at least " + Long.toUnsignedString(before));
  }

  private static Finding impossible(String what, long got) {
    return Finding.rejected(
        "IMPOSSIBLE_READING", what + " " + got, "at most " + PERMILLE_MAX + ", or unknown");
  }
}
