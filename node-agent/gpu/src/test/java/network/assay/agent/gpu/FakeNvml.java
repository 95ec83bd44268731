package network.assay.agent.gpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A simulated driver: real native entry points (upcalls) with the signatures of NVIDIA's header,
 * written from the API reference and not from {@link NvmlFunctions}. It shows that arguments and
 * structs arrive where C has them, not what a card answers.
 */
@SuppressWarnings({
  "restricted",
  "UnusedMethod",
  "UnusedVariable"
}) // native entry points, found by name; C's signatures
final class FakeNvml implements SymbolLookup {
  private static final int NOT_SUPPORTED = 3;

  int initCode;
  int cards = 1;
  boolean energySupported = true;
  int powerMw = 71_234;
  int shutdowns;

  private final Map<String, MemorySegment> symbols = new HashMap<>();

  FakeNvml(Arena arena) {
    FunctionDescriptor none = FunctionDescriptor.of(JAVA_INT);
    FunctionDescriptor out = FunctionDescriptor.of(JAVA_INT, ADDRESS);
    FunctionDescriptor index = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS);
    FunctionDescriptor two = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
    FunctionDescriptor text = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    FunctionDescriptor sensor = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
    add(arena, "nvmlInit_v2", none, "init");
    add(arena, "nvmlShutdown", none, "shutdown");
    add(arena, "nvmlDeviceGetCount_v2", out, "count");
    add(arena, "nvmlDeviceGetHandleByIndex_v2", index, "handle");
    add(arena, "nvmlDeviceGetUUID", text, "uuid");
    add(arena, "nvmlDeviceGetName", text, "name");
    add(arena, "nvmlDeviceGetMemoryInfo", two, "memory");
    add(arena, "nvmlDeviceGetUtilizationRates", two, "utilization");
    add(arena, "nvmlDeviceGetPowerUsage", two, "power");
    add(arena, "nvmlDeviceGetTemperature", sensor, "temperature");
    add(arena, "nvmlDeviceGetTotalEnergyConsumption", two, "energy");
  }

  private void add(Arena arena, String symbol, FunctionDescriptor descriptor, String method) {
    try {
      MethodType type = descriptor.toMethodType();
      symbols.put(
          symbol,
          Linker.nativeLinker()
              .upcallStub(MethodHandles.lookup().bind(this, method, type), descriptor, arena));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  void remove(String symbol) {
    symbols.remove(symbol);
  }

  @Override
  public Optional<MemorySegment> find(String name) {
    return Optional.ofNullable(symbols.get(name));
  }

  int init() {
    return initCode;
  }

  int shutdown() {
    shutdowns++;
    return 0;
  }

  int count(MemorySegment out) {
    out.reinterpret(4).set(JAVA_INT, 0, cards);
    return 0;
  }

  int handle(int index, MemorySegment out) {
    out.reinterpret(8).set(ADDRESS, 0, MemorySegment.ofAddress(0x1000L + index));
    return 0;
  }

  int uuid(MemorySegment device, MemorySegment text, int length) {
    text.reinterpret(length).setString(0, "GPU-0000-" + (device.address() - 0x1000));
    return length < 96 ? 7 : 0;
  }

  int name(MemorySegment device, MemorySegment text, int length) {
    text.reinterpret(length).setString(0, "Simulated card " + (device.address() - 0x1000));
    return 0;
  }

  int memory(MemorySegment device, MemorySegment out) {
    MemorySegment info = out.reinterpret(24);
    info.set(JAVA_LONG, 0, 80L << 30);
    info.set(JAVA_LONG, 8, 77L << 30);
    info.set(JAVA_LONG, 16, 3L << 30);
    return 0;
  }

  int utilization(MemorySegment device, MemorySegment out) {
    MemorySegment rates = out.reinterpret(8);
    rates.set(JAVA_INT, 0, 87);
    rates.set(JAVA_INT, 4, 12);
    return 0;
  }

  int power(MemorySegment device, MemorySegment out) {
    out.reinterpret(4).set(JAVA_INT, 0, powerMw);
    return 0;
  }

  int temperature(MemorySegment device, int sensor, MemorySegment out) {
    out.reinterpret(4).set(JAVA_INT, 0, 61);
    return sensor == 0 ? 0 : NOT_SUPPORTED;
  }

  int energy(MemorySegment device, MemorySegment out) {
    if (!energySupported) {
      out.reinterpret(8).set(JAVA_BYTE, 0, (byte) 0);
      return NOT_SUPPORTED;
    }
    out.reinterpret(8).set(JAVA_LONG, 0, 123_456_789_012L);
    return 0;
  }
}
