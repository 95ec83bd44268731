package network.assay.oracle.verify.attest.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Claim.Outcome;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Family;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a family's verifier found into one finding: its claims, of which the policy may waive
 * two kinds by name, and the policy's own claims after them.
 */
public final class PolicyJudge {
  private PolicyJudge() {}

  /**
   * Judges an appraisal.
   *
   * @param expectations what the verifier was asked to look for
   * @return the same appraisal with the policy's claims and the finding that all of them lead to
   */
  public static Appraisal judge(
      Appraisal appraisal, PolicyDocument policy, Expectations expectations, Instant at) {
    Family family = appraisal.family();
    @Nullable FamilyRules rules = policy.families().get(family);
    Claims claims = new Claims();
    if (rules == null) {
      claims.fails("policy.family", family.label(), "a family that " + policy.name() + " names");
      appraisal.claims().forEach(claim -> add(claims, claim));
      return with(appraisal, claims);
    }
    appraisal.claims().forEach(claim -> add(claims, waived(claim, rules)));
    debug(appraisal.facts(), rules, claims);
    advisories(appraisal, rules, claims);
    grade(rules, policy, claims);
    freshness(appraisal.facts(), rules, expectations, at, claims);
    references(appraisal.facts(), rules, claims);
    return with(appraisal, claims);
  }

  private static Appraisal with(Appraisal appraisal, Claims claims) {
    return Appraisal.of(
        appraisal.family(),
        claims,
        appraisal.tcbStatus(),
        appraisal.advisories(),
        appraisal.facts());
  }

  private static void add(Claims claims, Claim claim) {
    claims.addAll(List.of(claim));
  }

  /** Two things a policy may let pass; the claim stays, and says that it was let pass. */
  private static Claim waived(Claim claim, FamilyRules rules) {
    String name = claim.name();
    boolean expired =
        rules.expiredRimSigners()
            && claim.outcome() == Outcome.FAILS
            && name.contains("rim.")
            && name.endsWith(".validity");
    boolean unknown =
        !rules.revocationRequired()
            && claim.outcome() == Outcome.MISSING
            && name.endsWith("revocation");
    return expired || unknown
        ? new Claim(name, Outcome.HOLDS, claim.got(), "let pass by the policy: " + claim.want())
        : claim;
  }

  /** A family that cannot tell is not asked; its own claims say what it can show. */
  private static void debug(Facts facts, FamilyRules rules, Claims claims) {
    if (!facts.debug().equals(Optional.of(true))) {
      return;
    }
    claims.check("policy.debug", rules.debugAllowed(), "debug mode", "no debug mode");
  }

  private static void advisories(Appraisal appraisal, FamilyRules rules, Claims claims) {
    if (rules.advisoriesTolerated().isEmpty() || appraisal.advisories().isEmpty()) {
      return;
    }
    Set<String> others = new TreeSet<>(appraisal.advisories());
    others.removeAll(rules.advisoriesTolerated().get());
    claims.check(
        "policy.advisories",
        others.isEmpty(),
        others.isEmpty() ? appraisal.advisories().toString() : others.toString(),
        "only advisories that the policy tolerates");
  }

  private static void grade(FamilyRules rules, PolicyDocument policy, Claims claims) {
    claims.check(
        "policy.grade",
        rules.grade().compareTo(policy.gradeMin()) >= 0,
        rules.grade().label(),
        "at least " + policy.gradeMin().label());
  }

  private static void freshness(
      Facts facts, FamilyRules rules, Expectations expectations, Instant at, Claims claims) {
    if (rules.nonceRequired()) {
      claims.check(
          "policy.nonce",
          expectations.nonce().isPresent(),
          expectations.nonce().isPresent() ? "asked" : "no nonce was asked",
          "a nonce of ours");
    }
    if (rules.reportDataRequired()) {
      claims.check(
          "policy.report-data",
          expectations.reportData().isPresent(),
          expectations.reportData().isPresent() ? "asked" : "no report data was asked",
          "report data of ours");
    }
    rules.ageMaxS().ifPresent(max -> age(facts, max, at, claims));
  }

  private static void age(Facts facts, long max, Instant at, Claims claims) {
    String made = facts.identity().get("timestamp");
    if (made == null) {
      claims.missing("policy.age", "a time in the evidence at which it was made");
      return;
    }
    try {
      long ageS = Duration.between(time(made), at).toSeconds();
      claims.check("policy.age", ageS >= 0 && ageS <= max, ageS + " s", "0 to " + max + " s");
    } catch (java.time.DateTimeException | NumberFormatException e) {
      claims.fails("policy.age", made, "a time");
    }
  }

  /** ISO 8601, or milliseconds since 1970. */
  private static Instant time(String text) {
    return text.indexOf('T') > 0 ? Instant.parse(text) : Instant.ofEpochMilli(Long.parseLong(text));
  }

  private static void references(Facts facts, FamilyRules rules, Claims claims) {
    if (rules.accept().isEmpty()) {
      claims.holds("measurements", "compared with nothing", "not asked: no policy names any");
      return;
    }
    List<Reference> accepted = rules.accept().get();
    List<String> why = new ArrayList<>();
    for (Reference reference : accepted) {
      String mismatch = reference.mismatch(facts);
      if (mismatch == null) {
        claims.holds("measurements", reference.name(), "one of " + accepted.size());
        return;
      }
      if (why.size() < 4) {
        why.add(reference.name() + ": " + mismatch);
      }
    }
    claims.fails(
        "measurements",
        accepted.isEmpty() ? "nothing is accepted" : String.join("; ", why),
        accepted.isEmpty()
            ? "a policy that names what it accepts"
            : "one of " + accepted.size() + " references, whole");
  }

  /** Refuses a policy that an oracle must not use: one that compares a family with nothing. */
  public static void requireComparing(PolicyDocument policy) {
    policy
        .families()
        .forEach((family, rules) -> {
          if (rules.accept().isEmpty()) {
            throw new AttestException(
                "POLICY",
                family.label() + " is " + PolicyParser.NOT_COMPARED,
                "references for every family that it names");
          }
        });
  }
}
