package network.assay.oracle.verify.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.TelemetrySample;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.fixture.Parties;
import network.assay.oracle.verify.fixture.Scenario;
import network.assay.oracle.verify.fixture.Structs;
import network.assay.oracle.verify.fixture.TelemetryScript;
import org.junit.jupiter.api.Test;

class TelemetryCheckTest {

  private final Scenario scenario = new Scenario();
  private final TelemetryScript script = scenario.telemetry;

  private TelemetryCheck.Result judge(List<EvidenceBundle.SignedBatch> elsewhere) {
    Scenario.Built built = scenario.build();
    return TelemetryCheck.judge(
        built.bundle(), built.job(), Parties.COMMITTEE, Parties.DOMAINS, elsewhere);
  }

  private void assertVoid(String reason) {
    assertVoid(judge(List.of()), reason);
  }

  private static void assertVoid(TelemetryCheck.Result result, String reason) {
    assertThat(result.digest()).isEqualTo(EvidenceLeaf.TELEMETRY_VOID);
    assertThat(result.finding())
        .isInstanceOfSatisfying(
            Finding.Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
  }

  private void assertMissing() {
    TelemetryCheck.Result result = judge(List.of());
    assertThat(result.digest()).isEqualTo(EvidenceLeaf.TELEMETRY_VOID);
    assertThat(result.finding()).isInstanceOf(Finding.Inconclusive.class);
  }

  @Test
  void fewerNoncesThanFPlusOneAreTooFew() {
    script.nonceCount = 1;
    assertMissing();
  }

  @Test
  void noncesFromBeforeAcceptDoNotCount() {
    script.issuedAt = TelemetryScript.ACCEPTED_AT - 1;
    assertMissing();
  }

  @Test
  void noncesOfStrangersDoNotCount() {
    script.nonceKeys = List.of(Parties.ORACLES.getFirst(), Parties.STRANGER);
    assertMissing();
  }

  @Test
  void noncesThatTheirOracleDidNotSignDoNotCount() {
    scenario.bundle =
        honest -> {
          EvidenceBundle.SignedNonce first = honest.nonces().getFirst();
          EvidenceBundle.SignedNonce second = honest.nonces().getLast();
          return withTelemetry(
              honest,
              honest.telemetry(),
              List.of(
                  first,
                  new EvidenceBundle.SignedNonce(
                      second.oracle(), Bytes32.ZERO, second.issuedAt(), second.signature())));
        };
    assertMissing();
  }

  private static EvidenceBundle withTelemetry(
      EvidenceBundle honest,
      List<EvidenceBundle.SignedBatch> batches,
      List<EvidenceBundle.SignedNonce> nonces) {
    return new EvidenceBundle(
        honest.spec(),
        honest.order(),
        honest.offer(),
        honest.accept(),
        honest.acceptSignature(),
        honest.workCommit(),
        honest.workCommitSignature(),
        honest.input(),
        honest.ciphertext(),
        batches,
        nonces,
        honest.attestationFamily(),
        honest.attestation());
  }

  @Test
  void noBatchIsNoTelemetry() {
    script.batchCount = 0;
    assertMissing();
  }

  private void everyBatch(String member, Object value) {
    script.batch = batch -> TelemetryBatch.fromWords(Structs.with(batch, member, value));
  }

  private void secondBatch(UnaryOperator<TelemetryBatch> change) {
    script.batch = batch -> batch.seq() == 1 ? change.apply(batch) : batch;
  }

  @Test
  void anotherSchemaIsVoid() {
    everyBatch("schemaVersion", 2);
    assertVoid("WRONG_SCHEMA");
  }

  @Test
  void telemetryOfAnotherJobIsVoid() {
    everyBatch("jobId", 5L);
    assertVoid("WRONG_SUBJECT");
  }

  @Test
  void telemetryOfAnotherDeviceIsVoid() {
    everyBatch("device", Parties.STRANGER.address());
    assertVoid("WRONG_SUBJECT");
  }

  @Test
  void aGapInTheNumbersIsVoid() {
    secondBatch(batch -> TelemetryBatch.fromWords(Structs.with(batch, "seq", 2L)));
    assertVoid("WRONG_SEQ");
  }

  @Test
  void aBrokenChainIsVoid() {
    secondBatch(batch -> TelemetryBatch.fromWords(Structs.with(batch, "prevHash", Bytes32.ZERO)));
    assertVoid("BROKEN_CHAIN");
  }

  @Test
  void anotherNonceIsVoid() {
    everyBatch("oracleNonce", Bytes32.ZERO);
    assertVoid("WRONG_NONCE");
  }

  @Test
  void anEmptyBatchIsVoid() {
    everyBatch("count", 0L);
    assertVoid("NO_SAMPLES");
  }

  @Test
  void samplesThatDoNotFitTheCountAreVoid() {
    everyBatch("count", 3L);
    assertVoid("TRUNCATED");
    everyBatch("count", 0xffffffffL);
    assertVoid("TRUNCATED");
  }

  @Test
  void samplesOfAnotherRootAreVoid() {
    everyBatch("samplesRoot", Bytes32.ZERO);
    assertVoid("WRONG_SAMPLES_ROOT");
  }

  @Test
  void aBatchTimeThatIsNotItsLastSamplesIsVoid() {
    everyBatch("wallMs", 17L);
    assertVoid("WRONG_BATCH_TIME");
    everyBatch("monotonicNs", 17L);
    assertVoid("WRONG_BATCH_TIME");
  }

  @Test
  void aBatchThatTheDeviceDidNotSignIsVoid() {
    script.key = Parties.STRANGER;
    assertVoid("BATCH_NOT_SIGNED");
  }

  private void fourthSample(UnaryOperator<TelemetrySample> change) {
    script.sample = (number, sample) -> number == 3 ? change.apply(sample) : sample;
  }

  @Test
  void aWallClockThatRunsBackwardsIsVoid() {
    fourthSample(s ->
        new TelemetrySample(
            s.monotonicNs(), 1_000, s.cpuPermille(), s.memUsedKiB(), s.processCpuMs(), s.gpus()));
    assertVoid("RAN_BACKWARDS");
  }

  @Test
  void aMonotonicClockThatRunsBackwardsIsVoid() {
    fourthSample(s ->
        new TelemetrySample(
            1, s.wallMs(), s.cpuPermille(), s.memUsedKiB(), s.processCpuMs(), s.gpus()));
    assertVoid("RAN_BACKWARDS");
  }

  @Test
  void aCpuCounterThatRunsBackwardsIsVoid() {
    fourthSample(s ->
        new TelemetrySample(
            s.monotonicNs(), s.wallMs(), s.cpuPermille(), s.memUsedKiB(), 0, s.gpus()));
    assertVoid("RAN_BACKWARDS");
  }

  @Test
  void anEnergyCounterThatRunsBackwardsIsVoid() {
    fourthSample(s -> withGpu(s, 500, 17));
    assertVoid("RAN_BACKWARDS");
  }

  @Test
  void readingsThatNoDeviceHasAreVoid() {
    fourthSample(s ->
        new TelemetrySample(
            s.monotonicNs(), s.wallMs(), 1_001, s.memUsedKiB(), s.processCpuMs(), s.gpus()));
    assertVoid("IMPOSSIBLE_READING");
    fourthSample(s -> withGpu(s, 1_001, TelemetrySample.UNKNOWN_U64));
    assertVoid("IMPOSSIBLE_READING");
  }

  private static TelemetrySample withGpu(TelemetrySample s, long utilPermille, long energyMj) {
    TelemetrySample.Gpu gpu = s.gpus().getFirst();
    return new TelemetrySample(
        s.monotonicNs(),
        s.wallMs(),
        s.cpuPermille(),
        s.memUsedKiB(),
        s.processCpuMs(),
        List.of(
            new TelemetrySample.Gpu(
                gpu.uuidHash(),
                utilPermille,
                gpu.powerMw(),
                gpu.memUsedKiB(),
                gpu.tempMilliC(),
                energyMj)));
  }

  @Test
  void twoBatchesAtOneNumberAreVoid() {
    Scenario other = new Scenario();
    other.telemetry.sample =
        (number, sample) -> withGpu(sample, 1, sample.gpus().getFirst().energyMj());
    assertVoid(judge(other.build().bundle().telemetry().subList(0, 1)), "TWO_BATCHES_AT_ONE_SEQ");
  }

  @Test
  void aConflictThatTheDeviceDidNotSignIsNone() {
    Scenario forged = new Scenario();
    forged.telemetry.sample =
        (number, sample) -> withGpu(sample, 1, sample.gpus().getFirst().energyMj());
    forged.telemetry.key = Parties.STRANGER;
    assertValid(judge(forged.build().bundle().telemetry()));
  }

  @Test
  void theSameBatchHeardTwiceIsNoConflict() {
    assertValid(judge(scenario.build().bundle().telemetry()));
  }

  private static void assertValid(TelemetryCheck.Result result) {
    assertThat(result.finding()).isInstanceOf(Finding.Accepted.class);
    assertThat(result.digest()).isNotEqualTo(EvidenceLeaf.TELEMETRY_VOID);
  }

  @Test
  void unknownReadingsAreHeldAgainstNobody() {
    fourthSample(s -> {
      TelemetrySample unknown =
          new TelemetrySample(
              s.monotonicNs(),
              s.wallMs(),
              TelemetrySample.UNKNOWN_U32,
              TelemetrySample.UNKNOWN_U64,
              TelemetrySample.UNKNOWN_U64,
              s.gpus());
      return withGpu(unknown, TelemetrySample.UNKNOWN_U32, TelemetrySample.UNKNOWN_U64);
    });
    assertValid(judge(List.of()));
  }

  @Test
  void aRestartMayStartTheMonotonicClockAgain() {
    script.sample =
        (number, s) ->
            number < 2
                ? s
                : new TelemetrySample(
                    number,
                    s.wallMs(),
                    s.cpuPermille(),
                    s.memUsedKiB(),
                    number,
                    withGpu(s, 1, number).gpus());
    script.batch =
        batch ->
            batch.seq() == 0
                ? batch
                : TelemetryBatch.fromWords(
                    Structs.with(batch, "bootId", Keccak.hashUtf8("second boot")));
    assertValid(judge(List.of()));
  }

  @Test
  void anHonestChainGivesTheDigestOfItsLastBatch() {
    Scenario.Built built = scenario.build();
    TelemetryCheck.Result result = judge(List.of());
    assertValid(result);
    assertThat(result.digest())
        .isEqualTo(built.bundle().telemetry().getLast().batch().digest(Parties.DOMAINS.market()));
    assertThat(Secp256k1.recover(result.digest(), built.bundle().telemetry().getLast().signature()))
        .contains(Parties.DEVICE.address());
  }
}
