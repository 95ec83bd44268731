package network.assay.oracle.verify.attest.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON value out of hostile bytes: no repeated keys, nothing after it, bounded depth, sizes and
 * numbers. The accessors refuse a value of another type instead of converting it.
 */
public final class StrictJson {
  private static final int DEPTH_MAX = 24;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxStringLength(4 << 20)
                          .maxNameLength(256)
                          .maxNumberLength(40)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /**
   * Parses one value.
   *
   * @param reason name of the refusal, UPPER_CASE
   */
  public static JsonNode parse(byte[] bytes, int bytesMax, String reason) {
    if (bytes.length == 0 || bytes.length > bytesMax) {
      throw new AttestException(reason, bytes.length + " bytes", "1 to " + bytesMax + " bytes");
    }
    JsonNode node;
    try {
      node = MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      throw new AttestException(reason, String.valueOf(e.getOriginalMessage()), "JSON");
    }
    if (node == null || node.isMissingNode()) {
      throw new AttestException(reason, "nothing", "JSON");
    }
    return node;
  }

  /** Refuses a value that is no object, or has a key that is not among these. */
  public static void onlyKeys(JsonNode node, Set<String> known, String where, String reason) {
    if (!node.isObject()) {
      throw new AttestException(reason, where + " is no object", "an object");
    }
    for (String key : node.propertyNames()) {
      if (!known.contains(key)) {
        throw new AttestException(
            reason, where + " has key \"" + key + "\"", "of " + known.stream().sorted().toList());
      }
    }
  }

  /** A string member, or nothing where there is no such member. */
  public static Optional<String> text(JsonNode node, String key, String reason) {
    JsonNode member = node.get(key);
    if (member == null) {
      return Optional.empty();
    }
    if (!member.isString()) {
      throw new AttestException(reason, key + " is no string", "a string");
    }
    return Optional.of(member.stringValue());
  }

  /** A string member that must be there. */
  public static String needText(JsonNode node, String key, String reason) {
    return text(node, key, reason)
        .orElseThrow(() -> new AttestException(reason, "no " + key, "a string " + key));
  }

  /** An integer member of at least 0, or nothing where there is no such member. */
  public static Optional<Long> whole(JsonNode node, String key, String reason) {
    JsonNode member = node.get(key);
    if (member == null) {
      return Optional.empty();
    }
    if (!member.isIntegralNumber() || !member.canConvertToLong() || member.longValue() < 0) {
      throw new AttestException(reason, key + " is no whole number", "a whole number from 0");
    }
    return Optional.of(member.longValue());
  }

  /** A member true or false, or nothing where there is no such member. */
  public static Optional<Boolean> flag(JsonNode node, String key, String reason) {
    JsonNode member = node.get(key);
    if (member == null) {
      return Optional.empty();
    }
    if (!member.isBoolean()) {
      throw new AttestException(reason, key + " is neither true nor false", "true or false");
    }
    return Optional.of(member.booleanValue());
  }

  /** A member that is a list of strings, or nothing where there is no such member. */
  public static Optional<List<String>> texts(
      JsonNode node, String key, int countMax, String reason) {
    JsonNode member = node.get(key);
    if (member == null) {
      return Optional.empty();
    }
    if (!member.isArray() || member.size() > countMax) {
      throw new AttestException(
          reason, key + " is no list, or a long one", "a list of at most " + countMax);
    }
    List<String> found = new ArrayList<>();
    for (JsonNode item : member) {
      if (!item.isString()) {
        throw new AttestException(reason, key + " has an item that is no string", "strings");
      }
      found.add(item.stringValue());
    }
    return Optional.of(found);
  }
}
