package network.assay.oracle.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.oracle.verify.fixture.Parties;
import network.assay.oracle.verify.fixture.Scenario;
import network.assay.oracle.verify.fixture.Structs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BundleIntakeTest {

  private final Scenario scenario = new Scenario();

  private static BundleIntake.Result intake(byte[] bytes, ChainJob job) {
    return BundleIntake.forAck(bytes, job, Parties.DOMAINS.market());
  }

  private void assertRefused(Check check, String reason) {
    Scenario.Built built = scenario.build();
    assertRefused(intake(built.bytes(), built.job()), check, reason);
  }

  private static void assertRefused(BundleIntake.Result result, Check check, String reason) {
    assertThat(result.accepted()).isNull();
    assertThat(result.refusal()).isPresent();
    Checked refusal = result.refusal().orElseThrow();
    assertThat(refusal.check()).isEqualTo(check);
    assertThat(refusal.finding())
        .isInstanceOfSatisfying(
            Finding.Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
  }

  private void onChain(JobState state, Bytes32 orderHash, Bytes32 offerHash, Address device) {
    scenario.onChain =
        job ->
            new ChainJob(
                job.jobId(),
                state,
                orderHash,
                offerHash,
                device,
                BigInteger.ONE,
                job.epoch(),
                job.acceptedAt());
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"RUNNING", "COMMITTED"})
  void refusesAJobThatWaitsForNoReport(JobState state) {
    Scenario.Built built = scenario.build();
    ChainJob job = built.job();
    onChain(state, job.orderHash(), job.offerHash(), job.device());
    assertRefused(Check.JOB_STATE, "WRONG_STATE");
  }

  @Test
  void refusesBytesThatAreNoBundle() {
    ChainJob job = scenario.build().job();
    assertRefused(
        intake("ASY2 something".getBytes(StandardCharsets.UTF_8), job),
        Check.BUNDLE,
        "WRONG_MAGIC");
  }

  @Test
  void refusesABundleCutShortOrContinued() {
    Scenario.Built built = scenario.build();
    byte[] bytes = built.bytes();
    assertRefused(
        intake(Arrays.copyOf(bytes, bytes.length + 1), built.job()),
        Check.BUNDLE,
        "TRAILING_BYTES");
    assertRefused(
        intake(Arrays.copyOf(bytes, bytes.length - 1), built.job()), Check.BUNDLE, "TOO_LONG");
  }

  @Test
  void refusesABundleOverItsBound() {
    assertRefused(
        intake(new byte[EvidenceBundle.BYTES_MAX + 1], scenario.build().job()),
        Check.BUNDLE,
        "TOO_LONG");
  }

  @Test
  void refusesAnotherOrder() {
    ChainJob job = scenario.build().job();
    onChain(job.state(), Keccak.hashUtf8("another"), job.offerHash(), job.device());
    assertRefused(Check.AGREEMENT, "WRONG_ORDER");
  }

  @Test
  void refusesAnotherOffer() {
    ChainJob job = scenario.build().job();
    onChain(job.state(), job.orderHash(), Keccak.hashUtf8("another"), job.device());
    assertRefused(Check.AGREEMENT, "WRONG_OFFER");
  }

  @Test
  void refusesAnOfferOfAnotherDevice() {
    scenario.offer =
        offer -> Offer.fromWords(Structs.with(offer, "device", Parties.STRANGER.address()));
    assertRefused(Check.AGREEMENT, "WRONG_DEVICE");
  }

  @Test
  void refusesAnIdThatIsNoAttemptOfTheOrder() {
    scenario.onChain =
        job ->
            new ChainJob(
                job.jobId() + 1,
                job.state(),
                job.orderHash(),
                job.offerHash(),
                job.device(),
                job.price(),
                job.epoch(),
                job.acceptedAt());
    assertRefused(Check.AGREEMENT, "WRONG_JOB");
  }

  @Test
  void refusesAnotherSpecification() {
    scenario.order = order -> Order.fromWords(Structs.with(order, "specHash", Bytes32.ZERO));
    assertRefused(Check.SPECIFICATION, "WRONG_SPEC");
  }

  @Test
  void refusesASpecificationOfAnotherVersion() {
    scenario.spec = spec -> replace(spec, "\"version\":1", "\"version\":2");
    assertRefused(Check.SPECIFICATION, "INVALID_SPEC");
  }

  @Test
  void refusesAPrecisionThatNoBandFits() {
    scenario.spec = spec -> replace(spec, "fp32", "int8");
    assertRefused(Check.SPECIFICATION, "INVALID_SPEC");
  }

  private static byte[] replace(byte[] spec, String what, String with) {
    return new String(spec, StandardCharsets.UTF_8)
        .replace(what, with)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void refusesAnAcceptOfAnotherJob() {
    scenario.accept = accept -> Accept.fromWords(Structs.with(accept, "jobId", 1L));
    assertRefused(Check.ACCEPT, "WRONG_ACCEPT_JOB");
  }

  @Test
  void refusesAnAcceptOfAnotherOrder() {
    scenario.accept = accept -> Accept.fromWords(Structs.with(accept, "orderHash", Bytes32.ZERO));
    assertRefused(Check.ACCEPT, "WRONG_ACCEPT_ORDER");
  }

  @Test
  void refusesAnAcceptOfAnotherOffer() {
    scenario.accept = accept -> Accept.fromWords(Structs.with(accept, "offerHash", Bytes32.ZERO));
    assertRefused(Check.ACCEPT, "WRONG_ACCEPT_OFFER");
  }

  @Test
  void refusesAnAcceptOfAnotherInput() {
    scenario.accept = accept -> Accept.fromWords(Structs.with(accept, "inputRoot", Bytes32.ZERO));
    assertRefused(Check.ACCEPT, "WRONG_ACCEPT_INPUT");
  }

  @Test
  void refusesAnAcceptThatTheDeviceDidNotSign() {
    scenario.acceptKey = Parties.STRANGER;
    assertRefused(Check.ACCEPT, "ACCEPT_NOT_SIGNED");
  }

  private void commitWith(String member, Object value) {
    scenario.commit = commit -> WorkCommit.fromWords(Structs.with(commit, member, value));
  }

  @Test
  void refusesACommitmentToAnotherJob() {
    commitWith("jobId", 1L);
    assertRefused(Check.WORK_COMMIT, "WRONG_COMMIT_JOB");
  }

  @Test
  void refusesACommitmentByAnotherDevice() {
    commitWith("device", Parties.STRANGER.address());
    assertRefused(Check.WORK_COMMIT, "WRONG_COMMIT_DEVICE");
  }

  @Test
  void refusesACommitmentToAnotherSpecification() {
    commitWith("specHash", Bytes32.ZERO);
    assertRefused(Check.WORK_COMMIT, "WRONG_COMMIT_SPEC");
  }

  @Test
  void refusesASeedWhereNoneIsUsed() {
    commitWith("seed", Keccak.hashUtf8("seed"));
    assertRefused(Check.WORK_COMMIT, "WRONG_COMMIT_SEED");
  }

  @Test
  void refusesACommitmentToAnotherInput() {
    commitWith("operandRoot", Bytes32.ZERO);
    assertRefused(Check.WORK_COMMIT, "WRONG_COMMIT_OPERANDS");
  }

  @Test
  void refusesNoUnitsAndMoreThanAnInputHolds() {
    commitWith("units", 0L);
    assertRefused(Check.WORK_COMMIT, "WRONG_COMMIT_UNITS");
    commitWith("units", 4_097L);
    assertRefused(Check.WORK_COMMIT, "WRONG_COMMIT_UNITS");
  }

  @Test
  void refusesNoRowsAndMoreThanAnInputHolds() {
    commitWith("rows", 0L);
    assertRefused(Check.WORK_COMMIT, "WRONG_COMMIT_ROWS");
    commitWith("rows", BundleIntake.ROWS_MAX + 1);
    assertRefused(Check.WORK_COMMIT, "WRONG_COMMIT_ROWS");
    commitWith("rows", 0xffffffffL);
    assertRefused(Check.WORK_COMMIT, "WRONG_COMMIT_ROWS");
  }

  @Test
  void refusesACommitmentThatTheDeviceDidNotSign() {
    scenario.commitKey = Parties.STRANGER;
    assertRefused(Check.WORK_COMMIT, "COMMIT_NOT_SIGNED");
  }

  private void bundleWithInput(byte[] input) {
    scenario.bundle =
        honest ->
            new EvidenceBundle(
                honest.spec(),
                honest.order(),
                honest.offer(),
                honest.accept(),
                honest.acceptSignature(),
                honest.workCommit(),
                honest.workCommitSignature(),
                input,
                honest.ciphertext(),
                honest.telemetry(),
                honest.nonces(),
                honest.attestationFamily(),
                honest.attestation());
  }

  @Test
  void refusesAnInputOfAnotherLength() {
    bundleWithInput(Arrays.copyOf(scenario.input, scenario.input.length - 1));
    assertRefused(Check.INPUT, "WRONG_INPUT_LENGTH");
  }

  @Test
  void refusesAnotherInput() {
    byte[] other = scenario.input.clone();
    other[0] ^= 1;
    bundleWithInput(other);
    assertRefused(Check.INPUT, "WRONG_INPUT");
  }

  @Test
  void refusesAnInputThatIsNoText() {
    scenario.workedOn = input -> "anything".getBytes(StandardCharsets.UTF_8);
    scenario.input = new byte[] {'a', (byte) 0xff};
    assertRefused(Check.INPUT, "INPUT_NOT_UTF8");
  }

  private void bundleWithCiphertext(byte[] ciphertext) {
    scenario.bundle =
        honest ->
            new EvidenceBundle(
                honest.spec(),
                honest.order(),
                honest.offer(),
                honest.accept(),
                honest.acceptSignature(),
                honest.workCommit(),
                honest.workCommitSignature(),
                honest.input(),
                ciphertext,
                honest.telemetry(),
                honest.nonces(),
                honest.attestationFamily(),
                honest.attestation());
  }

  @Test
  void refusesASealedResultOfAnotherLength() {
    bundleWithCiphertext(new byte[33]);
    assertRefused(Check.CIPHERTEXT, "WRONG_CIPHERTEXT_LENGTH");
  }

  @Test
  void refusesAnotherSealedResult() {
    bundleWithCiphertext(new byte[scenario.build().bundle().ciphertext().length]);
    assertRefused(Check.CIPHERTEXT, "WRONG_CIPHERTEXT");
  }

  @Test
  void refusesASealedResultLongerThanOrdered() {
    scenario.resultBytesMax = 100;
    assertRefused(Check.CIPHERTEXT, "CIPHERTEXT_TOO_LONG");
  }

  @Test
  void acceptsAnHonestBundleInBothStates() {
    Scenario.Built built = scenario.build();
    BundleIntake.Result running = intake(built.bytes(), built.job());
    assertThat(running.refusal()).isEmpty();
    assertThat(running.accepted()).isNotNull();
    ChainJob job = built.job();
    onChain(JobState.COMMITTED, job.orderHash(), job.offerHash(), job.device());
    Scenario.Built posted = scenario.build();
    assertThat(intake(posted.bytes(), posted.job()).refusal()).isEmpty();
  }
}
