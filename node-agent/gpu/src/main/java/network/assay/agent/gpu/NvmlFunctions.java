package network.assay.agent.gpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The functions of libnvidia-ml.so.1 that the agent calls, bound through Java's foreign-function
 * interface.
 *
 * <p>Every function returns {@code nvmlReturn_t} (a C enum, 32 bits); {@code nvmlDevice_t} is an
 * opaque pointer. Names and signatures: NVIDIA, "NVML API Reference Guide", chapters
 * "Initialization and Cleanup" and "Device Queries". The {@code _v2} names are what the header's
 * macros expand to since driver 302; no driver that runs today's CUDA lacks them.
 */
final class NvmlFunctions {

  private static final FunctionDescriptor NOTHING = FunctionDescriptor.of(JAVA_INT);
  private static final FunctionDescriptor OUT = FunctionDescriptor.of(JAVA_INT, ADDRESS);
  private static final FunctionDescriptor TEXT = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
  private static final FunctionDescriptor DEVICE_OUT_OUT =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  private static final FunctionDescriptor INDEX_OUT =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS);
  private static final FunctionDescriptor DEVICE_OUT =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
  private static final FunctionDescriptor DEVICE_TEXT =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final FunctionDescriptor DEVICE_KIND_OUT =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);

  private final MethodHandle init;
  private final MethodHandle shutdown;
  private final MethodHandle deviceGetCount;
  private final MethodHandle deviceGetHandleByIndex;
  private final MethodHandle deviceGetUuid;
  private final MethodHandle deviceGetName;
  private final MethodHandle deviceGetMemoryInfo;
  private final MethodHandle deviceGetUtilizationRates;
  private final MethodHandle deviceGetPowerUsage;
  private final MethodHandle deviceGetTemperature;
  private final MethodHandle deviceGetTotalEnergyConsumption;
  private final Optional<MethodHandle> deviceGetCapability;
  private final Optional<MethodHandle> systemGetDriverVersion;
  private final Optional<MethodHandle> deviceGetAttestationReport;
  private final Optional<MethodHandle> deviceGetCertificate;

  /**
   * Binds all functions. Those of confidential computing are younger than the rest, and nothing
   * depends on version and capability: a library without them answers everything else.
   *
   * @throws NoSuchElementException when the library lacks one of them
   */
  NvmlFunctions(SymbolLookup library) {
    Binder binder = new Binder(library);
    init = binder.bind("nvmlInit_v2", NOTHING);
    shutdown = binder.bind("nvmlShutdown", NOTHING);
    deviceGetCount = binder.bind("nvmlDeviceGetCount_v2", OUT);
    deviceGetHandleByIndex = binder.bind("nvmlDeviceGetHandleByIndex_v2", INDEX_OUT);
    deviceGetUuid = binder.bind("nvmlDeviceGetUUID", DEVICE_TEXT);
    deviceGetName = binder.bind("nvmlDeviceGetName", DEVICE_TEXT);
    deviceGetMemoryInfo = binder.bind("nvmlDeviceGetMemoryInfo", DEVICE_OUT);
    deviceGetUtilizationRates = binder.bind("nvmlDeviceGetUtilizationRates", DEVICE_OUT);
    deviceGetPowerUsage = binder.bind("nvmlDeviceGetPowerUsage", DEVICE_OUT);
    deviceGetTemperature = binder.bind("nvmlDeviceGetTemperature", DEVICE_KIND_OUT);
    deviceGetTotalEnergyConsumption =
        binder.bind("nvmlDeviceGetTotalEnergyConsumption", DEVICE_OUT);
    deviceGetCapability = binder.bindIfThere("nvmlDeviceGetCudaComputeCapability", DEVICE_OUT_OUT);
    systemGetDriverVersion = binder.bindIfThere("nvmlSystemGetDriverVersion", TEXT);
    deviceGetAttestationReport =
        binder.bindIfThere("nvmlDeviceGetConfComputeGpuAttestationReport", DEVICE_OUT);
    deviceGetCertificate = binder.bindIfThere("nvmlDeviceGetConfComputeGpuCertificate", DEVICE_OUT);
  }

  int init() {
    return call(() -> (int) init.invokeExact());
  }

  int shutdown() {
    return call(() -> (int) shutdown.invokeExact());
  }

  /** Writes an {@code unsigned int}. */
  int deviceCount(MemorySegment out) {
    return call(() -> (int) deviceGetCount.invokeExact(out));
  }

  /** Writes an {@code nvmlDevice_t}. */
  int deviceHandle(int index, MemorySegment out) {
    return call(() -> (int) deviceGetHandleByIndex.invokeExact(index, out));
  }

  /** Writes a NUL-terminated ASCII string. */
  int deviceUuid(MemorySegment device, MemorySegment text) {
    return call(() -> (int) deviceGetUuid.invokeExact(device, text, (int) text.byteSize()));
  }

  /** Writes a NUL-terminated ASCII string. */
  int deviceName(MemorySegment device, MemorySegment text) {
    return call(() -> (int) deviceGetName.invokeExact(device, text, (int) text.byteSize()));
  }

  /**
   * Writes {@code nvmlMemory_t}: total, free, used, each an {@code unsigned long long} in bytes.
   */
  int memoryInfo(MemorySegment device, MemorySegment out) {
    return call(() -> (int) deviceGetMemoryInfo.invokeExact(device, out));
  }

  /** Writes {@code nvmlUtilization_t}: gpu, memory, each an {@code unsigned int} in percent. */
  int utilizationRates(MemorySegment device, MemorySegment out) {
    return call(() -> (int) deviceGetUtilizationRates.invokeExact(device, out));
  }

  /** Writes an {@code unsigned int} in milliwatts. */
  int powerUsage(MemorySegment device, MemorySegment out) {
    return call(() -> (int) deviceGetPowerUsage.invokeExact(device, out));
  }

  /**
   * Writes an {@code unsigned int} in degrees Celsius; sensor 0 is {@code NVML_TEMPERATURE_GPU}.
   */
  int temperature(MemorySegment device, int sensor, MemorySegment out) {
    return call(() -> (int) deviceGetTemperature.invokeExact(device, sensor, out));
  }

  /** Writes an {@code unsigned long long}: millijoules since the driver was loaded. */
  int totalEnergy(MemorySegment device, MemorySegment out) {
    return call(() -> (int) deviceGetTotalEnergyConsumption.invokeExact(device, out));
  }

  /** Writes major and minor, each an {@code int}. */
  int computeCapability(MemorySegment device, MemorySegment major, MemorySegment minor) {
    if (deviceGetCapability.isEmpty()) {
      return NvmlReturn.FUNCTION_NOT_FOUND;
    }
    MethodHandle handle = deviceGetCapability.get();
    return call(() -> (int) handle.invokeExact(device, major, minor));
  }

  /** Writes a NUL-terminated ASCII string. */
  int driverVersion(MemorySegment text) {
    if (systemGetDriverVersion.isEmpty()) {
      return NvmlReturn.FUNCTION_NOT_FOUND;
    }
    MethodHandle handle = systemGetDriverVersion.get();
    return call(() -> (int) handle.invokeExact(text, (int) text.byteSize()));
  }

  /** Reads the nonce from, and writes, an {@code nvmlConfComputeGpuAttestationReport_t}. */
  int attestationReport(MemorySegment device, MemorySegment inOut) {
    return optional(deviceGetAttestationReport, device, inOut);
  }

  /** Writes an {@code nvmlConfComputeGpuCertificate_t}. */
  int certificate(MemorySegment device, MemorySegment out) {
    return optional(deviceGetCertificate, device, out);
  }

  private static int optional(
      Optional<MethodHandle> function, MemorySegment device, MemorySegment out) {
    if (function.isEmpty()) {
      return NvmlReturn.FUNCTION_NOT_FOUND;
    }
    MethodHandle handle = function.get();
    return call(() -> (int) handle.invokeExact(device, out));
  }

  private interface NativeCall {
    int run() throws Throwable;
  }

  private static int call(NativeCall call) {
    try {
      return call.run();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native call cannot throw a checked exception", e);
    }
  }

  private record Binder(SymbolLookup library) {
    @SuppressWarnings("restricted") // as below
    Optional<MethodHandle> bindIfThere(String name, FunctionDescriptor descriptor) {
      return library
          .find(name)
          .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, descriptor));
    }

    @SuppressWarnings("restricted") // the descriptors above are NVML's own
    MethodHandle bind(String name, FunctionDescriptor descriptor) {
      MemorySegment symbol =
          library
              .find(name)
              .orElseThrow(
                  () -> new NoSuchElementException("the NVML library has no function " + name));
      return Linker.nativeLinker().downcallHandle(symbol, descriptor);
    }
  }
}
