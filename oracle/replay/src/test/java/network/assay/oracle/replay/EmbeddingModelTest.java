package network.assay.oracle.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import network.assay.oracle.verify.work.RelativeL2;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddingModelTest {

  private static EmbeddingModel fp32;

  @BeforeAll
  static void load() {
    fp32 = EmbeddingModel.load(ModelRegistry.MINI_LM_FP32);
  }

  @AfterAll
  static void close() {
    fp32.close();
    assertThat(SharedModels.handles(ModelRegistry.MINI_LM_FP32)).isZero();
  }

  @Test
  void refusesToRunAfterClose() {
    EmbeddingModel handle = EmbeddingModel.load(ModelRegistry.MINI_LM_FP32);
    handle.close();
    handle.close();
    assertThatThrownBy(() -> handle.run("hello"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("want an open model, got all-MiniLM-L6-v2 after close");
    assertThat(fp32.run("hello").tokenIds()).hasSize(3);
  }

  @Test
  void refusesAPassageTooLong() {
    assertThatThrownBy(() -> fp32.run("x".repeat(10_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void twoHandlesShareOneSession() {
    int before = SharedModels.handles(ModelRegistry.MINI_LM_FP32);
    try (EmbeddingModel second = EmbeddingModel.load(ModelRegistry.MINI_LM_FP32)) {
      assertThat(SharedModels.handles(ModelRegistry.MINI_LM_FP32)).isEqualTo(before + 1);
      assertSameBits(second.run("hello world"), fp32.run("hello world"));
    }
    assertThat(SharedModels.handles(ModelRegistry.MINI_LM_FP32)).isEqualTo(before);
  }

  @Test
  void anEmbeddingHasLengthOneAndARowForEachToken() {
    for (String text : Texts.PASSAGES) {
      Activations run = fp32.run(text);
      assertThat(run.lastHidden()).hasDimensions(run.tokenIds().length, EmbeddingModel.DIMENSIONS);
      double squares = 0;
      for (float value : run.embedding()) {
        squares += (double) value * value;
      }
      assertThat(squares).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void textsOfOneMeaningLieNearer() {
    float[] pay = fp32.run("How do I pay for a job?").embedding();
    float[] money = fp32.run("Which ways of payment are there for a task?").embedding();
    float[] bread = fp32.run("The bread rises over night in a cool place.").embedding();
    assertThat(cosine(pay, money)).isGreaterThan(cosine(pay, bread) + 0.2);
  }

  /**
   * The first numbers of this embedding as ONNX Runtime 1.30.0 for Python, Hugging Face tokenizers
   * 0.23.2 and NumPy gave them: guards the whole path, tokenizer, weights, inputs and pooling,
   * against a change nobody meant.
   */
  @Test
  void oneEmbeddingIsWhatAnotherToolChainGives() {
    float[] embedding = fp32.run("hello world").embedding();
    float[] first = {
      -0.03447731f,
      0.03102322f,
      0.00673494f,
      0.02610900f,
      -0.03936202f,
      -0.16030249f,
      0.06692399f,
      -0.00644148f
    };
    for (int d = 0; d < first.length; d++) {
      assertThat(embedding[d]).isCloseTo(first[d], within(1e-5f));
    }
  }

  @Test
  void runsAreBitIdenticalOverRunsAndThreads() throws Exception {
    List<Activations> first = Texts.PASSAGES.stream().map(fp32::run).toList();
    List<Callable<Activations>> again = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      Texts.PASSAGES.forEach(text -> again.add(() -> fp32.run(text)));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Activations>> runs = threads.invokeAll(again);
      for (int i = 0; i < runs.size(); i++) {
        assertSameBits(runs.get(i).get(), first.get(i % first.size()));
      }
    }
  }

  /** What the bands stand on. Printed, because the numbers go into the documentation. */
  @Test
  void eightBitWeightsLandFarAboveTheBandOfSinglePrecision() {
    Spread rows = new Spread("int8 against fp32, last hidden rows");
    Spread embeddings = new Spread("int8 against fp32, embeddings");
    try (EmbeddingModel int8 = EmbeddingModel.load(ModelRegistry.MINI_LM_INT8)) {
      for (String text : Texts.PASSAGES) {
        Activations want = fp32.run(text);
        Activations got = int8.run(text);
        assertThat(got.tokenIds()).containsExactly(want.tokenIds());
        for (int t = 0; t < want.tokenIds().length; t++) {
          rows.add(RelativeL2.between(got.lastHidden()[t], want.lastHidden()[t]));
        }
        embeddings.add(RelativeL2.between(got.embedding(), want.embedding()));
      }
    }
    System.out.println(rows + System.lineSeparator() + embeddings);
    double rejectedAbove = 4e-5;
    assertThat(rows.min).isGreaterThan(100 * rejectedAbove);
    assertThat(embeddings.min).isGreaterThan(100 * rejectedAbove);
  }

  private static void assertSameBits(Activations got, Activations want) {
    assertThat(got.tokenIds()).containsExactly(want.tokenIds());
    assertThat(got.embedding()).containsExactly(want.embedding());
    for (int t = 0; t < want.lastHidden().length; t++) {
      for (int d = 0; d < EmbeddingModel.DIMENSIONS; d++) {
        assertThat(Float.floatToRawIntBits(got.lastHidden()[t][d]))
            .isEqualTo(Float.floatToRawIntBits(want.lastHidden()[t][d]));
      }
    }
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    for (int d = 0; d < a.length; d++) {
      dot += (double) a[d] * b[d];
    }
    return dot;
  }

  private static final class Spread {
    private final String name;
    private double min = Double.POSITIVE_INFINITY;
    private double max;
    private double sum;
    private int count;

    Spread(String name) {
      this.name = name;
    }

    void add(double value) {
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      count++;
    }

    @Override
    public String toString() {
      return "%s: n %d, min %.3e, mean %.3e, max %.3e"
          .formatted(name, count, min, sum / count, max);
    }
  }
}
