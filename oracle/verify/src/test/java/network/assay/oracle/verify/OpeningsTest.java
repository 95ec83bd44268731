package network.assay.oracle.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.UnaryOperator;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Draw;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.OpenedRow;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.EmbeddingLeaves;
import network.assay.oracle.verify.fixture.Parties;
import network.assay.oracle.verify.fixture.Scenario;
import network.assay.oracle.verify.fixture.WordModel;
import network.assay.oracle.verify.work.RevealedDraw;
import network.assay.oracle.verify.work.SignedOpening;
import org.junit.jupiter.api.Test;

class OpeningsTest {

  private final Scenario scenario = new Scenario();
  private final Scenario.Built built = scenario.build();
  private final WorkCommit commit = built.bundle().workCommit();
  private final WordModel model = new WordModel();

  private Assessment.Judged judge(RevealedDraw.Due due, List<SignedOpening> openings) {
    EvidenceCase evidence =
        new EvidenceCase(
            built.bytes(),
            built.job(),
            Parties.COMMITTEE,
            Parties.DOMAINS,
            built.draws(due),
            openings,
            List.of());
    return (Assessment.Judged) new EvidenceVerifier(model).assess(evidence);
  }

  private static void assertFraud(Assessment.Judged judged, String reason) {
    assertThat(judged.finding(Check.OPENINGS))
        .get()
        .isInstanceOfSatisfying(
            Finding.Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.FRAUD);
  }

  private List<OpenedRow> honestRows() {
    return built.work().open(Scenario.drawn(commit));
  }

  private SortedSet<Integer> ownDraw() {
    return built.draws(RevealedDraw.Due.PENDING).getFirst().rows(commit);
  }

  /** Signs an opening whose first drawn row is changed. */
  private List<SignedOpening> tampered(UnaryOperator<OpenedRow> change) {
    List<OpenedRow> rows = new ArrayList<>(honestRows());
    rows.set(0, change.apply(rows.getFirst()));
    return List.of(Scenario.opening(commit, rows));
  }

  @Test
  void silenceAfterTheDrawIsFraudOnceItsTimeIsOver() {
    assertFraud(judge(RevealedDraw.Due.OVERDUE, List.of()), "OPENING_WITHHELD");
  }

