package network.assay.oracle.replay;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import network.assay.oracle.verify.work.Pooling;

/**
 * A handle on a registered embedding model. Bit-identical over runs, threads and handles on one
 * machine; across machines it may differ by about 1e-6 in relative L2, which is what the fp32 band
 * allows for.
 *
 * <p>One passage is one session run, without padding or batching: another passage in a batch
 * changes the shapes and with them, on some machines, the last bits. Safe for use from many
 * threads; each run keeps its own thread busy.
 */
public final class EmbeddingModel implements AutoCloseable {

  /**
   * [CLS] and [SEP] included; the model was trained on sentences and short paragraphs of this
   * length.
   */
  public static final int TOKENS_MAX = 256;

  /** Width of a last hidden row and of an embedding. */
  public static final int DIMENSIONS = 384;

  private final ModelId model;
  private final SharedModels.Shared shared;
  private final ReentrantReadWriteLock openLock = new ReentrantReadWriteLock();
  private boolean closed;

  private EmbeddingModel(ModelId model, SharedModels.Shared shared) {
    this.model = model;
    this.shared = shared;
  }

  /**
   * Loads the model, about a second, or joins it where this process has it already.
   *
   * @throws IllegalStateException if its files are missing, hash to something else, or do not run
   */
  public static EmbeddingModel load(ModelId model) {
    return new EmbeddingModel(model, SharedModels.acquire(model));
  }

  /** Which model this is. */
  public ModelId model() {
    return model;
  }

  /**
   * The token ids that {@link #run} would feed in: 2..{@link #TOKENS_MAX}. Cheap; runs no network.
   */
  public int[] tokens(String passage) {
    return shared.tokenizer.encode(passage, TOKENS_MAX);
  }

  /**
   * Runs one passage.
   *
   * @throws IllegalArgumentException if the passage is longer than {@link
   *     WordPieceTokenizer#TEXT_CHARS_MAX}
   * @throws IllegalStateException if this handle is closed or the runtime fails
   */
  public Activations run(String passage) {
    openLock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("want an open model, got " + model.name() + " after close");
      }
      int[] tokens = tokens(passage);
      float[][] rows = lastHidden(tokens);
      return new Activations(tokens, rows, Pooling.embedding(rows));
    } catch (OrtException e) {
      throw new IllegalStateException(
          "ONNX Runtime cannot run " + model.name() + ": " + e.getMessage(), e);
    } finally {
      openLock.readLock().unlock();
    }
  }

  private float[][] lastHidden(int[] tokens) throws OrtException {
    long[] ids = Arrays.stream(tokens).asLongStream().toArray();
    long[] mask = new long[tokens.length];
    Arrays.fill(mask, 1);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {1, tokens.length};
    try (OnnxTensor idsTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
        OnnxTensor typesTensor =
            OnnxTensor.createTensor(environment, LongBuffer.allocate(tokens.length), shape)) {
      Map<String, OnnxTensor> inputs = new HashMap<>();
      inputs.put("input_ids", idsTensor);
      inputs.put("attention_mask", maskTensor);
      inputs.put("token_type_ids", typesTensor);
      try (OrtSession.Result result = shared.session.run(inputs)) {
        return rows(result.get(0), tokens.length);
      }
    }
  }

  private float[][] rows(OnnxValue output, int tokens) throws OrtException {
    if (!(output.getValue() instanceof float[][][] batch)
        || batch.length != 1
        || batch[0].length != tokens
        || batch[0][0].length != DIMENSIONS) {
      throw new IllegalStateException(
          "want [1, "
              + tokens
              + ", "
              + DIMENSIONS
              + "] floats from "
              + model.name()
              + ", got "
              + output.getInfo());
    }
    for (float[] row : batch[0]) {
      for (float value : row) {
        if (!Float.isFinite(value)) {
          throw new IllegalStateException(
              "want finite numbers from " + model.name() + ", got " + value);
        }
      }
    }
    return batch[0];
  }

  /** Gives this handle back, after runs under way; a second call does nothing. */
  @Override
  public void close() {
    openLock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        SharedModels.release(model, shared);
      }
    } finally {
      openLock.writeLock().unlock();
    }
  }
}
