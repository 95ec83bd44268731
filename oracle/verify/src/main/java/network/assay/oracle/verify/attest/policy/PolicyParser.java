package network.assay.oracle.verify.attest.policy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.json.StrictJson;
import tools.jackson.databind.JsonNode;

/** Reads a policy. Unknown keys, unknown families, and values of another type are refused. */
public final class PolicyParser {
  /** Longest document: a thousand references fit. */
  public static final int BYTES_MAX = 1 << 20;

  private static final String REASON = "POLICY";
  private static final int REFERENCES_MAX = 1024;
  private static final int VALUES_MAX = 1024;

  /** What stands in place of a list of references where nothing is to be compared. */
  public static final String NOT_COMPARED = "not compared with anything";

  private static final Set<String> TOP = Set.of("version", "name", "gradeMin", "families");

  private static final Set<String> RULES =
      Set.of(
          "grade",
          "tcbStatuses",
          "advisoriesTolerated",
          "tcbEvaluationMin",
          "accept",
          "ageMaxS",
          "nonceRequired",
          "reportDataRequired",
          "expiredRimSigners",
          "revocationRequired",
          "debug",
          "limits");

  private PolicyParser() {}

  /**
   * Parses a document.
   *
   * @throws AttestException named POLICY
   */
  public static PolicyDocument parse(byte[] json) {
    JsonNode root = StrictJson.parse(json, BYTES_MAX, REASON);
    StrictJson.onlyKeys(root, TOP, "the policy", REASON);
    long version = StrictJson.whole(root, "version", REASON).orElse(-1L);
    if (version != 1) {
      throw refused("version " + version, "version 1");
    }
    EnumMap<Family, FamilyRules> families = new EnumMap<>(Family.class);
    JsonNode named = root.get("families");
    if (named == null || !named.isObject()) {
      throw refused("no families", "an object families");
    }
    for (String label : named.propertyNames()) {
      Family family =
          Family.ofLabel(label)
              .orElseThrow(() -> refused("family \"" + label + "\"", "a family by its label"));
      families.put(family, rules(family, named.get(label)));
    }
    return new PolicyDocument(
        StrictJson.needText(root, "name", REASON),
        Hashes.sha256Hex(json),
        grade(root, "gradeMin").orElse(PlatformGrade.NONE),
        families);
  }

  private static FamilyRules rules(Family family, JsonNode node) {
    String where = "families." + family.label();
    StrictJson.onlyKeys(node, RULES, where, REASON);
    return new FamilyRules(
        grade(node, "grade").orElse(PlatformGrade.ofFamily(family)),
        StrictJson.texts(node, "tcbStatuses", 16, REASON)
            .<Set<String>>map(HashSet::new)
            .orElse(FamilyRules.STATUSES),
        StrictJson.texts(node, "advisoriesTolerated", VALUES_MAX, REASON).map(HashSet::new),
        Math.toIntExact(
            StrictJson.whole(node, "tcbEvaluationMin", REASON)
                .filter(number -> number <= Integer.MAX_VALUE)
                .orElse(0L)),
        accept(node, family),
        StrictJson.whole(node, "ageMaxS", REASON),
        StrictJson.flag(node, "nonceRequired", REASON).orElse(false),
        StrictJson.flag(node, "reportDataRequired", REASON).orElse(false),
        StrictJson.flag(node, "expiredRimSigners", REASON).orElse(false),
        StrictJson.flag(node, "revocationRequired", REASON).orElse(true),
        debug(node),
        limits(node, family));
  }

  private static Map<String, Long> limits(JsonNode node, Family family) {
    JsonNode limits = node.get("limits");
    if (limits == null) {
      return Map.of();
    }
    StrictJson.onlyKeys(limits, KnownFacts.limits(family), "limits", REASON);
    Map<String, Long> found = new LinkedHashMap<>();
    for (String name : limits.propertyNames()) {
      StrictJson.whole(limits, name, REASON).ifPresent(value -> found.put(name, value));
    }
    return found;
  }

  private static boolean debug(JsonNode node) {
    Optional<String> sentence = StrictJson.text(node, "debug", REASON);
    if (sentence.isPresent() && !sentence.get().equals(PolicyDocument.DEBUG_SENTENCE)) {
      throw refused(
          "debug \"" + sentence.get() + "\"",
          "\"" + PolicyDocument.DEBUG_SENTENCE + "\" or no key");
    }
    return sentence.isPresent();
  }

  private static Optional<PlatformGrade> grade(JsonNode node, String key) {
    return StrictJson.text(node, key, REASON)
        .map(label ->
            PlatformGrade.ofLabel(label)
                .orElseThrow(() ->
                    refused(
                        key + " \"" + label + "\"", "none, boot, processor, package or operator")));
  }

  /** No key denies like an empty list: only the whole sentence compares nothing. */
  private static Optional<List<Reference>> accept(JsonNode node, Family family) {
    JsonNode list = node.get("accept");
    if (list == null) {
      return Optional.of(List.of());
    }
    if (list.isString() && list.stringValue().equals(NOT_COMPARED)) {
      return Optional.empty();
    }
    if (!list.isArray() || list.size() > REFERENCES_MAX) {
      throw refused(
          "accept that is no list",
          "a list of at most " + REFERENCES_MAX + " references, or \"" + NOT_COMPARED + "\"");
    }
    List<Reference> references = new ArrayList<>();
    for (JsonNode item : list) {
      references.add(reference(item, family, references.size()));
    }
    return Optional.of(references);
  }

  private static Reference reference(JsonNode node, Family family, int number) {
    if (!node.isObject()) {
      throw refused("a reference that is no object", "an object of facts");
    }
    String name = StrictJson.text(node, "name", REASON).orElse("reference " + (number + 1));
    Map<String, Reference.Expected> facts = new LinkedHashMap<>();
    for (String fact : node.propertyNames()) {
      if (fact.equals("name")) {
        continue;
      }
      if (!KnownFacts.of(family).matcher(fact).matches()) {
        throw refused("fact \"" + fact + "\" of " + family.label(), KnownFacts.words(family));
      }
      facts.put(fact, expected(fact, node.get(fact)));
    }
    if (facts.isEmpty()) {
      throw refused(name + " without facts", "at least one fact: it would match everything");
    }
    return new Reference(name, facts);
  }

  private static Reference.Expected expected(String fact, JsonNode node) {
    if (node.isString()) {
      return new Reference.OneOf(Set.of(value(node.stringValue())));
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return new Reference.OneOf(Set.of(Long.toString(node.longValue())));
    }
    if (node.isArray() && node.size() <= VALUES_MAX) {
      Set<String> values = new HashSet<>();
      for (JsonNode item : node) {
        if (!item.isString()) {
          throw refused(fact + " with a value that is no string", "strings");
        }
        values.add(value(item.stringValue()));
      }
      return new Reference.OneOf(values);
    }
    if (node.isObject()) {
      StrictJson.onlyKeys(node, Set.of("min"), fact, REASON);
      return new Reference.AtLeast(
          StrictJson.whole(node, "min", REASON)
              .orElseThrow(() -> refused(fact + " without min", "a whole number min")));
    }
    throw refused(fact + " of another type", "a string, a list of strings, or {\"min\": number}");
  }

  private static String value(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("0x") ? lower.substring(2) : lower;
  }

  private static AttestException refused(String got, String want) {
    return new AttestException(REASON, got, want);
  }
}
