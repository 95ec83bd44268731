package network.assay.oracle.verify.attest.eventlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.wire.ByteReader;

/**
 * A log as it was handed in. Nothing in it is believed: the digests are replayed and compared with
 * registers that hardware signed.
 *
 * @param algorithms digests that every event carries
 * @param events in their order
 * @param startupLocality what PCR0 began with, from a StartupLocality event
 * @param legacy the older format: SHA-1 alone, without a header
 * @param usedBytes length without padding
 */
public record EventLog(
    Set<HashAlgorithm> algorithms,
    List<LogEvent> events,
    Optional<Integer> startupLocality,
    boolean legacy,
    int usedBytes) {
  /** Real logs have up to 120 events; IMA-like extensions some more. */
  static final int EVENTS_MAX = 16_384;

  private static final int ALGORITHMS_MAX = 5;
  private static final int INDEX_MAX = 23;
  private static final byte[] HEADER = "Spec ID Event03\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOCALITY = "StartupLocality\0".getBytes(StandardCharsets.US_ASCII);

  /** Whether bytes begin like a log of either format. */
  public static boolean looksLike(byte[] raw) {
    if (raw.length < 32 + HEADER.length) {
      return false;
    }
    boolean agile = Arrays.equals(raw, 32, 32 + HEADER.length, HEADER, 0, HEADER.length);
    return agile || looksLegacy(raw);
  }

  /** "Spec ID Event00" of conventional and "Spec ID Event02" of EFI firmware with a TPM 1.2. */
  private static boolean startsOldSpecification(byte[] raw) {
    int digit = 14;
    boolean same = Arrays.equals(raw, 32, 32 + digit, HEADER, 0, digit) && raw[32 + digit + 1] == 0;
    return same && (raw[32 + digit] == '0' || raw[32 + digit] == '2');
  }

  /** EV_S_CRTM_VERSION, EV_S_CRTM_CONTENTS or EV_POST_CODE into PCR0 is how a SHA-1 log begins. */
  private static boolean looksLegacy(byte[] raw) {
    ByteReader in = new ByteReader(raw, "event");
    long index = in.u32le();
    long type = in.u32le();
    in.skip(20);
    long size = in.u32le();
    boolean named = type == LogEvent.NO_ACTION && startsOldSpecification(raw);
    boolean first = type == 1 || type == 7 || type == 8 || named;
    return index == 0 && first && size > 0 && size <= raw.length - 32;
  }

  /**
   * Reads a log, padded or not.
   *
   * @throws AttestException if an entry does not fit, has a list of digests that is not the
   *     header's, or something follows that is neither an entry nor padding
   */
  public static EventLog read(byte[] raw) {
    if (!looksLike(raw)) {
      throw new AttestException("EVENTLOG_HEADER", "bytes without a log's header", "a TCG log");
    }
    ByteReader in = new ByteReader(raw, "event log");
    boolean legacy = !Arrays.equals(raw, 32, 48, HEADER, 0, HEADER.length);
    Map<Integer, HashAlgorithm> algorithms =
        legacy ? Map.of(HashAlgorithm.SHA1.id(), HashAlgorithm.SHA1) : header(in);
    List<LogEvent> events = new ArrayList<>();
    int padding = paddingFrom(raw);
    while (in.remaining() > 0 && in.position() < padding) {
      if (events.size() >= EVENTS_MAX) {
        throw new AttestException("EVENTLOG_COUNT", "more than " + EVENTS_MAX, "at most that");
      }
      events.add(legacy ? legacyEvent(in) : event(in, algorithms));
    }
    Set<HashAlgorithm> named = EnumSet.copyOf(algorithms.values());
    return new EventLog(named, List.copyOf(events), locality(events), legacy, in.position());
  }

  /** The Spec ID event: SHA-1 shaped, and lists the algorithms of all that follow. */
  private static Map<Integer, HashAlgorithm> header(ByteReader in) {
    long index = in.u32le();
    long type = in.u32le();
    in.skip(20);
    ByteReader spec = in.window(in.u32le(), "Spec ID event");
    spec.skip(16 + 4 + 1 + 1 + 1 + 1);
    long count = spec.u32le();
    if (type != LogEvent.NO_ACTION || index > INDEX_MAX || count < 1 || count > ALGORITHMS_MAX) {
      throw new AttestException(
          "EVENTLOG_HEADER", "type " + type + ", " + count + " algorithms", "a Spec ID event");
    }
    Map<Integer, HashAlgorithm> algorithms = new java.util.LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      int id = spec.u16le();
      int size = spec.u16le();
      HashAlgorithm algorithm = algorithm(id);
      if (size != algorithm.bytes() || algorithms.put(id, algorithm) != null) {
        throw new AttestException(
            "EVENTLOG_HEADER", algorithm.title() + " of " + size + " bytes", "each once, its size");
      }
    }
    spec.skip(spec.u8());
    spec.end();
    return algorithms;
  }

  private static HashAlgorithm algorithm(int id) {
    return HashAlgorithm.of(id)
        .orElseThrow(() ->
            new AttestException("EVENTLOG_ALGORITHM", "algorithm " + id, "SHA-1, SHA-2 or SM3"));
  }

  private static LogEvent event(ByteReader in, Map<Integer, HashAlgorithm> algorithms) {
    long index = in.u32le();
    long type = in.u32le();
    long count = in.u32le();
    bound(index, type);
    if (count != algorithms.size()) {
      throw new AttestException(
          "EVENTLOG_DIGESTS", count + " digests", "the header's " + algorithms.size());
    }
    Map<HashAlgorithm, byte[]> digests = new EnumMap<>(HashAlgorithm.class);
    for (int i = 0; i < count; i++) {
      HashAlgorithm algorithm = algorithms.get(in.u16le());
      if (algorithm == null || digests.put(algorithm, in.bytes(algorithm.bytes())) != null) {
        throw new AttestException(
            "EVENTLOG_DIGESTS", "a digest twice or of another algorithm", "the header's list");
      }
    }
    return new LogEvent(index, type, digests, in.bytes(in.u32le()));
  }

  private static LogEvent legacyEvent(ByteReader in) {
    long index = in.u32le();
    long type = in.u32le();
    bound(index, type);
    Map<HashAlgorithm, byte[]> digests = Map.of(HashAlgorithm.SHA1, in.bytes(20));
    return new LogEvent(index, type, digests, in.bytes(in.u32le()));
  }

  private static void bound(long index, long type) {
    // TD shims and Linux write EV_NO_ACTION with any index; nothing is extended by it.
    if (index > INDEX_MAX && type != LogEvent.NO_ACTION) {
      throw new AttestException("EVENTLOG_INDEX", "register " + index, "0 to " + INDEX_MAX);
    }
  }

  /**
   * Where the memory behind the last entry begins: only zeros, or only ones, are left from there.
   * Worked out once, from the end: asked anew at every entry, a log of zeros would cost its square.
   */
  private static int paddingFrom(byte[] raw) {
    byte fill = raw[raw.length - 1];
    if (fill != 0 && fill != (byte) 0xff) {
      return raw.length;
    }
    int at = raw.length;
    while (at > 0 && raw[at - 1] == fill) {
      at--;
    }
    return at;
  }

  private static Optional<Integer> locality(List<LogEvent> events) {
    for (LogEvent event : events) {
      byte[] data = event.data();
      boolean locality =
          event.type() == LogEvent.NO_ACTION
              && event.index() == 0
              && data.length == LOCALITY.length + 1
              && Arrays.equals(data, 0, LOCALITY.length, LOCALITY, 0, LOCALITY.length);
      if (locality) {
        return Optional.of(data[LOCALITY.length] & 0xff);
      }
    }
    return Optional.empty();
  }
}
