package network.assay.oracle.verify.attest.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.snp.SnpVerifier;
import network.assay.oracle.verify.attest.tpm.TpmVerifier;
import network.assay.oracle.verify.fixture.attest.LogForge;
import network.assay.oracle.verify.fixture.attest.TpmForge;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logs that lie, break off or do not belong to the registers beside them. */
class EventLogForgedTest {
  private static final byte[] DATA = "measured".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FOUR = new byte[4];

  private final TpmVerifier tpm = new TpmVerifier(List.of(new SnpVerifier()));
  private final EventLogVerifier verifier = new EventLogVerifier(List.of(tpm));

  @Test
  void registersAreTheHashesOfWhatWasExtended() {
    EventLog log = EventLog.read(cc().event(1, 0xa, DATA).event(1, 4, FOUR).bytes());
    byte[] first = Hashes.sha384(new byte[48], Hashes.sha384(DATA));
    byte[] second = Hashes.sha384(first, Hashes.sha384(FOUR));
    assertThat(Replay.registers(log, HashAlgorithm.SHA384, true)).containsOnlyKeys(1);
    assertThat(Replay.registers(log, HashAlgorithm.SHA384, true).get(1)).isEqualTo(second);
  }

  @Test
  void noActionIsNotExtendedAndStartupLocalityIsPcrZerosFirstValue() {
    byte[] locality = Arrays.copyOf("StartupLocality\0".getBytes(StandardCharsets.US_ASCII), 17);
    locality[16] = 3;
    EventLog log = EventLog.read(agile().event(0, 3, locality).event(0, 8, DATA).bytes());
    byte[] start = new byte[32];
    start[31] = 3;
    assertThat(Replay.registers(log, HashAlgorithm.SHA256, false).get(0))
        .isEqualTo(Hashes.sha256(start, Hashes.sha256(DATA)));
    assertThat(Replay.registers(log, HashAlgorithm.SHA384, true).get(0))
        .isEqualTo(Hashes.sha384(new byte[48], Hashes.sha384(DATA)));
  }

  @Test
  void paddingOfEitherKindEndsTheLog() {
    LogForge log = cc().event(1, 0xa, DATA);
    for (int fill : new int[] {0, 0xff}) {
      assertThat(EventLog.read(log.padded(fill, 4096)).events()).hasSize(1);
    }
    byte[] dirty = log.padded(0xff, 4096);
    dirty[dirty.length - 1] = 7;
    refused(dirty, "EVENTLOG");
  }

  @Test
  void logsOfATpm12AreReadAndReplayedInSha1() {
    byte[] text = "Spec ID Event02\0rest".getBytes(StandardCharsets.US_ASCII);
    byte[] log =
        LogForge.sha1(new int[] {0, 0, 4}, new int[] {3, 8, 4}, new byte[][] {text, DATA, FOUR});
    EventLog read = EventLog.read(log);
    assertThat(read.legacy()).isTrue();
    byte[] want = HashAlgorithm.SHA1.digest(new byte[20], HashAlgorithm.SHA1.digest(DATA));
    assertThat(Replay.registers(read, HashAlgorithm.SHA1, false).get(0)).isEqualTo(want);
    assertThat(Replay.registers(read, HashAlgorithm.SHA1, false)).containsOnlyKeys(0, 4);
  }

  /** Entries of zeros are entries of the older format: looking for padding at each must not pay. */
  @Test
  @Timeout(5)
  void aLogOfZerosCostsNoMoreThanItsLength() {
    byte[] start = LogForge.sha1(new int[] {0}, new int[] {8}, new byte[][] {DATA});
    byte[] log = Arrays.copyOf(start, 4 << 20);
    log[log.length - 1] = 1;
    refused(log, "EVENTLOG_COUNT");
  }

  @Test
  void aLogThatBreaksOffIsRefused() {
    byte[] whole = cc().event(1, 0xa, DATA).bytes();
    for (int cut = 1; cut < 40; cut++) {
      refused(Arrays.copyOf(whole, whole.length - cut), "TRUNCATED");
    }
  }

  @Test
  void listsOfDigestsThatAreNotTheHeadersAreRefused() {
    refused(cc().rawEvent(1, 0xa, 2, 0x0c, 48).bytes(), "EVENTLOG_DIGESTS");
    refused(cc().rawEvent(1, 0xa, 0, 0x0c, 48).bytes(), "EVENTLOG_DIGESTS");
    refused(cc().rawEvent(1, 0xa, 1, 0x0b, 32).bytes(), "EVENTLOG_DIGESTS");
    refused(agile().rawEvent(1, 0xa, 2, 0x0c, 48).bytes(), "EVENTLOG_DIGESTS");
    refused(agile().rawEvent(1, 0xa, 1, 0x0c, 48).bytes(), "EVENTLOG_DIGESTS");
    refused(cc().rawEvent(24, 0xa, 1, 0x0c, 48).bytes(), "EVENTLOG_INDEX");
  }

  @Test
  void headersThatCannotBeAreRefused() {
    byte[] log = cc().event(1, 0xa, DATA).bytes();
    byte[] algorithm = log.clone();
    algorithm[60] = 0x77;
    refused(algorithm, "EVENTLOG_ALGORITHM");
    byte[] size = log.clone();
    size[62] = 32;
    refused(size, "EVENTLOG_HEADER");
    byte[] count = log.clone();
    count[56] = 0;
    refused(count, "EVENTLOG_HEADER");
    refused(new byte[100], "EVENTLOG_HEADER");
  }

