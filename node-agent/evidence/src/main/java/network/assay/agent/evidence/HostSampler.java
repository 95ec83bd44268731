package network.assay.agent.evidence;

import java.util.List;
import network.assay.agent.execute.Clock;
import network.assay.agent.execute.Gpu;
import network.assay.contracts.protocol.TelemetrySample;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/**
 * Reads host and cards once per call. A reading that the system does not give is all ones, never 0.
 * Not thread-safe: the load is measured from one call to the next.
 */
public final class HostSampler implements Sampler {
  private final Clock clock;
  private final Gpu gpu;
  private final CentralProcessor processor;
  private final GlobalMemory memory;
  private final OperatingSystem system;
  private long[] ticksBefore;

  public HostSampler(Clock clock, Gpu gpu) {
    SystemInfo info = new SystemInfo();
    this.clock = clock;
    this.gpu = gpu;
    this.processor = info.getHardware().getProcessor();
    this.memory = info.getHardware().getMemory();
    this.system = info.getOperatingSystem();
    this.ticksBefore = processor.getSystemCpuLoadTicks();
  }

  @Override
  public TelemetrySample sample() {
    List<TelemetrySample.Gpu> cards = gpu.read();
    int kept = Math.min(cards.size(), TelemetrySample.GPUS_MAX);
    return new TelemetrySample(
        clock.monotonicNs(),
        clock.wallMs(),
        cpuPermille(),
        memoryKiB(),
        processCpuMs(),
        cards.subList(0, kept));
  }

  private long cpuPermille() {
    double load = processor.getSystemCpuLoadBetweenTicks(ticksBefore);
    ticksBefore = processor.getSystemCpuLoadTicks();
    return load >= 0 && load <= 1 ? Math.round(load * 1000) : TelemetrySample.UNKNOWN_U32;
  }

  private long memoryKiB() {
    long used = memory.getTotal() - memory.getAvailable();
    return used > 0 ? used >> 10 : TelemetrySample.UNKNOWN_U64;
  }

  private long processCpuMs() {
    OSProcess self = system.getProcess(system.getProcessId());
    return self == null ? TelemetrySample.UNKNOWN_U64 : self.getKernelTime() + self.getUserTime();
  }
}
