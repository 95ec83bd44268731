package network.assay.agent.gpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static network.assay.contracts.protocol.TelemetrySample.UNKNOWN_U32;
import static network.assay.contracts.protocol.TelemetrySample.UNKNOWN_U64;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import network.assay.agent.execute.DeviceReports;
import network.assay.agent.execute.Gpu;
import network.assay.agent.execute.PortException;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.TelemetrySample;

/**
 * NVIDIA cards through NVML.
 *
 * <p>The library belongs to the driver, so it is loaded by its soname and never shipped. No
 * library, no driver and no card are three ways of saying "no GPU here", with the reason kept for
 * {@code status}; none of them stops the agent. A query that a card does not answer becomes {@link
 * TelemetrySample#UNKNOWN_U32} or {@link TelemetrySample#UNKNOWN_U64}, never 0: a card that draws
 * no power and a card that does not say are different things.
 *
 * <p>Assumptions on the library: it is thread-safe (NVML API Reference, "Known issues"/"thread
 * safe"); a hung driver may block a read: breaks liveness of telemetry only.
 */
public final class Nvml implements Gpu, DeviceReports, AutoCloseable {

  private static final String LIBRARY = "libnvidia-ml.so.1";
  private static final int CARDS_MAX = TelemetrySample.GPUS_MAX;
  // NVML_DEVICE_UUID_V2_BUFFER_SIZE and NVML_DEVICE_NAME_V2_BUFFER_SIZE, both 96.
  private static final int TEXT_BYTES = 96;
  private static final int TEMPERATURE_GPU = 0;

  /** Beyond any card to come: a driver that says more is not believed. */
  private static final int CAPABILITY_MAX = 999;

  private record Card(MemorySegment handle, String uuid, String name) {
    Bytes32 uuidHash() {
      return Keccak.hashUtf8(uuid);
    }
  }

  private final NvmlFunctions nvml;
  private final List<Card> cards;
  private boolean closed;

  private Nvml(NvmlFunctions nvml, List<Card> cards) {
    this.nvml = nvml;
    this.cards = cards;
  }

  /**
   * The cards of this machine, or a {@link NoGpu} that says why there are none. Never throws for a
   * missing library.
   */
  public static Gpu open() {
    return open(LIBRARY);
  }

  @SuppressWarnings("restricted") // loading the driver's library is what this class is for
  static Gpu open(String library) {
    SymbolLookup lookup;
    try {
      lookup = SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException e) {
      return new NoGpu(library + " is not on this machine");
    }
    return open(lookup);
  }

  static Gpu open(SymbolLookup lookup) {
    NvmlFunctions functions;
    try {
      functions = new NvmlFunctions(lookup);
    } catch (NoSuchElementException e) {
      return new NoGpu(String.valueOf(e.getMessage()));
    }
    int code = functions.init();
    if (code != NvmlReturn.SUCCESS) {
      return new NoGpu("nvmlInit_v2: " + NvmlReturn.describe(code));
    }
    List<Card> cards = enumerate(functions);
    if (cards.isEmpty()) {
      int ignored = functions.shutdown();
      return new NoGpu("the NVIDIA driver reports no card");
    }
    return new Nvml(functions, cards);
  }

