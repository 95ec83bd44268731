package network.assay.oracle.replay;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.oracle.verify.work.ModelRunner;

/**
 * Re-runs the registered models on this machine's processor with ONNX Runtime. A model is loaded
 * when it is first asked for and kept until this runner is closed.
 */
public final class OnnxModelRunner implements ModelRunner, AutoCloseable {

  private final Map<ModelId, EmbeddingModel> loaded = new HashMap<>();
  private boolean closed;

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if this runner is closed, or the model's files are missing or
   *     damaged
   */
  @Override
  public synchronized Optional<Model> model(Bytes32 modelHash) {
    if (closed) {
      throw new IllegalStateException("want an open model runner, got one after close");
    }
    return ModelRegistry.byHash(modelHash)
        .map(id -> new Loaded(loaded.computeIfAbsent(id, EmbeddingModel::load)));
  }

  /** Frees every model, after runs under way. */
  @Override
  public synchronized void close() {
    closed = true;
    loaded.values().forEach(EmbeddingModel::close);
    loaded.clear();
  }

  private record Loaded(EmbeddingModel model) implements Model {

    @Override
    public String precision() {
      return model.model().precision();
    }

    @Override
    public int dimensions() {
      return EmbeddingModel.DIMENSIONS;
    }

    @Override
    public int tokens(String passage) {
      return model.tokens(passage).length;
    }

    @Override
    public Rerun run(String passage) {
      Activations activations = model.run(passage);
      return new Rerun(activations.lastHidden(), activations.embedding());
    }
  }
}
