package network.assay.oracle.cli.attest;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claim;

/**
 * What a verification came to: {@code {family, verdict, reason, tcbStatus, advisories, claims}} and
 * the exit code that goes with it.
 */
record Result(
    Optional<String> family,
    String verdict,
    String reason,
    String detail,
    Optional<String> tcbStatus,
    List<String> advisories,
    List<Claim> claims,
    int code,
    Optional<String> ear) {
  static final int ACCEPTED = 0;
  static final int REJECTED = 1;
  static final int INCONCLUSIVE = 2;
  static final int UNUSABLE = 3;

  /** The result of an appraisal. */
  static Result of(String family, Appraisal appraisal) {
    Optional<String> named = Optional.of(family);
    return switch (appraisal.finding()) {
      case Finding.Accepted good ->
          result(named, "accepted", "OK", good.what(), appraisal, ACCEPTED);
      case Finding.Rejected bad ->
          result(
              named,
              "rejected",
              bad.reason(),
              "got " + bad.got() + ", want " + bad.want(),
              appraisal,
              REJECTED);
      case Finding.Inconclusive open ->
          result(named, "inconclusive", "MISSING", open.missing(), appraisal, INCONCLUSIVE);
    };
  }

  private static Result result(
      Optional<String> family,
      String verdict,
      String reason,
      String detail,
      Appraisal appraisal,
      int code) {
    return new Result(
        family,
        verdict,
        reason,
        detail,
        appraisal.tcbStatus(),
        appraisal.advisories(),
        appraisal.claims(),
        code,
        Optional.empty());
  }

  /** Input that cannot be used: no verdict about the evidence. */
  static Result unusable(Optional<String> family, AttestException refusal) {
    return new Result(
        family,
        "unusable",
        refusal.reason(),
        "got " + refusal.got() + ", want " + refusal.want(),
        Optional.empty(),
        List.of(),
        List.of(),
        UNUSABLE,
        Optional.empty());
  }

  /** The same with its EAR, a JWT. */
  Result signed(String jwt) {
    return new Result(
        family, verdict, reason, detail, tcbStatus, advisories, claims, code, Optional.of(jwt));
  }

  /** The object that is printed. */
  Map<String, Object> toJson() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("family", family.orElse(null));
    out.put("verdict", verdict);
    out.put("reason", reason);
    out.put("detail", detail);
    out.put("tcbStatus", tcbStatus.orElse(null));
    out.put("advisories", advisories);
    out.put("claims", claims.stream().map(Result::toJson).toList());
    ear.ifPresent(jwt -> out.put("ear", jwt));
    return out;
  }

  private static Map<String, Object> toJson(Claim claim) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", claim.name());
    out.put("outcome", claim.outcome().name().toLowerCase(Locale.ROOT));
    out.put("got", claim.got());
    out.put("want", claim.want());
    return out;
  }

  /** For people: a line a claim, and the verdict last. */
  void print(PrintWriter out) {
    family.ifPresent(name -> out.println("family " + name));
    for (Claim claim : claims) {
      String mark =
          switch (claim.outcome()) {
            case HOLDS -> "ok  ";
            case FAILS -> "FAIL";
            case MISSING -> "open";
          };
      out.printf("  %s %-28s %s  (want %s)%n", mark, claim.name(), claim.got(), claim.want());
    }
    ear.ifPresent(jwt -> out.println("ear " + jwt));
    tcbStatus.ifPresent(status -> out.println("TCB status " + status + " " + advisories));
    out.println(
        verdict.toUpperCase(Locale.ROOT) + (code == ACCEPTED ? "" : " " + reason + ": " + detail));
  }
}
