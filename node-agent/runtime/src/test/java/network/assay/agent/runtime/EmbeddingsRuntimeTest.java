package network.assay.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.assay.agent.execute.Journal.StoredUnit;
import network.assay.agent.execute.WorkloadRuntime.UnitWork;
import network.assay.agent.execute.WorkloadRuntime.WorkRefusedException;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.OpenedRow;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.work.EmbeddingLeaves;
import network.assay.oracle.replay.ModelRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddingsRuntimeTest {
  private static final byte[] INPUT =
      "Assay pays for work that was tested.\n\nA second passage, somewhat longer than the first one.\n\nThird."
          .getBytes(StandardCharsets.UTF_8);
  private static EmbeddingsRuntime runtime;

  @BeforeAll
  static void load() {
    runtime = EmbeddingsRuntime.load(List.of(ModelRegistry.MINI_LM_FP32));
  }

  @AfterAll
  static void free() {
    runtime.close();
  }

  private static JobSpec spec(String precision) {
    return new JobSpec(
        1,
        "embeddings",
        ModelRegistry.MINI_LM_FP32.modelHash(),
        precision,
        ContentRoot.of(INPUT),
        INPUT.length,
        100_000);
  }

  private static List<UnitWork> run(EmbeddingsRuntime on, int first) throws Exception {
    List<UnitWork> units = new ArrayList<>();
    on.run(spec("fp32"), INPUT, first, units::add);
    return units;
  }

  private static Transcript transcript(List<UnitWork> units) {
    List<StoredUnit> stored =
        units.stream().map(u -> new StoredUnit(Leaves.work(u), Leaves.result(u))).toList();
    return Transcript.read(stored.size(), stored::get);
  }

  @Test
  void everyRowOpensUnderBothRoots() throws Exception {
    Transcript transcript = transcript(run(runtime, 0));
    assertThat(transcript.unitCount()).isEqualTo(3);
    for (int row = 0; row < transcript.rowCount(); row++) {
      OpenedRow opened = transcript.open(row);
      assertThat(
              Merkle.verify(
                  Merkle.leaf(opened.workLeaf()),
                  row,
                  transcript.rowCount(),
                  opened.workPath(),
                  transcript.workRoot()))
          .isTrue();
      assertThat(
              Merkle.verify(
                  Merkle.leaf(opened.resultLeaf()),
                  opened.unit(),
                  transcript.unitCount(),
                  opened.resultPath(),
                  transcript.plaintextRoot()))
          .isTrue();
      assertThat(EmbeddingLeaves.readWork(opened.workLeaf()).unit()).isEqualTo(opened.unit());
      assertThat(EmbeddingLeaves.readResult(opened.resultLeaf()).unit()).isEqualTo(opened.unit());
    }
    assertThatThrownBy(() -> transcript.open(transcript.rowCount()))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> transcript.open(-1)).isInstanceOf(ProtocolException.class);
  }

  @Test
  void thePlaintextHoldsEveryEmbeddingInOrder() throws Exception {
    List<UnitWork> units = run(runtime, 0);
    float[][] read = EmbeddingLeaves.readPlaintext(transcript(units).resultPlaintext());
    assertThat(read).hasDimensions(3, 384);
    for (int unit = 0; unit < 3; unit++) {
      assertThat(read[unit]).containsExactly(units.get(unit).embedding());
    }
  }

  @Test
  void workResumedHalfwayCommitsToTheSameRoots() throws Exception {
    List<UnitWork> whole = run(runtime, 0);
    List<UnitWork> resumed = new ArrayList<>(whole.subList(0, 1));
    resumed.addAll(run(runtime, 1));
    assertThat(transcript(resumed).workRoot()).isEqualTo(transcript(whole).workRoot());
    assertThat(transcript(resumed).plaintextRoot()).isEqualTo(transcript(whole).plaintextRoot());
  }

  @Test
  void anotherModelUnderTheSameNameCommitsToOtherRows() throws Exception {
    try (EmbeddingsRuntime int8 =
        EmbeddingsRuntime.load(Map.of(ModelRegistry.MINI_LM_FP32, ModelRegistry.MINI_LM_INT8))) {
      assertThat(int8.models()).containsExactly(ModelRegistry.MINI_LM_FP32.modelHash());
      assertThat(transcript(run(int8, 0)).workRoot())
          .isNotEqualTo(transcript(run(runtime, 0)).workRoot());
    }
  }

  @Test
  void thePlanIsWhatTheResultWillWeigh() throws Exception {
    assertThat(runtime.plan(spec("fp32"), INPUT).sealedBytes())
        .isEqualTo(transcript(run(runtime, 0)).resultPlaintext().length + 32 + 16);
  }

  @Test
  void whatIsNoInputIsRefusedBeforeItIsRun() {
    assertThatThrownBy(() -> runtime.plan(spec("fp32"), new byte[] {(byte) 0xff, (byte) 0xfe}))
        .isInstanceOf(WorkRefusedException.class)
        .hasMessageStartingWith("NOT_UTF8");
    assertThatThrownBy(() -> runtime.plan(spec("fp32"), " \n".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(WorkRefusedException.class)
        .hasMessageStartingWith("NO_PASSAGE");
  }

  @Test
  void anotherPrecisionOrModelIsNotSupported() {
    assertThat(runtime.supports(spec("fp32"))).isTrue();
    assertThat(runtime.supports(spec("bf16"))).isFalse();
    JobSpec unknown =
        new JobSpec(
            1,
            "embeddings",
            Keccak.hashUtf8("x"),
            "fp32",
            ContentRoot.of(INPUT),
            INPUT.length,
            100_000);
    assertThat(runtime.supports(unknown)).isFalse();
    assertThatThrownBy(() -> runtime.plan(unknown, INPUT)).isInstanceOf(WorkRefusedException.class);
  }

  @Test
  void anInterruptStopsTheWork() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> run(runtime, 0)).isInstanceOf(InterruptedException.class);
  }
}
