package network.assay.oracle.verify.attest;

import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.Finding;

/**
 * What verifying one piece of evidence came to.
 *
 * @param finding accepted only if every claim holds
 * @param reason UPPER_CASE: the failing claim's, "MISSING" where something is missing, "OK"
 * @param tcbStatus as the vendor's rules give it ("UpToDate", "OutOfDate", …), where the family has
 *     such a thing and the evidence got far enough
 * @param advisories the vendor's names, sorted, without repetition
 * @param claims in order of priority
 */
public record Appraisal(
    Family family,
    Finding finding,
    String reason,
    Optional<String> tcbStatus,
    List<String> advisories,
    List<Claim> claims,
    Facts facts) {

  /** Copies the lists. */
  public Appraisal {
    advisories = List.copyOf(advisories);
    claims = List.copyOf(claims);
  }

  /** The appraisal that these claims lead to. */
  public static Appraisal of(
      Family family,
      Claims claims,
      Optional<String> tcbStatus,
      List<String> advisories,
      Facts facts) {
    Finding finding = claims.finding();
    return new Appraisal(
        family, finding, reason(finding), tcbStatus, advisories, claims.list(), facts);
  }

  /** For families without a TCB status. */
  public static Appraisal of(Family family, Claims claims, Facts facts) {
    return of(family, claims, Optional.empty(), List.of(), facts);
  }

  /** Whether everything that was asked holds. */
  public boolean accepted() {
    return finding.holds();
  }

  /** The claim of a name, if it was made. */
  public Optional<Claim> claim(String name) {
    return claims.stream().filter(claim -> claim.name().equals(name)).findFirst();
  }

  private static String reason(Finding finding) {
    return switch (finding) {
      case Finding.Accepted accepted -> "OK";
      case Finding.Rejected rejected -> rejected.reason();
      case Finding.Inconclusive inconclusive -> "MISSING";
    };
  }
}
