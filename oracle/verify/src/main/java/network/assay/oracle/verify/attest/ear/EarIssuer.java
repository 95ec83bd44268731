package network.assay.oracle.verify.attest.ear;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Claim.Outcome;
import network.assay.oracle.verify.attest.policy.PolicyDocument;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says what we found as an EAR. Accepted is affirming, rejected contraindicated, inconclusive
 * warning; the vector says which side of it: 2 for what holds, 33 where something is missing, 96
 * and more where it fails.
 */
public final class EarIssuer {
  /** Our claims beside the vector, under this name in every part. */
  public static final String CLAIMS = "network.assay.claims";

  private static final String DEVELOPER = "Assay";
  private static final int GENUINE = 2;
  private static final int UNKNOWN = 33;
  private static final int UNTRUSTED = 96;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private EarIssuer() {}

  /**
   * The EAR of one or more appraisals.
   *
   * @param parts name of the part ("cpu", "gpu") → its appraisal
   * @param build version of this verifier
   */
  public static Ear issue(
      Map<String, Appraisal> parts,
      PolicyDocument policy,
      String build,
      Optional<String> nonce,
      Instant at) {
    Map<String, Ear.Submodule> submods = new LinkedHashMap<>();
    parts.forEach((name, appraisal) -> submods.put(name, submodule(appraisal, policy)));
    return new Ear(Ear.PROFILE, at, DEVELOPER, build, Optional.empty(), nonce, submods);
  }

  private static Ear.Submodule submodule(Appraisal appraisal, PolicyDocument policy) {
    Map<String, Integer> vector = new LinkedHashMap<>();
    int hardware = worst(appraisal, false);
    int executables = worst(appraisal, true);
    vector.put("hardware", hardware);
    vector.put("executables", executables);
    Map<String, String> extensions = new LinkedHashMap<>();
    extensions.put(CLAIMS, claims(appraisal));
    return new Ear.Submodule(
        tier(appraisal.finding()), vector, List.of("urn:sha256:" + policy.id()), extensions);
  }

  private static Tier tier(Finding finding) {
    return switch (finding) {
      case Finding.Accepted accepted -> Tier.AFFIRMING;
      case Finding.Rejected rejected -> Tier.CONTRAINDICATED;
      case Finding.Inconclusive inconclusive -> Tier.WARNING;
    };
  }

  /** Claims about what runs, and all others, which are about what it runs on. */
  private static boolean isAboutExecutables(Claim claim) {
    return claim.name().startsWith("measurements") || claim.name().endsWith(".measurements");
  }

  private static int worst(Appraisal appraisal, boolean executables) {
    int worst =
        executables && appraisal.claims().stream().noneMatch(EarIssuer::isAboutExecutables)
            ? 0
            : GENUINE;
    for (Claim claim : appraisal.claims()) {
      if (isAboutExecutables(claim) == executables) {
        int value =
            claim.outcome() == Outcome.FAILS
                ? UNTRUSTED
                : claim.outcome() == Outcome.MISSING ? UNKNOWN : GENUINE;
        worst = Math.max(worst, value);
      }
    }
    return worst;
  }

  private static String claims(Appraisal appraisal) {
    ArrayNode list = JSON.createArrayNode();
    for (Claim claim : appraisal.claims()) {
      ObjectNode one = list.addObject();
      one.put("name", claim.name());
      one.put("outcome", claim.outcome().name().toLowerCase(java.util.Locale.ROOT));
      one.put("got", claim.got());
      one.put("want", claim.want());
    }
    return new String(JSON.writeValueAsBytes(list), StandardCharsets.UTF_8);
  }
}
