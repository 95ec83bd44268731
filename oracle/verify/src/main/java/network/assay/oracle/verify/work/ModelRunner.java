package network.assay.oracle.verify.work;

import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;

/**
 * Port: re-runs registered models. The implementation on ONNX Runtime is in {@code oracle/replay};
 * tests bring their own.
 *
 * <p>Safety depends on: the model that answers to a hash consists of exactly the bytes with that
 * hash. Liveness depends on: a run ends.
 */
public interface ModelRunner {

  /** The registered model of that hash, or nothing where this oracle has none such. */
  Optional<Model> model(Bytes32 modelHash);

  /** A model, ready to run. Safe for use from many threads. */
  interface Model {

    /** Precision profile that is part of the model's hash, such as {@code fp32}. */
    String precision();

    /** Width of rows and embeddings. */
    int dimensions();

    /** How many rows {@link #run} would give: at least one. Cheap. */
    int tokens(String passage);

    /**
     * Runs one passage alone.
     *
     * @throws IllegalStateException if the machine cannot: the finding is then inconclusive, never
     *     against the provider
     */
    Rerun run(String passage);
  }

  /**
   * What a run gave. Arrays are shared; treat them as read-only.
   *
   * @param lastHidden [tokens][dimensions], finite
   * @param embedding [dimensions], finite
   */
  @SuppressWarnings("ArrayRecordComponent") // compared number by number, never with equals
  record Rerun(float[][] lastHidden, float[] embedding) {}
}
