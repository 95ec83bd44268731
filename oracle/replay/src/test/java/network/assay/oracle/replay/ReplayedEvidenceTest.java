package network.assay.oracle.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.VerdictCode;
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
}
