package network.assay.agent.app.job;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import network.assay.agent.execute.WorkloadRuntime;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.work.Passages;
import network.assay.oracle.verify.work.ModelRunner;
import network.assay.oracle.verify.work.Pooling;

/** A model that takes no time: a row is made of a hash. Provider and oracles run the same one. */
final class WordRuntime implements WorkloadRuntime, ModelRunner, ModelRunner.Model {
  static final Bytes32 MODEL = Keccak.hashUtf8("a model made up for tests");
  private static final int DIM = 8;

  /** Runs before each unit; a test may throw or wait here. */
  Runnable beforeUnit = () -> {};

  @Override
  public List<Bytes32> models() {
    return List.of(MODEL);
  }

  @Override
  public boolean supports(JobSpec spec) {
    return spec.model().equals(MODEL);
  }

  @Override
  public WorkPlan plan(JobSpec spec, byte[] input) throws WorkRefusedException {
    try {
      return new WorkPlan(Passages.split(input).size(), DIM);
    } catch (Passages.RefusedException e) {
      throw new WorkRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void run(JobSpec spec, byte[] input, int firstUnit, UnitSink sink)
      throws WorkRefusedException, InterruptedException {
    List<String> passages = Passages.split(input);
    for (int unit = firstUnit; unit < passages.size(); unit++) {
      beforeUnit.run();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Rerun done = run(passages.get(unit));
      sink.accept(new UnitWork(unit, done.lastHidden(), done.embedding()));
    }
  }

  @Override
  public Optional<Model> model(Bytes32 modelHash) {
    return modelHash.equals(MODEL) ? Optional.of(this) : Optional.empty();
  }

  @Override
  public String precision() {
    return "fp32";
  }

  @Override
  public int dimensions() {
    return DIM;
  }

  @Override
  public int tokens(String passage) {
    return passage.split(" ", -1).length;
  }

  @Override
  public Rerun run(String passage) {
    String[] words = passage.split(" ", -1);
    float[][] rows = new float[words.length][DIM];
    for (int token = 0; token < words.length; token++) {
      byte[] hash = Keccak.hash(words[token].getBytes(StandardCharsets.UTF_8)).toArray();
      for (int d = 0; d < DIM; d++) {
        rows[token][d] = hash[d] / 128f + 2;
      }
    }
    return new Rerun(rows, Pooling.embedding(rows));
  }
}
