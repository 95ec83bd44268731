package network.assay.oracle.verify.attest.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.json.StrictJson;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Every event-log row of the manifest, with the quote and the other project's reading of it. */
class EventLogVectorsTest {
  private static final String QUOTE = "eventlog/google+go-tdx-guest/ccel__cos-113-tdx-quote.dat";

  private final EventLogVerifier verifier = new EventLogVerifier(List.of());

  @TestFactory
  Stream<DynamicTest> everyRowIsAsTheManifestSays() {
    Optional<Vectors> found = Vectors.find();
    assumeTrue(found.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    Vectors vectors = found.get();
    return vectors.rows("eventlog").stream()
        .map(row -> dynamicTest(row.file() + " " + row.expected(), () -> judge(vectors, row)));
  }

  private void judge(Vectors vectors, Vectors.Row row) {
    byte[] raw = vectors.bytes(row.file());
    assertThat(Hashes.sha256Hex(raw)).isEqualTo(row.sha256());
    if (row.file().endsWith("_out.json")) {
      otherReading(vectors, row);
    } else if (row.file().equals(QUOTE)) {
      assertThat(TdxRegisters.of(raw).rtmrs()).hasSize(4);
    } else if (row.file().endsWith("nonce.dat")) {
      assertThat(TdxRegisters.of(vectors.bytes(QUOTE)).reportData()).isEqualTo(raw);
    } else if (CcelTable.looksLike(raw)) {
      assertThat(CcelTable.read(raw).ccType()).isEqualTo(2);
    } else {
      log(vectors, row, raw);
    }
  }

  private void log(Vectors vectors, Vectors.Row row, byte[] raw) {
    assertThat(verifier.detect(raw)).contains(Family.EVENTLOG);
    Appraisal alone = appraise(raw, List.of());
    assertThat(alone.reason()).as("a log alone proves nothing").isEqualTo("MISSING");
    assertThat(alone.facts().measurements()).isNotEmpty();
    if (row.expected().startsWith("parse")) {
      return;
    }
    Appraisal quoted = appraise(raw, List.of(vectors.bytes(QUOTE)));
    boolean good = row.expected().startsWith("replays");
    for (int rtmr = 0; rtmr <= 2; rtmr++) {
      boolean holds = good || rtmr == 2;
      assertThat(quoted.claim("eventlog.rtmr" + rtmr).orElseThrow().outcome())
          .isEqualTo(holds ? Claim.Outcome.HOLDS : Claim.Outcome.FAILS);
    }
    assertThat(quoted.reason()).isEqualTo(good ? "MISSING" : "EVENTLOG_RTMR0");
  }

  /** Same events, types, digests and data; and a digest that they recompute, so do we. */
  private static void otherReading(Vectors vectors, Vectors.Row row) {
    byte[] raw = vectors.bytes(row.file().replace("_out.json", ""));
    EventLog log = EventLog.read(raw);
    JsonNode events =
        StrictJson.parse(vectors.bytes(row.file()), 4 << 20, "OUT").get("uefi_event_logs");
    assertThat(log.events()).hasSize(events.size());
    for (int i = 0; i < events.size(); i++) {
      JsonNode theirs = events.get(i);
      LogEvent ours = log.events().get(i);
      HashAlgorithm bank = log.algorithms().iterator().next();
      assertThat(ours.index()).isEqualTo(theirs.get("index").longValue());
      assertThat(ours.typeName()).isEqualTo(theirs.get("type_name").stringValue());
      assertThat(ours.data())
          .isEqualTo(Base64.getDecoder().decode(theirs.get("event").stringValue()));
      JsonNode digest = theirs.get("digests").get(0);
      assertThat(bank.title()).isEqualTo(digest.get("alg").stringValue());
      assertThat(Hashes.hex(ours.digests().get(bank)))
          .isEqualTo(digest.get("digest").stringValue());
      if (theirs.get("digest_matches_event").booleanValue()) {
        assertThat(MeasuredData.matches(ours, bank)).as(ours.typeName() + " " + i).isTrue();
      }
    }
  }

  private Appraisal appraise(byte[] raw, List<byte[]> beside) {
    return verifier.appraise(
        new Evidence(Family.EVENTLOG, raw, beside),
        Collateral.none(),
        TrustAnchors.production(),
        Expectations.none(),
        Policy.production(),
        Instant.parse("2025-03-01T00:00:00Z"));
  }
}
