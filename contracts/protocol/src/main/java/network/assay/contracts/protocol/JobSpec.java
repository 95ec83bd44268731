package network.assay.contracts.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A job specification, version 1; see docs/PROTOCOL.md §4. Its hash is over the exact bytes that
 * the consumer signed.
 *
 * @param model the registered model's hash
 * @param precision what the provider must compute in: fp32, tf32, fp16 or bf16
 * @param inputRoot content root of the input
 * @param resultBytesMax of the sealed result
 */
public record JobSpec(
    int version,
    String workload,
    Bytes32 model,
    String precision,
    Bytes32 inputRoot,
    int inputBytes,
    int resultBytesMax) {
  public static final List<String> WORKLOADS = List.of("embeddings");
  public static final List<String> PRECISIONS = List.of("fp32", "tf32", "fp16", "bf16");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(4)
                          .maxStringLength(256)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public JobSpec {
    require(version == 1, "version", "1", version);
    require(WORKLOADS.contains(workload), "workload", WORKLOADS, workload);
    require(PRECISIONS.contains(precision), "precision", PRECISIONS, precision);
    require(
        inputBytes >= 1 && inputBytes <= EvidenceBundle.INPUT_BYTES_MAX,
        "inputBytes",
        "1 to " + EvidenceBundle.INPUT_BYTES_MAX,
        inputBytes);
    require(
        resultBytesMax >= 1 && resultBytesMax <= EvidenceBundle.CIPHERTEXT_BYTES_MAX,
        "resultBytesMax",
        "1 to " + EvidenceBundle.CIPHERTEXT_BYTES_MAX,
        resultBytesMax);
  }

  private static void require(boolean holds, String member, Object want, Object got) {
    if (!holds) {
      throw new ProtocolException("INVALID_SPEC", member + ": " + want, got);
    }
  }

  /** The JSON shape before its members are checked. */
  private record Shape(
      Integer version,
      String workload,
      String model,
      String precision,
      String inputRoot,
      Integer inputBytes,
      Integer resultBytesMax) {
    @JsonCreator
    Shape(
        @JsonProperty(value = "version", required = true) Integer version,
        @JsonProperty(value = "workload", required = true) String workload,
        @JsonProperty(value = "model", required = true) String model,
        @JsonProperty(value = "precision", required = true) String precision,
        @JsonProperty(value = "inputRoot", required = true) String inputRoot,
        @JsonProperty(value = "inputBytes", required = true) Integer inputBytes,
        @JsonProperty(value = "resultBytesMax", required = true) Integer resultBytesMax) {
      this.version = version;
      this.workload = workload;
      this.model = model;
      this.precision = precision;
      this.inputRoot = inputRoot;
      this.inputBytes = inputBytes;
      this.resultBytesMax = resultBytesMax;
    }

    private void requireAll() {
      if (version == null
          || workload == null
          || model == null
          || precision == null
          || inputRoot == null
          || inputBytes == null
          || resultBytesMax == null) {
        throw new ProtocolException("MALFORMED_SPEC", "every member set", "a null");
      }
    }
  }

  /** Parses hostile bytes; unknown, repeated and missing members are refused by name. */
  public static JobSpec parse(byte[] bytes) {
    if (bytes.length > EvidenceBundle.SPEC_BYTES_MAX) {
      throw new ProtocolException(
          "TOO_LONG", EvidenceBundle.SPEC_BYTES_MAX + " bytes", bytes.length);
    }
    Shape shape;
    try {
      shape = MAPPER.readValue(bytes, Shape.class);
    } catch (JacksonException e) {
      throw new ProtocolException(
          "MALFORMED_SPEC", "the members of version 1", e.getOriginalMessage());
    }
    if (shape == null) {
      throw new ProtocolException("MALFORMED_SPEC", "an object", "null");
    }
    shape.requireAll();
    return new JobSpec(
        shape.version(),
        shape.workload(),
        Bytes32.fromHex(shape.model()),
        shape.precision(),
        Bytes32.fromHex(shape.inputRoot()),
        shape.inputBytes(),
        shape.resultBytesMax());
  }

  /**
   * One way of writing this specification; any other bytes that parse are as good, but hash
   * differently.
   */
  public byte[] toBytes() {
    String text =
        "{\"version\":%d,\"workload\":\"%s\",\"model\":\"%s\",\"precision\":\"%s\",\"inputRoot\":\"%s\",\"inputBytes\":%d,\"resultBytesMax\":%d}"
            .formatted(version, workload, model, precision, inputRoot, inputBytes, resultBytesMax);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static Bytes32 hash(byte[] bytes) {
    return Keccak.hash(bytes);
  }
}