  /**
   * A second separator closes a register twice: what came between would look like the firmware's.
   */
  @Test
  void duplicateSeparatorsOfATpmAreRefused() {
    byte[] log = agile().event(0, 4, FOUR).event(0, 4, FOUR).bytes();
    Appraisal found = appraise(log, List.of(), Policy.production());
    assertThat(found.reason()).isEqualTo("LOG_SEPARATORS");
  }

  @Test
  void aLogAloneIsAStory() {
    Appraisal found = appraise(agile().event(0, 8, DATA).bytes(), List.of(), Policy.production());
    assertThat(found.reason()).isEqualTo("MISSING");
    assertThat(appraise(agile().bytes(), List.of(), Policy.production()).reason())
        .isEqualTo("LOG_EVENTS");
  }

  @Test
  void aLogIsAcceptedBesideTheQuoteOfItsRegisters() {
    byte[] log = agile().event(0, 8, DATA).event(1, 4, FOUR).bytes();
    assertThat(beside(log, log).reason()).isEqualTo("OK");
  }

  @Test
  void aLogOfOtherRegistersIsRefused() {
    byte[] quoted = agile().event(0, 8, DATA).event(1, 4, FOUR).bytes();
    byte[] shorter = agile().event(0, 8, DATA).event(1, 4, DATA).bytes();
    assertThat(beside(shorter, quoted).reason()).isEqualTo("EVENTLOG_PCR1");
    byte[] other = agile().event(0, 8, FOUR).event(1, 4, FOUR).bytes();
    assertThat(beside(other, quoted).reason()).isEqualTo("EVENTLOG_PCR0");
  }

  @Test
  void measurementsOfTheReplayAreCompared() {
    byte[] log = agile().event(0, 8, DATA).bytes();
    String value = Hashes.hex(Hashes.sha256(new byte[32], Hashes.sha256(DATA)));
    assertThat(measured(log, "pcr0", value).claim("measurement.pcr0").orElseThrow().outcome())
        .isEqualTo(Claim.Outcome.HOLDS);
    assertThat(measured(log, "pcr0").reason()).isEqualTo("MEASUREMENT_PCR0");
    assertThat(measured(log, "pcr1", value).reason()).isEqualTo("MEASUREMENT_PCR1");
  }

  @Test
  void tablesWithAWrongSumOrWithoutTheirLogProveNothing() {
    byte[] table = table();
    assertThat(appraise(table, List.of(), Policy.production()).reason()).isEqualTo("MISSING");
    byte[] log = cc().event(1, 0xa, DATA).bytes();
    assertThat(appraise(table, List.of(log), Policy.production()).reason()).isEqualTo("MISSING");
    table[40] ^= 1;
    assertThatThrownBy(() -> appraise(table, List.of(), Policy.production()))
        .isInstanceOf(AttestException.class)
        .hasMessageContaining("CCEL_TABLE");
  }

  @Test
  void dataIsBelievedOnlyWhereItsDigestCanBeRecomputed() {
    EventLog log = EventLog.read(cc().event(1, 0xd, DATA).rawEvent(1, 0xd, 1, 0x0c, 48).bytes());
    assertThat(MeasuredData.matches(log.events().get(0), HashAlgorithm.SHA384)).isTrue();
    assertThat(MeasuredData.matches(log.events().get(1), HashAlgorithm.SHA384)).isFalse();
    assertThat(MeasuredData.matches(log.events().get(0), HashAlgorithm.SHA256)).isFalse();
  }

  private static byte[] table() {
    byte[] table = new byte[56];
    System.arraycopy("CCEL".getBytes(StandardCharsets.US_ASCII), 0, table, 0, 4);
    table[4] = 56;
    table[36] = 2;
    int sum = 0;
    for (byte b : table) {
      sum += b;
    }
    table[9] = (byte) -sum;
    return table;
  }

  private Appraisal beside(byte[] log, byte[] quoted) {
    TpmForge forge = new TpmForge();
    Replay.registers(EventLog.read(quoted), HashAlgorithm.SHA256, false)
        .forEach((index, value) -> forge.pcrs().set(index, value));
    List<byte[]> attachments = new java.util.ArrayList<>(forge.certificates());
    attachments.add(forge.json());
    return verifier.appraise(
        new Evidence(Family.EVENTLOG, log, attachments),
        Collateral.none(),
        forge.anchors(),
        Expectations.none(),
        Policy.production(),
        TestAuthority.NOW);
  }

  private Appraisal measured(byte[] log, String name, String... values) {
    return appraise(
        log,
        List.of(),
        new Policy(
            Map.of(
                Family.EVENTLOG,
                new Policy.Rules(Map.of(name, Set.of(values)), Set.of(), 0, false))));
  }

  private Appraisal appraise(byte[] raw, List<byte[]> beside, Policy policy) {
    return verifier.appraise(
        new Evidence(Family.EVENTLOG, raw, beside),
        Collateral.none(),
        TrustAnchors.production(),
        Expectations.none(),
        policy,
        TestAuthority.NOW);
  }

  private static void refused(byte[] raw, String reason) {
    assertThatThrownBy(() -> EventLog.read(raw))
        .isInstanceOf(AttestException.class)
        .satisfies(thrown ->
            assertThat(thrown.getMessage())
                .matches("(?s)(" + reason + "|TRUNCATED|EVENTLOG_INDEX).*"));
  }

  private static LogForge cc() {
    return new LogForge(false);
  }

  private static LogForge agile() {
    return new LogForge(true);
  }
}
