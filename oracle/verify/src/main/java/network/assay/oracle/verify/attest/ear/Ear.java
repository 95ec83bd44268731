package network.assay.oracle.verify.attest.ear;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.json.StrictJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An attestation result: what a verifier says of each part of an attester.
 *
 * @param profile the EAT profile: {@link #PROFILE}, or the tag that Veraison's drafts used
 * @param issuedAt when the verifier said it
 * @param developer who made the verifier
 * @param build which build of it
 * @param rawEvidence what it looked at, where it says so
 * @param nonce echo of the relying party's challenge, where there was one
 * @param submods name of a part → what is said of it; never empty
 */
public record Ear(
    String profile,
    Instant issuedAt,
    String developer,
    String build,
    Optional<byte[]> rawEvidence,
    Optional<String> nonce,
    Map<String, Submodule> submods) {
  /**
   * The profile of draft-ietf-rats-ear-04, which we issue; its claims are "ear_status" and so on.
   */
  public static final String PROFILE = "tag:ietf.org,2026:rats/ear#04";

  /**
   * The profile of the first drafts, as Veraison issued it; its claims are "ear.status" and so on.
   */
  public static final String VERAISON_PROFILE = "tag:github.com,2023:veraison/ear";

  /** Longest claims set read. */
  public static final int BYTES_MAX = 1 << 20;

  static final String REASON = "MALFORMED_EAR";
  private static final int SUBMODS_MAX = 64;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> PROFILES =
      Set.of(PROFILE, "tag:ietf.org,2026:rats/ear#03", VERAISON_PROFILE);

  private static final Set<String> REGISTERED =
      Set.of(
          "exp", "nbf", "iss", "aud", "sub", "jti", "eat_profile", "iat", "eat_nonce", "submods");

  /**
   * What is said of one part.
   *
   * @param vector claim of the trustworthiness vector → its value, -128 to 127; may be empty
   * @param policyIds which policies were applied, where it says so
   * @param extensions further claims, as they stood
   */
  public record Submodule(
      Tier status,
      Map<String, Integer> vector,
      List<String> policyIds,
      Map<String, String> extensions) {
    /** Copies; refuses a status better than the worst of the vector. */
    public Submodule {
      policyIds = List.copyOf(policyIds);
      vector = Collections.unmodifiableMap(new LinkedHashMap<>(vector));
      extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
      for (Map.Entry<String, Integer> claim : vector.entrySet()) {
        Tier tier = Tier.of(claim.getValue());
        if (tier.compareTo(status) > 0 && tier != Tier.NONE) {
          throw new AttestException(
              REASON,
              "status " + status.label() + " beside " + claim.getKey() + " " + claim.getValue(),
              "a status no better than the vector's worst, " + tier.label());
        }
      }
    }
  }

  /** Copies; refuses what says nothing. */
  public Ear {
    if (!PROFILES.contains(profile)) {
      throw new AttestException(REASON, "profile " + profile, "one of " + PROFILES);
    }
    if (submods.isEmpty() || submods.size() > SUBMODS_MAX) {
      throw new AttestException(REASON, submods.size() + " parts", "1 to " + SUBMODS_MAX);
    }
    submods = Collections.unmodifiableMap(new LinkedHashMap<>(submods));
  }

  /** The worst status of all parts. */
  public Tier status() {
    return submods.values().stream()
        .map(Submodule::status)
        .max(java.util.Comparator.naturalOrder())
        .orElse(Tier.NONE);
  }

  /**
   * Reads a claims set, signed or not; a signature is checked before, over the raw bytes.
   *
   * @throws AttestException MALFORMED_EAR
   */
  public static Ear parse(byte[] json) {
    JsonNode root = StrictJson.parse(json, BYTES_MAX, REASON);
    if (!root.isObject()) {
      throw refused("no object", "an object");
    }
    String profile = StrictJson.needText(root, "eat_profile", REASON);
    String prefix = prefix(profile);
    for (String key : root.propertyNames()) {
      if (!REGISTERED.contains(key) && !isExtension(key)) {
        throw refused("claim \"" + key + "\"", "the claims of the profile");
      }
    }
    JsonNode verifier = root.get(prefix + "verifier" + dash(profile) + "id");
    if (verifier == null) {
      throw refused("no verifier id", "who the verifier is");
    }
    StrictJson.onlyKeys(verifier, Set.of("developer", "build"), "the verifier's id", REASON);
    long issued =
        StrictJson.whole(root, "iat", REASON)
            .filter(second -> second < 1L << 40)
            .orElseThrow(() -> refused("no iat", "a time"));
    return new Ear(
        profile,
        Instant.ofEpochSecond(issued),
        StrictJson.needText(verifier, "developer", REASON),
        StrictJson.needText(verifier, "build", REASON),
        rawEvidence(root.get(prefix + "raw" + dash(profile) + "evidence")),
        StrictJson.text(root, "eat_nonce", REASON),
        submods(root.get("submods"), profile));
  }

  private static String prefix(String profile) {
    return profile.equals(VERAISON_PROFILE) ? "ear." : "ear_";
  }

  private static String dash(String profile) {
    return profile.equals(VERAISON_PROFILE) ? "-" : "_";
  }

  private static boolean isExtension(String key) {
    return key.indexOf('.') > 0 || key.startsWith("ear_");
  }

  /** Bytes in base64url, or a conceptual message: a list of media type and such bytes. */
  private static Optional<byte[]> rawEvidence(@Nullable JsonNode node) {
    if (node == null) {
      return Optional.empty();
    }
    JsonNode text = node.isArray() && node.size() >= 2 ? node.get(1) : node;
    if (!text.isString()) {
      throw refused("raw evidence of another form", "base64url, or a media type and base64url");
    }
    return Optional.of(base64Url(text.stringValue()));
  }

  private static Map<String, Submodule> submods(@Nullable JsonNode node, String profile) {
    if (node == null || !node.isObject()) {
      throw refused("no submods", "an object of parts");
    }
    Map<String, Submodule> found = new LinkedHashMap<>();
    for (String name : node.propertyNames()) {
      found.put(name, submodule(node.get(name), profile));
    }
    return found;
  }

  private static Submodule submodule(JsonNode node, String profile) {
    if (!node.isObject()) {
      throw refused("a part that is no object", "an object");
    }
    String prefix = prefix(profile);
    String statusKey = prefix + "status";
    String vectorKey = prefix + "trustworthiness" + dash(profile) + "vector";
    String policyKey = prefix + "appraisal" + dash(profile) + "policy" + dash(profile) + "id";
    Map<String, String> extensions = new LinkedHashMap<>();
    for (String key : node.propertyNames()) {
      boolean known = key.equals(statusKey) || key.equals(vectorKey) || key.startsWith(policyKey);
      if (!known && !isExtension(key)) {
        throw refused("claim \"" + key + "\" of a part", "the claims of the profile");
      }
      if (!known) {
        extensions.put(key, node.get(key).toString());
      }
    }
    JsonNode status = node.get(statusKey);
    if (status == null) {
      throw refused("no status", "none, affirming, warning or contraindicated");
    }
    return new Submodule(
        Tier.parse(status),
        TrustVector.parse(node.get(vectorKey)),
        StrictJson.text(node, policyKey, REASON)
            .map(List::of)
            .or(() -> StrictJson.texts(node, policyKey + "s", 64, REASON))
            .orElse(List.of()),
        extensions);
  }

  private static byte[] base64Url(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw refused("ear.raw-evidence that is no base64url", "base64url");
    }
  }

  /** The claims set as JSON, in a fixed order and the profile's own names. */
  public byte[] toJson() {
    String prefix = prefix(profile);
    String dash = dash(profile);
    ObjectNode root = JSON.createObjectNode();
    root.put("eat_profile", profile);
    root.put("iat", issuedAt.getEpochSecond());
    ObjectNode verifier = root.putObject(prefix + "verifier" + dash + "id");
    verifier.put("developer", developer);
    verifier.put("build", build);
    rawEvidence.ifPresent(bytes -> {
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      if (profile.equals(VERAISON_PROFILE)) {
        root.put("ear.raw-evidence", text);
      } else {
        root.putArray("ear_raw_evidence").add("application/octet-stream").add(text);
      }
    });
    nonce.ifPresent(text -> root.put("eat_nonce", text));
    ObjectNode parts = root.putObject("submods");
    submods.forEach((name, part) -> write(parts.putObject(name), part));
    return JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
  }

  private void write(ObjectNode out, Submodule part) {
    String prefix = prefix(profile);
    String dash = dash(profile);
    out.put(prefix + "status", part.status().label());
    if (!part.vector().isEmpty()) {
      ObjectNode vector = out.putObject(prefix + "trustworthiness" + dash + "vector");
      part.vector().forEach(vector::put);
    }
    String policy = prefix + "appraisal" + dash + "policy" + dash + "id";
    if (profile.equals(VERAISON_PROFILE)) {
      part.policyIds().stream().findFirst().ifPresent(id -> out.put(policy, id));
    } else if (!part.policyIds().isEmpty()) {
      part.policyIds().forEach(out.putArray(policy + "s")::add);
    }
    part.extensions().forEach((key, value) -> out.set(key, JSON.readTree(value)));
  }

  static AttestException refused(String got, String want) {
    return new AttestException(REASON, got, want);
  }
}
