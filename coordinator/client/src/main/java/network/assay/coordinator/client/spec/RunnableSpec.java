package network.assay.coordinator.client.spec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.Grade;
import network.assay.coordinator.client.ConsumerException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * What a checked specification of version 2 (docs/JOB-SPEC.md) asks of the network. What the
 * network cannot keep is refused by its field, never left out.
 *
 * @param container empty for embeddings
 * @param model and precision of embeddings
 * @param files contents by path below {@code /assay/in}; of embeddings the one text
 * @param regions bit set, 0 for anywhere
 * @param priceMax token base units
 */
public record RunnableSpec(
    Optional<ContainerJob> container,
    String model,
    String precision,
    SortedMap<String, byte[]> files,
    Grade grade,
    long regions,
    BigInteger priceMax) {
  private static final long MEMORY = 256L << 20;
  private static final long DISK = 64L << 20;
  private static final int PIDS_MAX = 512;
  private static final int FILES_MAX = 10_000;
  private static final int OUTPUT_FILES_MAX = 500;
  private static final int LOG_BYTES_MAX = 1 << 20;
  private static final String IN = "/assay/in/";
  private static final String OUT = "/assay/out/";

  /**
   * Reads a specification that {@link SpecValidator} found good.
   *
   * @param content gives an input's bytes by its name
   */
  public static RunnableSpec of(JsonNode spec, Function<String, byte[]> content) {
    refuseUnkept(spec);
    boolean container = spec.path("workload").asString("").equals("container");
    Grade grade =
        Grade.valueOf(
            spec.path("verification").path("grade").asString("").toUpperCase(Locale.ROOT));
    return new RunnableSpec(
        container ? Optional.of(job(spec)) : Optional.empty(),
        spec.path("model").asString(""),
        spec.path("precision").asString(""),
        files(spec, container, content),
        grade,
        regions(spec),
        new BigInteger(spec.path("price").path("max").asString("0")));
  }

  /** Promises that nobody would keep yet. */
  private static void refuseUnkept(JsonNode spec) {
    List<String> unkept = new ArrayList<>();
    unkept(unkept, spec.has("workingDirectory"), "workingDirectory");
    unkept(unkept, !spec.path("network").path("serve").isEmpty(), "network.serve");
    JsonNode gpu = spec.path("resources").path("gpu");
    unkept(unkept, gpu.path("count").asInt(0) > 0 || gpu.size() > 1, "resources.gpu");
    unkept(unkept, spec.path("verification").has("reputationMin"), "verification.reputationMin");
    JsonNode privacy = spec.path("privacy");
    unkept(unkept, privacy.path("sealInputs").asBoolean(false), "privacy.sealInputs");
    unkept(unkept, !privacy.path("sealResult").asBoolean(true), "privacy.sealResult: false");
    unkept(unkept, privacy.has("deleteAfter"), "privacy.deleteAfter");
    JsonNode price = spec.path("price");
    unkept(unkept, !price.path("unit").asString("job").equals("job"), "price.unit");
    unkept(unkept, price.has("attemptsMax"), "price.attemptsMax");
    if (!unkept.isEmpty()) {
      throw new ConsumerException(
          "NOT_KEPT_YET",
          "the specification is good, but the network does not keep these fields yet: "
              + String.join(", ", unkept));
    }
  }

  private static void unkept(List<String> out, boolean asked, String field) {
    if (asked) {
      out.add(field);
    }
  }

  private static ContainerJob job(JsonNode spec) {
    String image = spec.path("image").asString("");
    int at = image.lastIndexOf('@');
    List<String> argv = new ArrayList<>();
    spec.path("command").forEach(word -> argv.add(word.asString("")));
    TreeMap<String, String> env = new TreeMap<>();
    spec.path("env")
        .properties()
        .forEach(one -> env.put(one.getKey(), one.getValue().asString("")));
    List<ContainerJob.Output> outputs = new ArrayList<>();
    for (JsonNode output : spec.path("outputs")) {
      outputs.add(
          new ContainerJob.Output(
              output.path("path").asString("").substring(OUT.length()),
              OUTPUT_FILES_MAX,
              SpecValidator.bytes(output.path("bytesMax"), 0)));
    }
    List<String> egress = new ArrayList<>();
    for (JsonNode target : spec.path("network").path("egress")) {
      egress.add(target.path("host").asString("") + ":" + target.path("port").asInt(0));
    }
    JsonNode resources = spec.path("resources");
    return new ContainerJob(
        image.substring(at + 1),
        image.substring(0, at),
        argv,
        env,
        outputs,
        egress,
        new ContainerJob.Limits(
            (int) Math.round(resources.path("cpu").asDouble(1) * 1_000),
            SpecValidator.bytes(resources.path("memory"), MEMORY),
            PIDS_MAX,
            SpecValidator.bytes(resources.path("disk"), DISK),
            FILES_MAX,
            timeMs(resources.path("time").asString("")),
            LOG_BYTES_MAX));
  }

  private static SortedMap<String, byte[]> files(
      JsonNode spec, boolean container, Function<String, byte[]> content) {
    SortedMap<String, byte[]> out = new TreeMap<>();
    for (JsonNode input : spec.path("inputs")) {
      String name = input.path("name").asString("");
      byte[] bytes = content.apply(name);
      Bytes32 want = Bytes32.fromHex(input.path("root").asString(""));
      Bytes32 got = ContentRoot.of(bytes);
      if (bytes.length != input.path("bytes").asLong(0) || !got.equals(want)) {
        throw new ConsumerException(
            "WRONG_INPUT",
            "input %s: want %d bytes with content root %s, got %d with %s"
                .formatted(name, input.path("bytes").asLong(0), want, bytes.length, got));
      }
      String path = input.path("path").asString("");
      out.put(container ? path.substring(IN.length()) : name, bytes);
    }
    if (!container && out.size() != 1) {
      throw new ConsumerException(
          "INPUT_COUNT", "want one text to embed, got " + out.size() + " inputs");
    }
    return out;
  }

  private static long regions(JsonNode spec) {
    long bits = 0;
    for (JsonNode region : spec.path("regions")) {
      bits |= 1L << region.asInt(0);
    }
    return bits;
  }

  /** Bytes of {@code 256MiB} or a plain number. */
  public static long size(String text) {
    if (text.matches("[1-9][0-9]{0,13}")) {
      return Long.parseLong(text);
    }
    if (!text.matches("[1-9][0-9]{0,5}(KiB|MiB|GiB|TiB)")) {
      throw new ConsumerException("MALFORMED_SIZE", "want a size such as 256MiB, got " + text);
    }
    return SpecValidator.bytes(StringNode.valueOf(text), 0);
  }

  /** Milliseconds of {@code 90s}, {@code 5m} or {@code 2h}. */
  public static long timeMs(String text) {
    if (!text.matches("[1-9][0-9]{0,5}[smh]")) {
      throw new ConsumerException("MALFORMED_TIME", "want a time such as 90s, got " + text);
    }
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 's' -> number * 1_000;
      case 'm' -> number * 60_000;
      default -> number * 3_600_000;
    };
  }
}
