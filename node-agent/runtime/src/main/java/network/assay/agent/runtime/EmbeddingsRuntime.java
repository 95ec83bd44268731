package network.assay.agent.runtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.agent.execute.WorkloadRuntime;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.work.Passages;
import network.assay.oracle.replay.Activations;
import network.assay.oracle.replay.EmbeddingModel;
import network.assay.oracle.replay.ModelId;

/**
 * Sentence embeddings on the CPU: each passage of the input is one unit, each token's last hidden
 * vector one row (docs/PROTOCOL.md §4). The models are those that oracles replay, loaded once per
 * process.
 */
public final class EmbeddingsRuntime implements WorkloadRuntime, AutoCloseable {
  private static final String WORKLOAD = "embeddings";

  private record Ready(ModelId declared, EmbeddingModel model) {}

  private final Map<Bytes32, Ready> models;

  private EmbeddingsRuntime(Map<Bytes32, Ready> models) {
    this.models = models;
  }

  /** Loads these models; a second or so each, unless this process has them already. */
  public static EmbeddingsRuntime load(List<ModelId> wanted) {
    Map<ModelId, ModelId> sameWeights = new LinkedHashMap<>();
    wanted.forEach(model -> sameWeights.put(model, model));
    return load(sameWeights);
  }

  /**
   * Loads weights by what they are declared as.
   *
   * @param loadedByDeclared for each model that is offered, the model that is run; an honest
   *     operator maps each to itself
   */
  public static EmbeddingsRuntime load(Map<ModelId, ModelId> loadedByDeclared) {
    Map<Bytes32, Ready> models = new LinkedHashMap<>();
    loadedByDeclared.forEach((declared, loaded) ->
        models.put(declared.modelHash(), new Ready(declared, EmbeddingModel.load(loaded))));
    return new EmbeddingsRuntime(models);
  }

  @Override
  public List<Bytes32> models() {
    return List.copyOf(models.keySet());
  }

  @Override
  public boolean supports(JobSpec spec) {
    Ready ready = models.get(spec.model());
    return ready != null
        && spec.workload().equals(WORKLOAD)
        && spec.precision().equals(ready.declared().precision());
  }

  @Override
  public WorkPlan plan(JobSpec spec, byte[] input) throws WorkRefusedException {
    Ready _ = ready(spec);
    return new WorkPlan(passages(input).size(), EmbeddingModel.DIMENSIONS);
  }

  @Override
  public void run(JobSpec spec, byte[] input, int firstUnit, UnitSink sink)
      throws WorkRefusedException, InterruptedException {
    EmbeddingModel model = ready(spec).model();
    List<String> passages = passages(input);
    for (int unit = firstUnit; unit < passages.size(); unit++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped before passage " + unit);
      }
      Activations done;
      try {
        done = model.run(passages.get(unit));
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw new WorkRefusedException("passage " + unit + " cannot be run: " + e.getMessage(), e);
      }
      sink.accept(new UnitWork(unit, done.lastHidden(), done.embedding()));
    }
  }

  private Ready ready(JobSpec spec) throws WorkRefusedException {
    Ready ready = models.get(spec.model());
    if (ready == null || !supports(spec)) {
      throw new WorkRefusedException(
          "want one of the models "
              + models.keySet()
              + " in its precision, got "
              + spec.model()
              + " in "
              + spec.precision());
    }
    return ready;
  }

  private static List<String> passages(byte[] input) throws WorkRefusedException {
    try {
      return Passages.split(input);
    } catch (Passages.RefusedException e) {
      throw new WorkRefusedException(e.reason() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    models.values().forEach(ready -> ready.model().close());
  }
}
