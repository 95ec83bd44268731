package network.assay.oracle.replay;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.util.HashMap;
import java.util.Map;

/**
 * One session per model and process, counted: a devnet runs four oracles and three agents in one
 * process, and seven copies of 90 MB of weights would serve nobody. A session runs from many
 * threads at once.
 */
final class SharedModels {

  private static final Map<ModelId, Shared> LOADED = new HashMap<>();

  private SharedModels() {}

  /** A loaded model and how many handles are open on it. */
  static final class Shared {
    final OrtSession session;
    final WordPieceTokenizer tokenizer;
    private int handles;

    private Shared(OrtSession session, WordPieceTokenizer tokenizer) {
      this.session = session;
      this.tokenizer = tokenizer;
    }
  }

  /** Loads the model or joins the one loaded; a second caller waits for the first one's load. */
  static synchronized Shared acquire(ModelId model) {
    Shared shared = LOADED.get(model);
    if (shared == null) {
      shared = load(model);
      LOADED.put(model, shared);
    }
    shared.handles++;
    return shared;
  }

  /** Gives one handle back; the last one frees the weights. */
  static synchronized void release(ModelId model, Shared shared) {
    if (--shared.handles > 0) {
      return;
    }
    LOADED.remove(model);
    try {
      shared.session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("cannot free " + model.name() + ": " + e.getMessage(), e);
    }
  }

  static synchronized int handles(ModelId model) {
    Shared shared = LOADED.get(model);
    return shared == null ? 0 : shared.handles;
  }

  private static Shared load(ModelId model) {
    WordPieceTokenizer tokenizer = WordPieceTokenizer.read(ModelFiles.tokenizer(model));
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "assay");
    try (OrtSession.SessionOptions options = options()) {
      return new Shared(environment.createSession(ModelFiles.weights(model), options), tokenizer);
    } catch (OrtException e) {
      throw new IllegalStateException(
          "cannot load " + model.name() + " into ONNX Runtime: " + e.getMessage(), e);
    }
  }

  /**
   * Everything that could change the order of float operations is fixed: one thread, one operator
   * after another, and the BASIC level, whose rewrites do not depend on the processor. EXTENDED and
   * ALL fuse operators differently from release to release and machine to machine.
   */
  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
    // Passages differ in length: a pattern remembered per shape would only pile up.
    options.setMemoryPatternOptimization(false);
    options.setDeterministicCompute(true);
    return options;
  }
}
