package network.assay.contracts.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Typed settings of one process: a record read from one JSON file (comments allowed), then from the
 * environment, which wins.
 *
 * <p>The variable of a setting is the process's prefix and the setting's path, words by one
 * underscore, levels by two: {@code rpc.callTimeoutMs} of a process with prefix {@code
 * ASSAY_ORACLE_} is {@code ASSAY_ORACLE_RPC__CALL_TIMEOUT_MS}. Lists and objects are given as JSON.
 * A key or variable that the record does not know stops the start: it was removed or is misspelled,
 * and a setting that silently does nothing is worse than none. A member is required unless it is an
 * {@code Optional}.
 */
public final class Config {
  private static final JsonMapper MAPPER = Json.forPeople();

  /** A configuration is a page of text. */
  private static final long FILE_BYTES_MAX = 1 << 20;

  private Config() {}

  /**
   * Reads the file, then the environment.
   *
   * @param file the settings; where it does not exist the environment must give all that is
   *     required
   * @param prefix of this process's variables, ending in an underscore
   * @param environment usually {@code System.getenv()}
   * @param removed settings of former versions by path, with what to do instead
   * @throws ConfigProblem in one sentence, with got and want
   */
  public static <T> T load(
      Path file,
      String prefix,
      Map<String, String> environment,
      Class<T> type,
      Map<String, String> removed) {
    if (!prefix.endsWith("_")) {
      throw new IllegalArgumentException("want a prefix that ends in an underscore, got " + prefix);
    }
    ObjectNode tree = readTree(file);
    new TreeMap<>(environment)
        .forEach((name, value) -> {
          if (name.startsWith(prefix)) {
            put(tree, name, name.substring(prefix.length()), value);
          }
        });
    removed.forEach((path, advice) -> refuseRemoved(tree, path, advice, file));
    return bind(tree, type, file, prefix);
  }

  /** Without removed settings. */
  public static <T> T load(
      Path file, String prefix, Map<String, String> environment, Class<T> type) {
    return load(file, prefix, environment, type, Map.of());
  }

  private static ObjectNode readTree(Path file) {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new ConfigProblem(
            "want a configuration of at most "
                + FILE_BYTES_MAX
                + " bytes, got "
                + Files.size(file)
                + " in "
                + file);
      }
      JsonNode tree = MAPPER.readTree(Files.readString(file));
      if (!tree.isObject()) {
        throw new ConfigProblem("want one JSON object in " + file + ", got " + tree.getNodeType());
      }
      return (ObjectNode) tree;
    } catch (NoSuchFileException e) {
      return MAPPER.createObjectNode();
    } catch (IOException e) {
      throw new ConfigProblem("cannot read the configuration " + file + ": " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new ConfigProblem(
          Json.describe("the configuration " + file, e)
              + " (line "
              + e.getLocation().getLineNr()
              + ")",
          e);
    }
  }

  private static void put(ObjectNode tree, String name, String suffix, String value) {
    List<String> path = new ArrayList<>();
    for (String level : suffix.split("__", -1)) {
      path.add(camel(level, name));
    }
    ObjectNode at = tree;
    for (String level : path.subList(0, path.size() - 1)) {
      JsonNode next = at.get(level);
      if (next != null && !next.isObject()) {
        throw new ConfigProblem(
            "the variable "
                + name
                + " wants "
                + level
                + " to be an object, the file has "
                + next.getNodeType());
      }
      at = next == null ? at.putObject(level) : (ObjectNode) next;
    }
    at.set(path.getLast(), parse(name, value));
  }

  private static JsonNode parse(String name, String value) {
    String trimmed = value.trim();
    if (!trimmed.startsWith("[") && !trimmed.startsWith("{")) {
      // Numbers and truth values are read out of strings where the setting wants one.
      return MAPPER.getNodeFactory().stringNode(value);
    }
    try {
      return MAPPER.readTree(trimmed);
    } catch (JacksonException e) {
      throw new ConfigProblem(
          "the variable " + name + " looks like JSON and is none: " + e.getOriginalMessage(), e);
    }
  }

  /** CALL_TIMEOUT_MS → callTimeoutMs. */
  private static String camel(String upperSnake, String name) {
    if (!upperSnake.matches("[A-Z0-9]+(_[A-Z0-9]+)*")) {
      throw new ConfigProblem("want a variable of upper-case words by underscores, got " + name);
    }
    StringBuilder out = new StringBuilder();
    for (String word : upperSnake.toLowerCase(Locale.ROOT).split("_", -1)) {
      out.append(out.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return out.toString();
  }

  private static void refuseRemoved(ObjectNode tree, String path, String advice, Path file) {
    JsonNode at = tree;
    for (String level : path.split("\\.", -1)) {
      at = at.path(level);
    }
    if (!at.isMissingNode()) {
      throw new ConfigProblem("the setting " + path + " in " + file + " was removed: " + advice);
    }
  }

  private static <T> T bind(ObjectNode tree, Class<T> type, Path file, String prefix) {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (UnrecognizedPropertyException e) {
      throw new ConfigProblem(
          Json.describe("the configuration " + file + " (or a variable " + prefix + "…)", e)
              + ". It was removed or is misspelled; take it out",
          e);
    } catch (JacksonException e) {
      throw new ConfigProblem(
          Json.describe("the configuration " + file + " (or a variable " + prefix + "…)", e), e);
    }
  }
}
