package network.assay.coordinator.client.spec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Hostile JSON or YAML, bounded before it is read, as a tree that remembers where each value stood.
 * Repeated keys, anchors and aliases, tags and second documents are refused: they are how texts
 * grow or mean two things.
 */
public final class SpecText {
  public static final int BYTES_MAX = 64 * 1024;
  public static final int DEPTH_MAX = 12;
  public static final int VALUES_MAX = 4_096;

  private static final StreamReadConstraints BOUNDS =
      StreamReadConstraints.builder()
          .maxDocumentLength(BYTES_MAX)
          .maxNestingDepth(DEPTH_MAX)
          .maxStringLength(BYTES_MAX)
          .maxNameLength(256)
          .maxNumberLength(40)
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<String, TokenStreamLocation> places = new HashMap<>();
  private final JsonNode tree;
  private int values;

  /** A text that is no specification at all. */
  public static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SpecProblem problem;

    Unreadable(int line, int column, String field, String message) {
      super(message);
      this.problem = new SpecProblem(line, column, field, message);
    }

    public SpecProblem problem() {
      return problem;
    }
  }

  private SpecText(TokenStreamFactory factory, String text) {
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        throw new Unreadable(1, 1, "", "want a specification, got an empty text");
      }
      this.tree = value(parser, "");
      if (parser.nextToken() != null) {
        throw refused(parser, "", "want one document, got more after it");
      }
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      int line = at == null ? 1 : Math.max(1, at.getLineNr());
      int column = at == null ? 1 : Math.max(1, at.getColumnNr());
      throw new Unreadable(line, column, "", firstLine(e.getOriginalMessage()));
    }
  }

  /** Reads a file without reading more of it than may be. */
  public static SpecText read(Path file) throws IOException {
    long size = Files.isRegularFile(file) ? Files.size(file) : 0;
    if (size > BYTES_MAX) {
      throw tooLong(size + "");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return parse(in.readNBytes(BYTES_MAX + 1));
    }
  }

  /** Parses JSON where the first letter is a brace, else YAML. */
  public static SpecText parse(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw tooLong("more");
    }
    String text = utf8(bytes);
    return text.stripLeading().startsWith("{")
        ? new SpecText(JsonFactory.builder().streamReadConstraints(BOUNDS).build(), text)
        : new SpecText(YAMLFactory.builder().streamReadConstraints(BOUNDS).build(), text);
  }

  private static Unreadable tooLong(String got) {
    return new Unreadable(
        1, 1, "", "want a specification of at most " + BYTES_MAX + " bytes, got " + got);
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Unreadable(1, 1, "", "want UTF-8, got bytes that are none");
    }
  }

  public JsonNode tree() {
    return tree;
  }

  /** Where the value stood, or the nearest that holds it. */
  TokenStreamLocation place(String pointer) {
    String at = pointer;
    while (!places.containsKey(at) && !at.isEmpty()) {
      at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
    }
    return places.getOrDefault(at, TokenStreamLocation.NA);
  }

  private static Unreadable refused(JsonParser parser, String field, String message) {
    TokenStreamLocation at = parser.currentTokenLocation();
    return new Unreadable(
        Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()), field, message);
  }

  private JsonNode value(JsonParser parser, String pointer) {
    if (++values > VALUES_MAX) {
      throw refused(parser, pointer, "want at most " + VALUES_MAX + " values, got more");
    }
    if (parser instanceof YAMLParser yaml
        && (yaml.isCurrentAlias() || yaml.getObjectId() != null || yaml.getTypeId() != null)) {
      throw refused(parser, pointer, "want plain values, got an anchor, an alias or a tag");
    }
    places.putIfAbsent(pointer, parser.currentTokenLocation());
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, pointer);
      case START_ARRAY -> array(parser, pointer);
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> throw refused(parser, pointer, "want a value, got none");
      default -> throw refused(parser, pointer, "want a value, got " + parser.currentToken());
    };
  }

  private ObjectNode object(JsonParser parser, String pointer) {
    ObjectNode out = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String at = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
      if (out.has(name)) {
        throw refused(parser, at, "want it once, got it again");
      }
      places.put(at, parser.currentTokenLocation());
      parser.nextToken();
      out.set(name, value(parser, at));
    }
    return out;
  }

  private ArrayNode array(JsonParser parser, String pointer) {
    ArrayNode out = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      out.add(value(parser, pointer + "/" + out.size()));
    }
    return out;
  }

  private static String firstLine(String message) {
    String line = message.lines().findFirst().orElse("unreadable");
    return line.length() <= 240 ? line : line.substring(0, 240) + "…";
  }
}
