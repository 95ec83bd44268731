package network.assay.oracle.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import network.assay.contracts.protocol.Bytes32;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {

  @Test
  void refusesANameNobodyCanType() {
    ModelId good = ModelRegistry.MINI_LM_FP32;
    assertThatThrownBy(() ->
            new ModelId("a b", "fp32", good.weightsSha256(), good.tokenizerSha256(), "/w", "/t"))
        .hasMessageStartingWith("want a model name");
  }

  @Test
  void refusesAHashInUpperCase() {
    ModelId good = ModelRegistry.MINI_LM_FP32;
    assertThatThrownBy(
            () -> new ModelId("a", "fp32", "AB".repeat(32), good.tokenizerSha256(), "/w", "/t"))
        .hasMessageStartingWith("want the SHA-256 of the weights");
  }

  @Test
  void refusesWeightsThatHashToSomethingElse() {
    ModelId good = ModelRegistry.MINI_LM_FP32;
    ModelId swapped =
        new ModelId(
            "swapped",
            "fp32",
            "00".repeat(32),
            good.tokenizerSha256(),
            "/all-minilm-l6-v2-q.onnx",
            good.tokenizerResource());
    assertThatThrownBy(() -> EmbeddingModel.load(swapped))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("with SHA-256 00000000")
        .hasMessageContaining("got " + ModelRegistry.MINI_LM_INT8.weightsSha256());
    assertThat(SharedModels.handles(swapped)).isZero();
  }

  @Test
  void refusesAModelWhoseFileIsMissing() {
    ModelId absent =
        new ModelId(
            "absent", "fp32", "00".repeat(32), "00".repeat(32), "/absent.onnx", "/absent.json");
    assertThatThrownBy(() -> EmbeddingModel.load(absent))
        .hasMessageContaining("/absent.json on the class path");
  }

  @Test
  void findsNothingForUnknownNamesAndHashes() {
    assertThat(ModelRegistry.byName("all-minilm-l6-v2")).isEmpty();
    assertThat(ModelRegistry.byHash(Bytes32.ZERO)).isEmpty();
  }

  @Test
  void findsEachKnownModelByNameAndHash() {
    for (ModelId model : ModelRegistry.known()) {
      assertThat(ModelRegistry.byName(model.name())).contains(model);
      assertThat(ModelRegistry.byHash(model.modelHash())).contains(model);
    }
  }

  /**
   * Changing one byte of what is hashed breaks every job that names the model: computed with
   * PyCryptodome's keccak from the files.
   */
  @Test
  void hashesAreWhatJobsAlreadyName() {
    assertThat(ModelRegistry.MINI_LM_FP32.modelHash().hex())
        .isEqualTo("0x9e7373845a15baf9628f8b7047a6199630e0feb371f642a6bee67a3e3d3947ba");
    assertThat(ModelRegistry.MINI_LM_INT8.modelHash().hex())
        .isEqualTo("0x49f33cca6ea0b58642ef0e01ad377a55045d97f36d12ae645f8a7cbf0bbf1e7e");
  }
}