  @Test
  void silenceBeforeThatIsOnlyMissing() {
    Assessment.Judged judged = judge(RevealedDraw.Due.PENDING, List.of());
    assertThat(judged.finding(Check.OPENINGS)).get().isInstanceOf(Finding.Inconclusive.class);
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.INCONCLUSIVE);
  }

  @Test
  void oneRowWithheldIsWithheld() {
    int last = ownDraw().last();
    List<OpenedRow> rows = honestRows().stream().filter(row -> row.row() != last).toList();
    assertFraud(
        judge(RevealedDraw.Due.OVERDUE, List.of(Scenario.opening(commit, rows))),
        "OPENING_WITHHELD");
  }

  @Test
  void withoutAnyDrawThereIsNoVerdict() {
    EvidenceCase evidence =
        new EvidenceCase(
            built.bytes(),
            built.job(),
            Parties.COMMITTEE,
            Parties.DOMAINS,
            List.of(),
            built.openings(),
            List.of());
    Assessment.Judged judged = (Assessment.Judged) new EvidenceVerifier(model).assess(evidence);
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.INCONCLUSIVE);
  }

  @Test
  void rowsOfAnotherOraclesDrawMayBeMissing() {
    List<SignedOpening> own = List.of(Scenario.opening(commit, built.work().open(ownDraw())));
    assertThat(judge(RevealedDraw.Due.OVERDUE, own).verdict().code()).isEqualTo(VerdictCode.OK);
  }

  @Test
  void anOpeningThatTheDeviceDidNotSignIsNoneAndNotHeldAgainstIt() {
    byte[] forged = OpenedRow.encode(honestRows());
    forged[forged.length - 1] ^= 1;
    SignedOpening passedOnDamaged =
        new SignedOpening(forged, built.openings().getFirst().signature());
    assertThat(judge(RevealedDraw.Due.PENDING, List.of(passedOnDamaged)).verdict().code())
        .isEqualTo(VerdictCode.INCONCLUSIVE);
    List<SignedOpening> both = List.of(passedOnDamaged, built.openings().getFirst());
    assertThat(judge(RevealedDraw.Due.OVERDUE, both).verdict().code()).isEqualTo(VerdictCode.OK);
  }

  @Test
  void anOpeningOfAnotherCommitmentIsNone() {
    Scenario other = new Scenario();
    other.edit = (unit, rows, embedding) -> rows[0][0] += 1;
    assertThat(judge(RevealedDraw.Due.PENDING, other.build().openings()).verdict().code())
        .isEqualTo(VerdictCode.INCONCLUSIVE);
  }

  @Test
  void bytesThatTheDeviceSignedButCannotBeReadAreFraud() {
    SignedOpening garbage = Scenario.opening(commit, new byte[] {0, 1, 2});
    assertFraud(judge(RevealedDraw.Due.PENDING, List.of(garbage)), "TRUNCATED");
  }

  @Test
  void anotherRowThanTheOneCommittedToIsFraud() {
    assertFraud(
        judge(
            RevealedDraw.Due.OVERDUE,
            tampered(row -> {
              byte[] leaf = row.workLeaf().clone();
              leaf[8] ^= 1;
              return new OpenedRow(
                  row.row(), row.unit(), leaf, row.workPath(), row.resultLeaf(), row.resultPath());
            })),
        "WRONG_WORK_PATH");
  }

  @Test
  void aRowThatWasNotAskedForInPlaceOfOneThatWasIsFraud() {
    int drawn = Scenario.drawn(commit).first();
    int other = (drawn + 1) % (int) commit.rows();
    OpenedRow instead = built.work().open(List.of(other)).getFirst();
    assertFraud(
        judge(
            RevealedDraw.Due.OVERDUE,
            tampered(row ->
                new OpenedRow(
                    row.row(),
                    instead.unit(),
                    instead.workLeaf(),
                    instead.workPath(),
                    instead.resultLeaf(),
                    instead.resultPath()))),
        "WRONG_WORK_PATH");
  }

  @Test
  void anotherEmbeddingThanTheOneCommittedToIsFraud() {
    assertFraud(
        judge(
            RevealedDraw.Due.OVERDUE,
            tampered(row -> {
              byte[] leaf = row.resultLeaf().clone();
              leaf[4] ^= 1;
              return new OpenedRow(
                  row.row(), row.unit(), row.workLeaf(), row.workPath(), leaf, row.resultPath());
            })),
        "WRONG_RESULT_PATH");
  }

  @Test
  void aRowOpenedAsAnotherUnitIsFraud() {
    assertFraud(
        judge(
            RevealedDraw.Due.OVERDUE,
            tampered(row ->
                new OpenedRow(
                    row.row(),
                    row.unit() + 1,
                    row.workLeaf(),
                    row.workPath(),
                    row.resultLeaf(),
                    row.resultPath()))),
        "WRONG_PLACE");
  }

  /**
   * A provider that commits to leaves of its own making: everything lies under the roots, nothing
   * where it belongs.
   */
  private Assessment.Judged judgeCommitted(LeafMaker maker) {
    List<Bytes32> workLeaves = new ArrayList<>();
    List<byte[]> leaves = new ArrayList<>();
    for (int row = 0; row < commit.rows(); row++) {
      leaves.add(maker.make(built.work().open(List.of(row)).getFirst()));
      workLeaves.add(Merkle.leaf(leaves.getLast()));
    }
    Merkle.Tree tree = Merkle.tree(workLeaves);
    Bytes32 root = tree.root();
    Scenario cheat = new Scenario();
    cheat.commit =
        honest ->
            new WorkCommit(
                honest.jobId(),
                honest.device(),
                honest.specHash(),
                honest.seed(),
                honest.units(),
                honest.rows(),
                honest.operandRoot(),
                root,
                honest.plaintextRoot(),
                honest.ciphertextRoot(),
                honest.ciphertextBytes());
    Scenario.Built cheated = cheat.build();
    WorkCommit signed = cheated.bundle().workCommit();
    List<OpenedRow> rows = new ArrayList<>();
    for (OpenedRow honest : cheated.work().open(Scenario.drawn(signed))) {
      int row = (int) honest.row();
      rows.add(
          new OpenedRow(
              row,
              honest.unit(),
              leaves.get(row),
              tree.path(row),
              honest.resultLeaf(),
              honest.resultPath()));
    }
    return (Assessment.Judged)
        new EvidenceVerifier(model)
            .assess(cheated.evidence(List.of(Scenario.opening(signed, rows))));
  }

  private interface LeafMaker {
    byte[] make(OpenedRow honest);
  }

  @Test
  void committedLeavesThatNameAnotherTokenAreFraud() {
    assertFraud(
        judgeCommitted(honest -> {
          EmbeddingLeaves.Row row = EmbeddingLeaves.readWork(honest.workLeaf());
          return EmbeddingLeaves.work(row.unit(), row.token() + 1, row.values());
        }),
        "WRONG_PLACE");
  }

  @Test
  void committedLeavesThatAreNoFloatsAreFraud() {
    assertFraud(judgeCommitted(honest -> new byte[] {1, 2, 3}), "TRUNCATED");
  }

  @Test
  void committedRowsOfAnotherWidthAreFraud() {
    Assessment.Judged judged =
        judgeCommitted(honest -> {
          EmbeddingLeaves.Row row = EmbeddingLeaves.readWork(honest.workLeaf());
          return EmbeddingLeaves.work(row.unit(), row.token(), new float[] {row.values()[0]});
        });
    assertThat(judged.finding(Check.ROWS))
        .get()
        .isInstanceOfSatisfying(
            Finding.Rejected.class,
            rejected -> assertThat(rejected.reason()).isEqualTo("DIMENSIONS"));
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.FRAUD);
  }

  @Test
  void rowsThatNobodyDrewCostNothing() {
    List<Integer> all = new ArrayList<>();
    for (int row = 0; row < commit.rows(); row++) {
      all.add(row);
    }
    List<RevealedDraw> one = built.draws(RevealedDraw.Due.OVERDUE).subList(0, 1);
    EvidenceCase evidence =
        new EvidenceCase(
            built.bytes(),
            built.job(),
            Parties.COMMITTEE,
            Parties.DOMAINS,
            one,
            List.of(Scenario.opening(commit, built.work().open(all))),
            List.of());
    Assessment.Judged judged = (Assessment.Judged) new EvidenceVerifier(model).assess(evidence);
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.OK);
    assertThat(judged.finding(Check.ROWS).orElseThrow().toString())
        .contains(ownDraw().size() + " rows within the band");
  }

  @Test
  void aRevealThatIsNotWhatWasCommittedToDrawsNothing() {
    var oracle = Parties.ORACLES.getFirst().address();
    Bytes32 bundleHash = built.job().orderHash();
    Bytes32 seed = Scenario.seed(oracle);
    Ack ack = new Ack(3, 7, bundleHash, Draw.commitment(7, bundleHash, oracle, seed));
    assertThat(RevealedDraw.matches(ack, new DrawReveal(3, 7, bundleHash, seed), oracle)).isTrue();
    assertThat(RevealedDraw.matches(ack, new DrawReveal(3, 7, bundleHash, bundleHash), oracle))
        .isFalse();
    assertThat(RevealedDraw.matches(ack, new DrawReveal(4, 7, bundleHash, seed), oracle)).isFalse();
    assertThat(RevealedDraw.matches(ack, new DrawReveal(3, 8, bundleHash, seed), oracle)).isFalse();
    assertThat(RevealedDraw.matches(ack, new DrawReveal(3, 7, seed, seed), oracle)).isFalse();
    assertThat(
            RevealedDraw.matches(
                ack, new DrawReveal(3, 7, bundleHash, seed), Parties.ORACLES.getLast().address()))
        .isFalse();
  }
}
