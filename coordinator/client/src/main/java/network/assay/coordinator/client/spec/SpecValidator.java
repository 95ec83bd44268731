package network.assay.coordinator.client.spec;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

/** What is wrong with a specification: the schema's rules, and those that join several fields. */
public final class SpecValidator {
  /** The shipped JSON Schema, a resource beside this class. */
  public static final String SCHEMA = "job-spec-2.schema.json";

  private static final int PROBLEMS_MAX = 50;
  private static final int SHOWN_MAX = 60;

  private final Schema schema;

  public SpecValidator() {
    try (InputStream in = SpecValidator.class.getResourceAsStream(SCHEMA)) {
      byte[] bytes = Objects.requireNonNull(in, SCHEMA).readAllBytes();
      this.schema =
          SchemaRegistry.withDefaultDialect(
                  SpecificationVersion.DRAFT_2020_12,
                  registry ->
                      registry.schemaRegistryConfig(
                          com.networknt.schema.SchemaRegistryConfig.builder()
                              .pathType(PathType.JSON_POINTER)
                              .build()))
              .getSchema(new String(bytes, StandardCharsets.UTF_8), InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that is wrong, in the order of the text; empty for a good specification. */
  public List<SpecProblem> problems(SpecText text) {
    List<SpecProblem> out = new ArrayList<>();
    for (Error error : schema.validate(text.tree())) {
      out.add(problem(text, error));
    }
    if (out.isEmpty()) {
      joined(text, out);
    }
    return out.stream()
        .distinct()
        .sorted(
            Comparator.comparingInt(SpecProblem::line)
                .thenComparingInt(SpecProblem::column)
                .thenComparing(SpecProblem::message))
        .limit(PROBLEMS_MAX)
        .toList();
  }

  private static SpecProblem problem(SpecText text, Error error) {
    String field = error.getInstanceLocation().toString();
    String property = error.getProperty();
    boolean unknown = "additionalProperties".equals(error.getKeyword());
    if (unknown && property != null) {
      field = field + "/" + property;
    }
    String message =
        unknown ? "there is no such field" : String.valueOf(error.getMessage()) + got(error);
    return at(text, field, message);
  }

  private static String got(Error error) {
    JsonNode node = error.getInstanceNode();
    if (node == null || node.isContainer()) {
      return "";
    }
    String shown = node.asString();
    return ", got " + (shown.length() <= SHOWN_MAX ? shown : shown.substring(0, SHOWN_MAX) + "…");
  }

  private static SpecProblem at(SpecText text, String field, String message) {
    TokenStreamLocation place = text.place(field);
    return new SpecProblem(
        Math.max(1, place.getLineNr()), Math.max(1, place.getColumnNr()), field, message);
  }

  private static void joined(SpecText text, List<SpecProblem> out) {
    JsonNode spec = text.tree();
    JsonNode gpu = spec.path("resources").path("gpu");
    if (bytes(gpu.path("vramMin"), 0) > bytes(gpu.path("vramMax"), Long.MAX_VALUE)) {
      out.add(at(text, "/resources/gpu/vramMin", "want at most vramMax"));
    }
    boolean shielded = !gpu.path("tee").asString("none").equals("none");
    if (spec.path("privacy").path("sealInputs").asBoolean(false) && !shielded) {
      out.add(
          at(
              text,
              "/privacy/sealInputs",
              "want resources.gpu.tee cpu or cpu-and-gpu: without a TEE the node's owner reads what is unsealed"));
    }
    if (spec.path("verification").path("grade").asString("").equals("attested") && !shielded) {
      out.add(
          at(
              text,
              "/verification/grade",
              "want resources.gpu.tee cpu or cpu-and-gpu: without a TEE nothing attests"));
    }
    unique(text, "inputs", out);
    unique(text, "outputs", out);
    if (spec.path("workload").asString("").equals("container")) {
      required(text, "inputs", out);
      required(text, "outputs", out);
    }
  }

  /** Names and paths are each one thing, and no path lies in another. */
  private static void unique(SpecText text, String list, List<SpecProblem> out) {
    Set<String> names = new HashSet<>();
    List<String> paths = new ArrayList<>();
    int i = 0;
    for (JsonNode item : text.tree().path(list)) {
      String field = "/" + list + "/" + i++;
      if (!names.add(item.path("name").asString(""))) {
        out.add(at(text, field + "/name", "want each name once"));
      }
      String path = item.path("path").asString("");
      if (paths.stream().anyMatch(other -> within(path, other) || within(other, path))) {
        out.add(at(text, field + "/path", "want paths of which none lies in another"));
      }
      if (!path.isEmpty()) {
        paths.add(path);
      }
    }
  }

  private static boolean within(String path, String other) {
    return !path.isEmpty() && (path + "/").startsWith(other + "/");
  }

  private static void required(SpecText text, String list, List<SpecProblem> out) {
    int i = 0;
    for (JsonNode item : text.tree().path(list)) {
      if (!item.has("path")) {
        out.add(at(text, "/" + list + "/" + i, "want a path: a container finds files by it"));
      }
      i++;
    }
  }

  /** A checked size in bytes. */
  static long bytes(JsonNode size, long otherwise) {
    if (size.isIntegralNumber()) {
      return size.longValue();
    }
    String text = size.asString("");
    if (text.isEmpty()) {
      return otherwise;
    }
    long number = Long.parseLong(text.substring(0, text.length() - 3));
    return switch (text.substring(text.length() - 3)) {
      case "KiB" -> number << 10;
      case "MiB" -> number << 20;
      case "GiB" -> number << 30;
      default -> number << 40;
    };
  }
}
