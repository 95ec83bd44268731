package network.assay.coordinator.app.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.assay.coordinator.app.flow.Refused;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Hostile JSON, bounded before it is read: one object, no repeated and no unknown members. */
final class RequestJson {
  /** Of one string in an array. */
  private static final int TEXT_CHARS_MAX = 96;

  private final JsonNode node;
  private final String at;

  private RequestJson(JsonNode node, String at) {
    this.node = node;
    this.at = at;
  }

  /**
   * Reads a body.
   *
   * @param bytesMax a longer one is refused before it is read where its length is declared, and at
   *     this length where it is not
   */
  static RequestJson read(HttpServletRequest request, int bytesMax) throws IOException {
    long declared = request.getContentLengthLong();
    if (declared > bytesMax) {
      throw Refused.tooLarge("want at most " + bytesMax + " bytes, got " + declared);
    }
    byte[] body;
    try (InputStream in = request.getInputStream()) {
      body = in.readNBytes(bytesMax + 1);
    }
    if (body.length > bytesMax) {
      throw Refused.tooLarge("want at most " + bytesMax + " bytes, got more");
    }
    return parse(body, bytesMax);
  }

  static RequestJson parse(byte[] body, int bytesMax) {
    JsonMapper mapper =
        JsonMapper.builder(
                JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxStringLength(bytesMax)
                            .maxNumberLength(80)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    try {
      JsonNode node = mapper.readTree(body);
      if (node == null || !node.isObject()) {
        throw Refused.malformed("MALFORMED_JSON", "want one JSON object");
      }
      return new RequestJson(node, "");
    } catch (JacksonException e) {
      throw Refused.malformed("MALFORMED_JSON", "the body is no JSON: " + e.getOriginalMessage());
    }
  }

  /** Refuses members that nobody reads: a misspelt bound must not pass for none. */
  RequestJson allow(String... names) {
    Set<String> known = Set.of(names);
    for (String name : node.propertyNames()) {
      if (!known.contains(name)) {
        String shown = name.length() <= 40 ? name : name.substring(0, 40) + "…";
        throw Refused.malformed("UNKNOWN_FIELD", "there is no member " + at + shown);
      }
    }
    return this;
  }

  String text(String name) {
    return optionalText(name)
        .orElseThrow(() -> Refused.malformed("MISSING_FIELD", "want the string " + at + name));
  }

  Optional<String> optionalText(String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw Refused.malformed("WRONG_TYPE", "want " + at + name + " as a string");
    }
    return Optional.of(value.stringValue());
  }

  /** A number as decimal text or as JSON integer. */
  Optional<String> optionalNumber(String name) {
    JsonNode value = node.get(name);
    if (value != null && value.isIntegralNumber()) {
      return Optional.of(value.asString());
    }
    return optionalText(name);
  }

  /** An array of strings; empty where there is none. */
  List<String> textList(String name, int max) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > max) {
      throw Refused.malformed(
          "WRONG_TYPE", "want " + at + name + " as an array of at most " + max + " strings");
    }
    List<String> out = new ArrayList<>();
    for (JsonNode each : value) {
      if (!each.isString() || each.stringValue().length() > TEXT_CHARS_MAX) {
        throw Refused.malformed(
            "WRONG_TYPE",
            "want " + at + name + " of strings with at most " + TEXT_CHARS_MAX + " characters");
      }
      out.add(each.stringValue());
    }
    return out;
  }

  boolean has(String name) {
    return node.has(name);
  }

  RequestJson object(String name) {
    JsonNode value = node.get(name);
    if (value == null || !value.isObject()) {
      throw Refused.malformed("MISSING_FIELD", "want the object " + at + name);
    }
    return new RequestJson(value, at + name + ".");
  }

  /** All members as text; for structs in their text form. */
  Map<String, String> texts(int membersMax) {
    if (node.size() > membersMax) {
      throw Refused.malformed("UNKNOWN_FIELD", "want at most " + membersMax + " members of " + at);
    }
    Map<String, String> out = new LinkedHashMap<>();
    for (String name : node.propertyNames()) {
      out.put(name, optionalNumber(name).orElse(""));
    }
    return out;
  }
}
