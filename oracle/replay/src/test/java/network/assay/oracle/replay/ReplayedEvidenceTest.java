package network.assay.oracle.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.OpenedRow;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.work.EmbeddingLeaves;
import network.assay.contracts.protocol.work.Passages;
import network.assay.oracle.verify.Assessment;
import network.assay.oracle.verify.Check;
import network.assay.oracle.verify.EvidenceVerifier;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.fixture.Scenario;
import network.assay.oracle.verify.work.ModelRunner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real models on both sides: what a provider runs, and what the oracles run again. */
class ReplayedEvidenceTest {

  private static final byte[] INPUT =
      String.join("\n\n", Texts.PASSAGES).getBytes(StandardCharsets.UTF_8);

  private static OnnxModelRunner oracle;
  private static ModelRunner.Model fp32;

  @BeforeAll
  static void load() {
    oracle = new OnnxModelRunner();
    fp32 = oracle.model(ModelRegistry.MINI_LM_FP32.modelHash()).orElseThrow();
  }

  @AfterAll
  static void close() {
    oracle.close();
    assertThat(ModelRegistry.known())
        .allSatisfy(model -> assertThat(SharedModels.handles(model)).isZero());
  }

  private static Scenario scenario(ModelRunner.Model provider) {
    Scenario scenario = new Scenario(provider);
    scenario.input = INPUT;
    scenario.modelHash = ModelRegistry.MINI_LM_FP32.modelHash();
    return scenario;
  }

  private static Assessment.Judged judge(Scenario scenario) {
    return (Assessment.Judged) new EvidenceVerifier(oracle).assess(scenario.build().evidence());
  }

  @Test
  void aRunnerKnowsNoOtherModelAndNoneAfterClose() {
    OnnxModelRunner runner = new OnnxModelRunner();
    assertThat(runner.model(Keccak.hashUtf8("another"))).isEmpty();
    runner.close();
    assertThatThrownBy(() -> runner.model(ModelRegistry.MINI_LM_FP32.modelHash()))
        .hasMessage("want an open model runner, got one after close");
  }

  @Test
  void givenAProviderWhoRunsEightBitWeightsAndDeclaresSinglePrecisionTheVerdictIsFraud() {
    ModelRunner.Model int8 = oracle.model(ModelRegistry.MINI_LM_INT8.modelHash()).orElseThrow();
    Assessment.Judged judged = judge(scenario(int8));
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.FRAUD);
    assertThat(judged.verdict().cumulativePaid()).isZero();
    for (Check check : List.of(Check.ROWS, Check.EMBEDDINGS)) {
      assertThat(judged.finding(check))
          .get()
          .isInstanceOfSatisfying(
              Finding.Rejected.class,
              rejected -> assertThat(rejected.reason()).isEqualTo("OUT_OF_BAND"));
    }
  }

  @Test
  void givenAProviderWhoSwapsOneTokenTheVerdictIsFraud() {
    Scenario scenario = scenario(fp32);
    scenario.workedOn =
        input ->
            new String(input, StandardCharsets.UTF_8)
                .replace("no no no no", "no no on no")
                .replace("sailors", "tailors")
                .replace("money", "honey")
                .getBytes(StandardCharsets.UTF_8);
    assertThat(judge(scenario).verdict().code()).isEqualTo(VerdictCode.FRAUD);
  }

  @Test
  void anHonestRunIsPaid() {
    Assessment.Judged judged = judge(scenario(fp32));
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.OK);
    assertThat(judged.findings()).allSatisfy(made -> assertThat(made.finding().holds()).isTrue());
  }

  @Test
  void theAgentsWorkCommitsToWhatTheOraclesLookFor() {
    Scenario.Built built = scenario(fp32).build();
    EmbeddingsWork work = EmbeddingsWork.run(fp32, INPUT, unit -> {});
    assertThat((long) work.units()).isEqualTo(built.bundle().workCommit().units());
    assertThat((long) work.rows()).isEqualTo(built.bundle().workCommit().rows());
    assertThat(work.workRoot()).isEqualTo(built.bundle().workCommit().workRoot());
    assertThat(work.plaintextRoot()).isEqualTo(built.bundle().workCommit().plaintextRoot());
    assertThat(work.plaintext()).isEqualTo(built.work().plaintext());
    List<Integer> drawn = List.of(5, 0, 5, work.rows() - 1);
    assertThat(OpenedRow.encode(work.open(drawn)))
        .isEqualTo(OpenedRow.encode(built.work().open(List.of(0, 5, work.rows() - 1))));
  }

  @Test
  void workIsToldOfEachUnitAndCanBeStopped() {
    assertThatThrownBy(() ->
            EmbeddingsWork.run(
                fp32,
                INPUT,
                unit -> {
                  if (unit == 2) {
                    throw new IllegalStateException("stopped after 2");
                  }
                }))
        .hasMessage("stopped after 2");
  }

  @Test
  void anOpeningIsRefusedWhereTheMachineNowComputesOtherBits() {
    int[] runs = {0};
    ModelRunner.Model drifting =
        new ModelRunner.Model() {
          @Override
          public String precision() {
            return fp32.precision();
          }

          @Override
          public int dimensions() {
            return fp32.dimensions();
          }

          @Override
          public int tokens(String passage) {
            return fp32.tokens(passage);
          }

          @Override
          public ModelRunner.Rerun run(String passage) {
            ModelRunner.Rerun run = fp32.run(passage);
            run.lastHidden()[0][0] += 1e-6f * runs[0]++;
            return run;
          }
        };
    EmbeddingsWork work =
        EmbeddingsWork.run(drifting, "hello world".getBytes(StandardCharsets.UTF_8), unit -> {});
    assertThatThrownBy(() -> work.open(List.of(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("want row 0 as committed to");
  }

  @Test
  void aResultReadsBackByUnit() {
    EmbeddingsWork work = EmbeddingsWork.run(fp32, INPUT, unit -> {});
    float[][] embeddings = EmbeddingLeaves.readPlaintext(work.plaintext());
    assertThat(embeddings).hasDimensions(Passages.split(INPUT).size(), EmbeddingModel.DIMENSIONS);
    assertThat(
            Merkle.root(
                IntStream.range(0, embeddings.length)
                    .mapToObj(unit -> Merkle.leaf(EmbeddingLeaves.result(unit, embeddings[unit])))
                    .toList()))
        .isEqualTo(work.plaintextRoot());
  }
}
