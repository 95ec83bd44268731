package network.assay.contracts.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * One reading of host and devices. A reading that could not be had is {@link #UNKNOWN_U32} or
 * {@link #UNKNOWN_U64}, never 0.
 *
 * @param monotonicNs of the agent's boot-local clock
 * @param wallMs Unix milliseconds by the host's clock (which is trusted for nothing)
 * @param cpuPermille of all cores
 * @param processCpuMs CPU time that the work has used
 */
public record TelemetrySample(
    long monotonicNs,
    long wallMs,
    long cpuPermille,
    long memUsedKiB,
    long processCpuMs,
    List<Gpu> gpus) {
  public static final long UNKNOWN_U32 = 0xffffffffL;
  public static final long UNKNOWN_U64 = -1L;
  public static final int GPUS_MAX = 16;

  /** One card's readings; {@code uuidHash} is the hash of the driver's UUID. */
  public record Gpu(
      Bytes32 uuidHash,
      long utilPermille,
      long powerMw,
      long memUsedKiB,
      long tempMilliC,
      long energyMj) {}

  public TelemetrySample {
    if (gpus.size() > GPUS_MAX) {
      throw new ProtocolException("OUT_OF_RANGE", "at most " + GPUS_MAX + " cards", gpus.size());
    }
    gpus = List.copyOf(gpus);
  }

  public byte[] encode() {
    Bytes out =
        Bytes.start()
            .u64(monotonicNs)
            .u64(wallMs)
            .u32(cpuPermille)
            .u64(memUsedKiB)
            .u64(processCpuMs);
    out.u8(gpus.size());
    for (Gpu gpu : gpus) {
      out.raw(gpu.uuidHash()).u32(gpu.utilPermille()).u32(gpu.powerMw());
      out.u64(gpu.memUsedKiB()).u32(gpu.tempMilliC()).u64(gpu.energyMj());
    }
    return out.toArray();
  }

  public static byte[] encodeAll(List<TelemetrySample> samples) {
    Bytes out = Bytes.start();
    samples.forEach(sample -> out.raw(sample.encode()));
    return out.toArray();
  }

  /** Reads exactly {@code count} samples. */
  public static List<TelemetrySample> decodeAll(byte[] bytes, long count) {
    ByteReader in = new ByteReader(bytes);
    if (count > bytes.length / 33) {
      throw new ProtocolException("TRUNCATED", count + " samples", bytes.length + " bytes");
    }
    List<TelemetrySample> out = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      out.add(decode(in));
    }
    in.end();
    return out;
  }

  private static TelemetrySample decode(ByteReader in) {
    long monotonicNs = in.u64();
    long wallMs = in.u64();
    long cpuPermille = in.u32();
    long memUsedKiB = in.u64();
    long processCpuMs = in.u64();
    int count = in.u8();
    if (count > GPUS_MAX) {
      throw new ProtocolException("OUT_OF_RANGE", "at most " + GPUS_MAX + " cards", count);
    }
    List<Gpu> gpus = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      gpus.add(new Gpu(in.bytes32(), in.u32(), in.u32(), in.u64(), in.u32(), in.u64()));
    }
    return new TelemetrySample(monotonicNs, wallMs, cpuPermille, memUsedKiB, processCpuMs, gpus);
  }

  /** Root over the samples, one leaf a sample. */
  public static Bytes32 root(List<TelemetrySample> samples) {
    return Merkle.root(samples.stream().map(sample -> Merkle.leaf(sample.encode())).toList());
  }
}
