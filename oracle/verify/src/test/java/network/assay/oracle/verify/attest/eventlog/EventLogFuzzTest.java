package network.assay.oracle.verify.attest.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.fixture.attest.LogForge;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun;
import network.assay.oracle.verify.fixture.fuzz.Mutator;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile logs. A register's value covers which digests were extended into it, and in which order.
 * It covers neither an event's type nor the text beside its digest, nor events that extend nothing,
 * nor how the events of different registers are mixed: a log is accepted with others of these, and
 * must never be accepted with another list of digests for any register.
 */
class EventLogFuzzTest {
  private static final long SEED = 0xeeL;
  private static final int SMALL = 64 << 10;

  /** A log, its registers and the digests that led to them. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Item(byte[] raw, String registers, String extended) {}

  @Test
  void sample() {
    run(10_000, 2_000);
  }

  @Test
  @Tag("deep")
  void deep() {
    run(1_000_000, 100_000);
  }

  @Test
  void everyBytePositionThatIsExtendedIsCovered() {
    Item item = item(forged());
    FuzzRun run = new FuzzRun("eventlog positions", AttestException.class);
    for (int at = 0; at < item.raw.length; at++) {
      byte[] changed = item.raw.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      run.mustNotAccept(changed, "byte " + at, raw -> falselyAccepts(item, raw));
    }
  }

  private void run(int structural, int covered) {
    List<Item> items = items();
    Mutator mutator = new Mutator(SEED, items.stream().map(Item::raw).toList());
    FuzzRun shapes = new FuzzRun("eventlog structural", AttestException.class);
    for (int i = 0; i < structural; i++) {
      Item item = items.get(i % items.size());
      byte[] mutated = mutator.structural(item.raw);
      shapes.mustNotAccept(
          mutated, "seed " + SEED + " item " + i, raw -> falselyAccepts(item, raw));
    }
    FuzzRun values = new FuzzRun("eventlog extended digests", AttestException.class);
    for (int i = 0; i < covered; i++) {
      Item item = items.get(i % items.size());
      int[] digest = digestAt(item.raw, i);
      byte[] mutated = mutator.corrupt(item.raw, digest[0], digest[1]);
      values.mustNotAccept(
          mutated, "seed " + SEED + " covered " + i, raw -> sameRegisters(item, raw));
    }
    System.out.println(shapes.summary() + "\n" + values.summary());
    assertThat(shapes.refusedMicros()).as("malformed refused in less than 1 ms").isLessThan(1000);
  }

  private static boolean sameRegisters(Item item, byte[] raw) {
    EventLog log = EventLog.read(raw);
    return log.algorithms().contains(bank(item.raw))
        && registers(log, bank(item.raw)).equals(item.registers);
  }

  private static boolean falselyAccepts(Item item, byte[] raw) {
    EventLog log = EventLog.read(raw);
    HashAlgorithm bank = bank(item.raw);
    return log.algorithms().contains(bank)
        && registers(log, bank).equals(item.registers)
        && !extended(log, bank).equals(item.extended);
  }

  /** Where the digest of some extended event's last bank stands. */
  private static int[] digestAt(byte[] raw, int pick) {
    EventLog log = EventLog.read(raw);
    HashAlgorithm bank = bank(raw);
    List<LogEvent> events = log.events().stream().filter(LogEvent::extended).toList();
    byte[] digest = events.get(Math.floorMod(pick * 31, events.size())).digests().get(bank);
    String haystack = new String(raw, StandardCharsets.ISO_8859_1);
    int at = haystack.indexOf(new String(digest, StandardCharsets.ISO_8859_1), 8);
    return new int[] {at, at + digest.length};
  }

  private static Item item(byte[] raw) {
    EventLog log = EventLog.read(raw);
    return new Item(raw, registers(log, bank(raw)), extended(log, bank(raw)));
  }

  private static HashAlgorithm bank(byte[] raw) {
    EventLog log = EventLog.read(raw);
    return log.algorithms().contains(HashAlgorithm.SHA256)
        ? HashAlgorithm.SHA256
        : log.algorithms().iterator().next();
  }

  private static String registers(EventLog log, HashAlgorithm bank) {
    Map<Integer, String> shown = new TreeMap<>();
    Replay.registers(log, bank, false).forEach((i, value) -> shown.put(i, Hashes.hex(value)));
    return shown.toString();
  }

  private static String extended(EventLog log, HashAlgorithm bank) {
    Map<Long, StringBuilder> shown = new TreeMap<>();
    for (LogEvent event : log.events()) {
      if (event.extended()) {
        shown
            .computeIfAbsent(event.index(), i -> new StringBuilder())
            .append(Hashes.hex(event.digests().get(bank)));
      }
    }
    return shown.toString();
  }

  private static List<Item> items() {
    List<Item> found = new ArrayList<>();
    found.add(item(forged()));
    Vectors.find()
        .ifPresent(vectors ->
            vectors.rows("eventlog").stream()
                .map(row -> vectors.bytes(row.file()))
                .filter(raw -> raw.length < SMALL && EventLog.looksLike(raw))
                .forEach(raw -> found.add(item(raw))));
    return found;
  }

  private static byte[] forged() {
    byte[] text = "kernel_cmdline: root".getBytes(StandardCharsets.US_ASCII);
    return new LogForge(true)
        .event(0, 8, text)
        .event(0, 4, new byte[4])
        .event(8, 0xd, text)
        .bytes();
  }
}
