package network.assay.oracle.verify.attest;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Claim.Outcome;

/**
 * Claims in the order in which they were made. The order is the priority: the first that fails
 * gives the reason of the rejection, so a verifier makes its weightiest checks first and always in
 * the same order. Not for several threads.
 */
public final class Claims {

  /** A GPU report has some 64 measurements and an event log at most 24 registers; 256 is ample. */
  public static final int COUNT_MAX = 256;

  private final List<Claim> claims = new ArrayList<>(32);

  /** The check was made and holds. */
  @CanIgnoreReturnValue
  public Claims holds(String name, String got, String want) {
    return add(new Claim(name, Outcome.HOLDS, got, want));
  }

  /** The check was made and does not hold. */
  @CanIgnoreReturnValue
  public Claims fails(String name, String got, String want) {
    return add(new Claim(name, Outcome.FAILS, got, want));
  }

  /** The check was made; {@code holds} says how it came out. */
  @CanIgnoreReturnValue
  public Claims check(String name, boolean holds, String got, String want) {
    return add(new Claim(name, holds ? Outcome.HOLDS : Outcome.FAILS, got, want));
  }

  /** The check could not be made for want of {@code want}. */
  @CanIgnoreReturnValue
  public Claims missing(String name, String want) {
    return add(new Claim(name, Outcome.MISSING, "nothing", want));
  }

  /** All of another's claims, after mine. */
  @CanIgnoreReturnValue
  public Claims addAll(List<Claim> others) {
    others.forEach(this::add);
    return this;
  }

  @CanIgnoreReturnValue
  private Claims add(Claim claim) {
    if (claims.size() >= COUNT_MAX) {
      throw new AttestException("TOO_MANY_CLAIMS", "more than " + COUNT_MAX, "at most that");
    }
    claims.add(claim);
    return this;
  }

  /** What was claimed so far, in order. */
  public List<Claim> list() {
    return List.copyOf(claims);
  }

  /** Whether nothing failed so far; missing claims do not count as failed. */
  public boolean noneFails() {
    for (Claim claim : claims) {
      if (claim.outcome() == Outcome.FAILS) {
        return false;
      }
    }
    return true;
  }

  /**
   * One finding: rejected for the first claim that fails; else inconclusive, naming all that is
   * missing; else accepted. No claims at all is inconclusive: nothing was checked.
   */
  public Finding finding() {
    return finding(claims);
  }

  /** The same rule for any list of claims. */
  public static Finding finding(List<Claim> claims) {
    List<String> missing = new ArrayList<>();
    for (Claim claim : claims) {
      if (claim.outcome() == Outcome.FAILS) {
        return new Finding.Rejected(claim.reason(), claim.got(), claim.want());
      }
      if (claim.outcome() == Outcome.MISSING) {
        missing.add(claim.name() + ": " + claim.want());
      }
    }
    if (claims.isEmpty()) {
      return Finding.inconclusive("any check at all");
    }
    return missing.isEmpty()
        ? Finding.accepted(claims.size() + " checks hold")
        : Finding.inconclusive(String.join("; ", missing));
  }
}