  private static List<Card> enumerate(NvmlFunctions nvml) {
    List<Card> cards = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      if (nvml.deviceCount(count) != NvmlReturn.SUCCESS) {
        return List.of();
      }
      int devices = (int) Math.min(Integer.toUnsignedLong(count.get(JAVA_INT, 0)), CARDS_MAX);
      for (int index = 0; index < devices; index++) {
        MemorySegment handle = arena.allocate(ADDRESS);
        if (nvml.deviceHandle(index, handle) == NvmlReturn.SUCCESS) {
          MemorySegment device = handle.get(ADDRESS, 0);
          cards.add(card(nvml, device, arena));
        }
      }
    }
    return List.copyOf(cards);
  }

  private static Card card(NvmlFunctions nvml, MemorySegment device, Arena arena) {
    MemorySegment uuid = arena.allocate(TEXT_BYTES);
    MemorySegment name = arena.allocate(TEXT_BYTES);
    String uuidText = nvml.deviceUuid(device, uuid) == NvmlReturn.SUCCESS ? text(uuid) : "";
    String nameText = nvml.deviceName(device, name) == NvmlReturn.SUCCESS ? text(name) : "";
    return new Card(device, uuidText, nameText);
  }

  private static String text(MemorySegment segment) {
    int length = 0;
    while (length < TEXT_BYTES && segment.get(JAVA_BYTE, length) != 0) {
      length++;
    }
    return new String(segment.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.US_ASCII);
  }

  @Override
  public String describe() {
    return cards.size()
        + " NVIDIA card(s): "
        + String.join(", ", cards.stream().map(Card::name).toList());
  }

  @Override
  public synchronized List<TelemetrySample.Gpu> read() {
    if (closed) {
      return List.of();
    }
    try (Arena arena = Arena.ofConfined()) {
      return cards.stream().map(card -> reading(card, arena)).toList();
    }
  }

  @Override
  public synchronized List<Gpu.Card> cards() {
    if (closed) {
      return List.of();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(24, 8);
      return cards.stream().map(card -> described(card, out)).toList();
    }
  }

  /** nvmlMemory_t begins with the total. */
  private Gpu.Card described(Card card, MemorySegment out) {
    boolean told = ok(nvml.memoryInfo(card.handle(), out));
    long bytes = told ? out.get(JAVA_LONG, 0) : UNKNOWN_U64;
    return new Gpu.Card(card.uuid(), card.name(), bytes, capability(card, out));
  }

  private int capability(Card card, MemorySegment out) {
    MemorySegment minor = out.asSlice(8);
    if (!ok(nvml.computeCapability(card.handle(), out, minor))) {
      return 0;
    }
    int value = out.get(JAVA_INT, 0) * 10 + Math.min(9, minor.get(JAVA_INT, 0));
    return Math.clamp(value, 0, CAPABILITY_MAX);
  }

  @Override
  public synchronized String driverVersion() {
    if (closed) {
      return "";
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment version = arena.allocate(TEXT_BYTES);
      return ok(nvml.driverVersion(version)) ? text(version) : "";
    }
  }

  @Override
  public synchronized List<Report> reports(Bytes32 nonce) throws PortException {
    if (closed) {
      throw new PortException("the NVIDIA driver's library has been closed");
    }
    if (cards.size() > DeviceReports.DEVICES_MAX) {
      throw new PortException(
          "want at most " + DeviceReports.DEVICES_MAX + " cards to attest, got " + cards.size());
    }
    List<Report> all = new ArrayList<>();
    for (Card card : cards) {
      all.add(NvmlReports.ask(nvml, card.handle(), card.uuid(), nonce));
    }
    return List.copyOf(all);
  }

  private TelemetrySample.Gpu reading(Card card, Arena arena) {
    MemorySegment out = arena.allocate(24, 8);
    MemorySegment device = card.handle();
    long util =
        ok(nvml.utilizationRates(device, out)) ? scaled(out.get(JAVA_INT, 0), 10) : UNKNOWN_U32;
    long power = ok(nvml.powerUsage(device, out)) ? scaled(out.get(JAVA_INT, 0), 1) : UNKNOWN_U32;
    // nvmlMemory_t: total at 0, free at 8, used at 16.
    long memoryKiB = ok(nvml.memoryInfo(device, out)) ? out.get(JAVA_LONG, 16) >>> 10 : UNKNOWN_U64;
    long temperature =
        ok(nvml.temperature(device, TEMPERATURE_GPU, out))
            ? scaled(out.get(JAVA_INT, 0), 1000)
            : UNKNOWN_U32;
    long energy = ok(nvml.totalEnergy(device, out)) ? out.get(JAVA_LONG, 0) : UNKNOWN_U64;
    return new TelemetrySample.Gpu(card.uuidHash(), util, power, memoryKiB, temperature, energy);
  }

  private static boolean ok(int code) {
    return code == NvmlReturn.SUCCESS;
  }

  /**
   * An unsigned reading in finer units; one that would not fit, or is a driver's all-ones, stays
   * unknown.
   */
  private static long scaled(int reading, int factor) {
    long value = Integer.toUnsignedLong(reading) * factor;
    return Math.min(value, UNKNOWN_U32);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      int ignored = nvml.shutdown();
    }
  }
}
