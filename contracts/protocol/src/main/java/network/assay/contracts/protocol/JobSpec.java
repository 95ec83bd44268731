package network.assay.contracts.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A job specification, version 1 (embeddings) or 2 (a container); see docs/PROTOCOL.md §4. Its hash
 * is over the exact bytes that the consumer signed.
 *
 * @param model the registered model's hash; of a container {@link ContainerJob#CAPABILITY}
 * @param precision what the provider must compute in: fp32, tf32, fp16 or bf16; of a container none
 * @param inputRoot content root of the input
 * @param resultBytesMax of the sealed result
 * @param container of version 2 alone
 */
public record JobSpec(
    int version,
    String workload,
    Bytes32 model,
    String precision,
    Bytes32 inputRoot,
    int inputBytes,
    int resultBytesMax,
    Optional<ContainerJob> container) {
  public static final String CONTAINER = "container";
  public static final List<String> WORKLOADS = List.of("embeddings");
  private static final String NO_PRECISION = "none";
  public static final List<String> PRECISIONS = List.of("fp32", "tf32", "fp16", "bf16");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(4)
                          .maxStringLength(EvidenceBundle.SPEC_BYTES_MAX)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public JobSpec {
    if (container.isPresent()) {
      require(version == 2, "version", "2", version);
      require(workload.equals(CONTAINER), "workload", CONTAINER, workload);
      require(model.equals(ContainerJob.CAPABILITY), "model", ContainerJob.CAPABILITY, model);
      require(precision.equals(NO_PRECISION), "precision", NO_PRECISION, precision);
    } else {
      require(version == 1, "version", "1", version);
      require(WORKLOADS.contains(workload), "workload", WORKLOADS, workload);
      require(PRECISIONS.contains(precision), "precision", PRECISIONS, precision);
    }
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

  /** A job of version 1. */
  public JobSpec(
      int version,
      String workload,
      Bytes32 model,
      String precision,
      Bytes32 inputRoot,
      int inputBytes,
      int resultBytesMax) {
    this(
        version,
        workload,
        model,
        precision,
        inputRoot,
        inputBytes,
        resultBytesMax,
        Optional.empty());
  }

  /** A container, version 2. */
  public static JobSpec ofContainer(
      ContainerJob job, Bytes32 inputRoot, int inputBytes, int resultBytesMax) {
    return new JobSpec(
        2,
        CONTAINER,
        ContainerJob.CAPABILITY,
        NO_PRECISION,
        inputRoot,
        inputBytes,
        resultBytesMax,
        Optional.of(job));
  }

  /**
   * Whether this work can be had at this grade: nobody can verify what a stranger's program
   * computed, so a container has no grade that claims it, and ACCEPTED is for containers alone.
   */
  public boolean fits(Grade grade) {
    return container.isPresent() == (grade == Grade.ACCEPTED);
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

  /** The JSON shape of version 2. */
  private record ContainerShape(
      int version,
      String workload,
      String image,
      String imageName,
      List<String> argv,
      TreeMap<String, String> env,
      List<ContainerJob.Output> outputs,
      List<String> egress,
      ContainerJob.Limits limits,
      String inputRoot,
      int inputBytes,
      int resultBytesMax) {
    JobSpec spec() {
      boolean whole =
          Stream.concat(argv.stream(), egress.stream()).allMatch(Objects::nonNull)
              && outputs.stream().allMatch(Objects::nonNull)
              && env.values().stream().allMatch(Objects::nonNull);
      if (!whole) {
        throw new ProtocolException("MALFORMED_SPEC", "every member set", "a null");
      }
      return ofContainer(
          new ContainerJob(image, imageName, argv, env, outputs, egress, limits),
          Bytes32.fromHex(inputRoot),
          inputBytes,
          resultBytesMax);
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
      JsonNode tree = MAPPER.readTree(bytes);
      if (tree.path("version").asInt(0) == 2
          && tree.path("workload").asString("").equals(CONTAINER)) {
        return MAPPER.treeToValue(tree, ContainerShape.class).spec();
      }
      shape = MAPPER.treeToValue(tree, Shape.class);
    } catch (JacksonException e) {
      throw new ProtocolException(
          "MALFORMED_SPEC", "the members of version 1 or 2", e.getOriginalMessage());
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
    if (container.isPresent()) {
      return containerBytes(container.get());
    }
    String text =
        "{\"version\":%d,\"workload\":\"%s\",\"model\":\"%s\",\"precision\":\"%s\",\"inputRoot\":\"%s\",\"inputBytes\":%d,\"resultBytesMax\":%d}"
            .formatted(version, workload, model, precision, inputRoot, inputBytes, resultBytesMax);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] containerBytes(ContainerJob job) {
    byte[] bytes =
        MAPPER.writeValueAsBytes(
            new ContainerShape(
                version,
                workload,
                job.image(),
                job.imageName(),
                job.argv(),
                new TreeMap<>(job.env()),
                job.outputs(),
                job.egress(),
                job.limits(),
                inputRoot.hex(),
                inputBytes,
                resultBytesMax));
    if (bytes.length > EvidenceBundle.SPEC_BYTES_MAX) {
      throw new ProtocolException(
          "TOO_LONG", EvidenceBundle.SPEC_BYTES_MAX + " bytes", bytes.length);
    }
    return bytes;
  }

  public static Bytes32 hash(byte[] bytes) {
    return Keccak.hash(bytes);
  }
}
