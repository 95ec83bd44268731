package network.assay.oracle.replay;

import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;

/**
 * The models this build can run. A closed list: an oracle that judged with weights it fetched by
 * name would judge with whatever somebody put there.
 */
public final class ModelRegistry {

  private static final String TOKENIZER_SHA256 =
      "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0";

  /**
   * Sentence embeddings, 384 numbers each, in single precision: what an honest provider declares
   * and runs.
   */
  public static final ModelId MINI_LM_FP32 =
      new ModelId(
          "all-MiniLM-L6-v2",
          "fp32",
          "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e",
          TOKENIZER_SHA256,
          "/all-minilm-l6-v2.onnx",
          "/all-minilm-l6-v2-tokenizer.json");

  /**
   * The same network with weights quantised to eight bits: a quarter of the memory. It is
   * registered under its own hash, but no verifier compares it across machines; declared as fp32 it
   * is the fraud that the band must catch.
   */
  public static final ModelId MINI_LM_INT8 =
      new ModelId(
          "all-MiniLM-L6-v2-int8",
          "int8",
          "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
          TOKENIZER_SHA256,
          "/all-minilm-l6-v2-q.onnx",
          "/all-minilm-l6-v2-q-tokenizer.json");

  private static final List<ModelId> KNOWN = List.of(MINI_LM_FP32, MINI_LM_INT8);

  private ModelRegistry() {}

  /** Every model of this build, in a fixed order. */
  public static List<ModelId> known() {
    return KNOWN;
  }

  /** The model of that exact name, or nothing. */
  public static Optional<ModelId> byName(String name) {
    return KNOWN.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  /** The model of that {@link ModelId#modelHash()}, or nothing. */
  public static Optional<ModelId> byHash(Bytes32 modelHash) {
    return KNOWN.stream().filter(model -> model.modelHash().equals(modelHash)).findFirst();
  }
}
