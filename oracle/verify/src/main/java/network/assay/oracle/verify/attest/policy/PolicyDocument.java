package network.assay.oracle.verify.attest.policy;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;

/**
 * A relying party's policy. The format is in docs/ATTESTATION.md, "Policy"; parsed by {@link
 * PolicyParser}.
 *
 * @param name for people; shown in claims
 * @param id SHA-256 of the document's bytes, lower-case hex; of the name where there is no document
 * @param gradeMin families that are worth less are denied
 * @param families rules by family; a family that is not named is denied
 */
public record PolicyDocument(
    String name, String id, PlatformGrade gradeMin, Map<Family, FamilyRules> families) {

  /** The only value that lets debug evidence pass: nobody types it by accident. */
  public static final String DEBUG_SENTENCE =
      "accept evidence in debug mode, whose memory the host can read";

  /** Copies. */
  public PolicyDocument {
    EnumMap<Family, FamilyRules> copy = new EnumMap<>(Family.class);
    copy.putAll(families);
    families = Collections.unmodifiableMap(copy);
  }

  /**
   * What the command line asks where it is given no policy: signatures, chains, TCB status, debug,
   * freshness and revocation of every family; measurements are compared with nothing, which a claim
   * says. Never used by an oracle.
   */
  public static PolicyDocument commandLineDefault() {
    EnumMap<Family, FamilyRules> families = new EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      families.put(
          family,
          new FamilyRules(
              PlatformGrade.ofFamily(family),
              FamilyRules.STATUSES,
              Optional.empty(),
              0,
              Optional.empty(),
              Optional.empty(),
              false,
              false,
              false,
              true,
              false,
              limits(family)));
    }
    String name = "assay/default/v1";
    return new PolicyDocument(
        name,
        Hashes.sha256Hex(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        PlatformGrade.NONE,
        families);
  }

  /**
   * Tools ask SNP for a report at VMPL 1 by default, and it is genuine; whether such software may
   * speak for the guest is for a policy to say, and where one is given it is 0 unless it says so.
   */
  private static Map<String, Long> limits(Family family) {
    return family == Family.SNP ? Map.of("vmpl.max", 3L) : Map.of();
  }

  /** The part that families' verifiers read while they work. */
  public Policy toPolicy() {
    EnumMap<Family, Policy.Rules> rules = new EnumMap<>(Family.class);
    families.forEach((family, asked) ->
        rules.put(
            family,
            new Policy.Rules(
                named(asked),
                asked.tcbStatuses(),
                asked.tcbEvaluationMin(),
                asked.debugAllowed(),
                asked.limits())));
    return new Policy(rules);
  }

  /** A TPM's key is believed because the policy names it: its verifier must know before. */
  private static Map<String, Set<String>> named(FamilyRules asked) {
    Set<String> keys = new TreeSet<>();
    for (Reference reference : asked.accept().orElse(List.of())) {
      if (reference.facts().get("ak") instanceof Reference.OneOf one) {
        keys.addAll(one.values());
      }
    }
    return keys.isEmpty() ? Map.of() : Map.of("ak", keys);
  }
}
