package network.assay.oracle.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.oracle.verify.fixture.Parties;
import network.assay.oracle.verify.fixture.Scenario;
import network.assay.oracle.verify.fixture.Structs;
import network.assay.oracle.verify.fixture.WordModel;
import network.assay.oracle.verify.work.ModelRunner;
import network.assay.oracle.verify.work.RevealedDraw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceVerifierTest {

  private final Scenario scenario = new Scenario();
  private final WordModel model = new WordModel();
  private final EvidenceVerifier verifier = new EvidenceVerifier(model);

  private Assessment.Judged judge(EvidenceCase evidence) {
    return (Assessment.Judged) verifier.assess(evidence);
  }

  private void assertFraud(Check check, String reason) {
    assertFraud(judge(scenario.build().evidence()), check, reason);
  }

  private static void assertFraud(Assessment.Judged judged, Check check, String reason) {
    assertThat(judged.finding(check))
        .get()
        .isInstanceOfSatisfying(
            Finding.Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    assertPaysNothing(judged, VerdictCode.FRAUD);
  }

  private static void assertInconclusive(Assessment.Judged judged, Check check) {
    assertThat(judged.finding(check)).get().isInstanceOf(Finding.Inconclusive.class);
    assertPaysNothing(judged, VerdictCode.INCONCLUSIVE);
  }

  private static void assertPaysNothing(Assessment.Judged judged, VerdictCode code) {
    assertThat(judged.verdict().code()).isEqualTo(code);
    assertThat(judged.verdict().cumulativePaid()).isZero();
    assertThat(judged.verdict().resultHash()).isEqualTo(Bytes32.ZERO);
    assertThat(judged.leaf().resultHash()).isEqualTo(Bytes32.ZERO);
  }

  @Test
  void refusesACommitteeOfAnotherEpoch() {
    Scenario.Built built = scenario.build();
    Committee other = new Committee(4, Parties.COMMITTEE.keys(), Parties.COMMITTEE.pins());
    assertThatThrownBy(() ->
            new EvidenceCase(
                built.bytes(),
                built.job(),
                other,
                Parties.DOMAINS,
                List.of(),
                List.of(),
                List.of()))
        .hasMessage("want the committee of the job's epoch 3, got that of 4");
  }

  @Test
  void refusesDrawsOfStrangersAndOfOneOracleTwice() {
    Scenario.Built built = scenario.build();
    RevealedDraw stranger =
        new RevealedDraw(Parties.STRANGER.address(), Bytes32.ZERO, RevealedDraw.Due.OPTIONAL);
    RevealedDraw first = built.draws(RevealedDraw.Due.PENDING).getFirst();
    for (List<RevealedDraw> draws : List.of(List.of(stranger), List.of(first, first))) {
      assertThatThrownBy(() ->
              new EvidenceCase(
                  built.bytes(),
                  built.job(),
                  Parties.COMMITTEE,
                  Parties.DOMAINS,
                  draws,
                  List.of(),
                  List.of()))
          .hasMessageStartingWith("want one draw each of oracles of the committee");
    }
  }

  @Test
  void nothingFollowsFromABundleThatIntakeRefuses() {
    scenario.commitKey = Parties.STRANGER;
    Assessment assessment = verifier.assess(scenario.build().evidence());
    assertThat(assessment).isInstanceOf(Assessment.Unusable.class);
    assertThat(assessment.finding(Check.WORK_COMMIT)).get().isInstanceOf(Finding.Rejected.class);
    assertThat(model.runs).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5, 6})
  void aGradeThatThisBuildCannotVerifyIsInconclusive(int grade) {
    scenario.grade = grade;
    Assessment.Judged judged = judge(scenario.build().evidence());
    assertInconclusive(judged, Check.GRADE);
    assertThat(judged.leaf().drawn()).isFalse();
    assertThat(model.runs).isZero();
  }

  @Test
  void anAttestedJobIsNotWavedThroughWithoutHardwareEvidence() {
    scenario.grade = Grade.ATTESTED.code();
    assertInconclusive(judge(scenario.build().evidence()), Check.ATTESTATION);
  }

  @Test
  void unreadHardwareEvidenceNeverShowsADeviceAsAttested() {
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
                honest.ciphertext(),
                honest.telemetry(),
                honest.nonces(),
                1,
                new byte[] {1, 2, 3});
    Assessment.Judged judged = judge(scenario.build().evidence());
    assertThat(judged.leaf().attestationDigest()).isEqualTo(EvidenceLeaf.ATTESTATION_NONE);
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.OK);
  }

  @Test
  void anUnknownModelIsInconclusive() {
    scenario.modelHash = Keccak.hashUtf8("a model nobody registered");
    assertInconclusive(judge(scenario.build().evidence()), Check.MODEL);
  }

  @Test
  void aPrecisionThatIsNotTheModelsIsInconclusive() {
    scenario.precision = "bf16";
    assertInconclusive(judge(scenario.build().evidence()), Check.MODEL);
  }

  @Test
  void aModelThatDoesNotLoadIsInconclusive() {
    ModelRunner broken =
        hash -> {
          throw new IllegalStateException("no weights");
        };
    Assessment.Judged judged =
        (Assessment.Judged) new EvidenceVerifier(broken).assess(scenario.build().evidence());
    assertInconclusive(judged, Check.MODEL);
  }

  @Test
  void aMachineThatCannotRunTheModelIsInconclusive() {
    ModelRunner.Model failing = new FailingModel();
    Assessment.Judged judged =
        (Assessment.Judged)
            new EvidenceVerifier(hash -> Optional.of(failing)).assess(scenario.build().evidence());
    assertInconclusive(judged, Check.ROWS);
    assertThat(judged.finding(Check.ROWS).orElseThrow().toString()).contains("out of memory");
  }

  private static final class FailingModel implements ModelRunner.Model {
    private final WordModel words = new WordModel();

    @Override
    public String precision() {
      return words.precision();
    }

    @Override
    public int dimensions() {
      return words.dimensions();
    }

    @Override
    public int tokens(String passage) {
      return words.tokens(passage);
    }

    @Override
    public ModelRunner.Rerun run(String passage) {
      throw new IllegalStateException("out of memory");
    }
  }

  @Test
  void fewerUnitsThanTheInputHasAreFraud() {
    scenario.workedOn = input -> "one two three\n\nfour five".getBytes(StandardCharsets.UTF_8);
    assertFraud(Check.COUNTS, "WRONG_UNITS");
  }

  @Test
  void fewerRowsThanTheInputHasAreFraud() {
    scenario.commit =
        commit -> WorkCommit.fromWords(Structs.with(commit, "rows", commit.rows() - 1));
    assertFraud(Check.COUNTS, "WRONG_ROWS");
    assertThat(model.runs).isZero();
  }

  @Test
  void workOnAnotherInputOfTheSameShapeIsFraud() {
    scenario.workedOn =
        input ->
            "eins zwei drei\n\nvier fünf\n\nsechs sieben acht neun\n\nzehn"
                .getBytes(StandardCharsets.UTF_8);
    assertFraud(Check.ROWS, "OUT_OF_BAND");
  }

  @Test
  void embeddingsThatAreNotTheRowsMeanAreFraud() {
    scenario.edit = (unit, rows, embedding) -> embedding[0] += 0.01f;
    assertFraud(Check.EMBEDDINGS, "OUT_OF_BAND");
  }

  @Test
  void rowsWithTurnedSignsAreFraud() {
    scenario.edit =
        (unit, rows, embedding) -> {
          for (float[] row : rows) {
            for (int d = 0; d < row.length; d++) {
              row[d] = -row[d];
            }
          }
        };
    assertFraud(Check.ROWS, "OUT_OF_BAND");
  }

  @Test
  void rowsThatAreNoNumbersAreFraud() {
    scenario.edit = (unit, rows, embedding) -> List.of(rows).forEach(row -> row[3] = Float.NaN);
    assertFraud(Check.ROWS, "NOT_FINITE");
    scenario.edit = (unit, rows, embedding) -> embedding[2] = Float.NEGATIVE_INFINITY;
    assertFraud(Check.EMBEDDINGS, "NOT_FINITE");
  }

  @Test
  void rowsNearTheEdgeOfTheBandAreInconclusive() {
    scenario.edit = (unit, rows, embedding) -> scale(rows, 1 + 2e-5f);
    assertInconclusive(judge(scenario.build().evidence()), Check.ROWS);
  }

  @Test
  void rowsWithinTheBandAreFine() {
    scenario.edit = (unit, rows, embedding) -> scale(rows, 1 + 5e-6f);
    assertThat(judge(scenario.build().evidence()).verdict().code()).isEqualTo(VerdictCode.OK);
  }

  private static void scale(float[][] rows, float factor) {
    for (float[] row : rows) {
      for (int d = 0; d < row.length; d++) {
        row[d] *= factor;
      }
    }
  }

  @Test
  void voidTelemetryMovesNoMoneyButShowsInTheLeaf() {
    scenario.telemetry.batchCount = 0;
    Assessment.Judged judged = judge(scenario.build().evidence());
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.OK);
    assertThat(judged.leaf().telemetryDigest()).isEqualTo(EvidenceLeaf.TELEMETRY_VOID);
  }

  @Test
  void anHonestJobIsPaid() {
    Scenario.Built built = scenario.build();
    Assessment.Judged judged = judge(built.evidence());
    assertThat(judged.findings())
        .allSatisfy(made -> assertThat(made.finding()).isInstanceOf(Finding.Accepted.class));
    WorkCommit commit = built.bundle().workCommit();
    Bytes32 resultHash = PackedVerdict.resultHash(commit.ciphertextRoot(), commit.plaintextRoot());
    assertThat(judged.verdict())
        .isEqualTo(
            new PackedVerdict(
                built.job().jobId(), VerdictCode.OK, BigInteger.valueOf(2_500_000), resultHash));
    assertThat(judged.leaf())
        .isEqualTo(
            new EvidenceLeaf(
                built.job().jobId(),
                built.job().orderHash(),
                built.job().offerHash(),
                Parties.DEVICE.address(),
                Grade.SAMPLED,
                VerificationPolicy.SAMPLED_V1,
                true,
                EvidenceLeaf.ATTESTATION_NONE,
                commit.digest(Parties.DOMAINS.market()),
                built.bundle().telemetry().getLast().batch().digest(Parties.DOMAINS.market()),
                resultHash,
                EvidenceBundle.hash(built.bytes())));
  }

  @Test
  void everyCheckIsMadeOnAnHonestJob() {
    Assessment.Judged judged = judge(scenario.build().evidence());
    List<Check> want = new ArrayList<>(List.of(Check.values()));
    want.remove(Check.JOB_STATE); // only an Ack depends on it
    want.removeAll(List.of(Check.CONTAINER, Check.ACCEPTANCE)); // ContainerGradeTest
    assertThat(judged.findings()).extracting(Checked::check).containsAll(want);
  }

  @Test
  void eachUnitRunsAtMostOnce() {
    judge(scenario.build().evidence());
    assertThat(model.runs).isBetween(1, 4);
  }
}
