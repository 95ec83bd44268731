package network.assay.oracle.verify.attest.x509;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a leaf to a pinned root (RFC 5280, 6): signatures, validity, names, CA, keyUsage, pathLen,
 * critical extensions. Intermediates may come in any order; only the anchors are believed, and
 * these byte for byte.
 */
public final class Chains {

  /** NVIDIA's chains have five certificates, Nitro's four or five. */
  public static final int LENGTH_MAX = 8;

  /** Bounds the work on many certificates of the same name. */
  private static final int SIGNATURES_MAX = 16;

  private Chains() {}

  /** How a chain came out. */
  public sealed interface Result permits Valid, Invalid {}

  /**
   * The chain holds.
   *
   * @param path leaf first, the pinned root last
   * @param from when the last of them becomes valid
   * @param until when the first of them expires
   */
  public record Valid(List<Cert> path, Instant from, Instant until) implements Result {

    /** The leaf. */
    public Cert leaf() {
      return path.getFirst();
    }

    /** The pinned root. */
    public Cert root() {
      return path.getLast();
    }
  }

  /**
   * The chain does not hold.
   *
   * @param reason UPPER_CASE
   */
  public record Invalid(String reason, String got, String want) implements Result {}

  /**
   * What is asked of a chain beyond what is always asked.
   *
   * @param leafKeyUsage bits that the leaf's keyUsage must have, if it is not 0
   * @param leafExtendedKeyUsage dotted OIDs of which the leaf must have each
   * @param criticalHandled OIDs of critical extensions that the caller looks at himself
   * @param leafMayBeCa whether the end of the chain may itself be a CA
   * @param caKeyUsageRequired whether a CA without any keyUsage is refused
   */
  public record Rules(
      int leafKeyUsage,
      Set<String> leafExtendedKeyUsage,
      Set<String> criticalHandled,
      boolean leafMayBeCa,
      boolean caKeyUsageRequired) {

    private static final Rules STRICT = new Rules(0, Set.of(), Set.of(), false, true);

    /** Any leaf that is no CA, under CAs with keyUsage. */
    public static Rules strict() {
      return STRICT;
    }

    /** The same for leaves that sign. */
    public static Rules signer() {
      return new Rules(Cert.KEY_DIGITAL_SIGNATURE, Set.of(), Set.of(), false, true);
    }
  }

  /**
   * Looks for the way from the leaf to an anchor.
   *
   * @param pool certificates that may stand between, in any order, not believed; the leaf and the
   *     root may be among them
   * @param links remembers signatures that were checked before
   */
  public static Result verify(
      Cert leaf,
      Collection<Cert> pool,
      Collection<Cert> anchors,
      Instant at,
      Rules rules,
      LinkCache links) {
    Optional<Invalid> bad = leafProblem(leaf, anchors, rules);
    if (bad.isPresent()) {
      return bad.get();
    }
    List<Cert> path = new ArrayList<>(LENGTH_MAX);
    path.add(leaf);
    int[] budget = {SIGNATURES_MAX};
    while (path.size() < LENGTH_MAX) {
      Cert last = path.getLast();
      Cert root = issuerAmong(anchors, last, path, links, budget);
      if (root != null) {
        path.add(root);
        return judged(path, at, rules);
      }
      Cert next = issuerAmong(pool, last, path, links, budget);
      if (next == null) {
        return noIssuer(last, pool, anchors);
      }
      path.add(next);
    }
    return new Invalid("CHAIN_LENGTH", "more certificates", "at most " + LENGTH_MAX);
  }

  private static Optional<Invalid> leafProblem(Cert leaf, Collection<Cert> anchors, Rules rules) {
    if (leaf.isCa() && !rules.leafMayBeCa()) {
      return invalid("LEAF_IS_CA", leaf + " is a CA", "a leaf that is none");
    }
    if (anchors.contains(leaf)) {
      return invalid("LEAF_IS_ROOT", leaf + " is a pinned root", "a leaf under it");
    }
    int wanted = rules.leafKeyUsage();
    if (wanted != 0 && (leaf.keyUsage() < 0 || (leaf.keyUsage() & wanted) != wanted)) {
      return invalid("LEAF_KEY_USAGE", "bits " + leaf.keyUsage(), "bits " + wanted);
    }
    if (!leaf.extendedKeyUsages().containsAll(rules.leafExtendedKeyUsage())) {
      return invalid(
          "LEAF_EXTENDED_KEY_USAGE",
          leaf.extendedKeyUsages().toString(),
          rules.leafExtendedKeyUsage().toString());
    }
    return Optional.empty();
  }

  private static @Nullable Cert issuerAmong(
      Collection<Cert> candidates, Cert cert, List<Cert> path, LinkCache links, int[] budget) {
    for (Cert candidate : candidates) {
      boolean named = Arrays.equals(candidate.subject(), cert.issuer());
      if (named && !path.contains(candidate) && budget[0]-- > 0 && links.signed(cert, candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private static Invalid noIssuer(Cert last, Collection<Cert> pool, Collection<Cert> anchors) {
    for (Cert anchor : anchors) {
      if (Arrays.equals(anchor.subject(), last.issuer())) {
        boolean self = last.selfIssued();
        return new Invalid(
            self ? "UNTRUSTED_ROOT" : "CHAIN_SIGNATURE",
            last + (self ? ", a root that is not pinned" : " not signed by " + anchor),
            self ? "the pinned " + anchor : "its signature");
      }
    }
    for (Cert candidate : pool) {
      boolean named = Arrays.equals(candidate.subject(), last.issuer());
      if (named && !candidate.equals(last)) {
        return new Invalid(
            "CHAIN_SIGNATURE", last + " not signed by " + candidate, "its signature");
      }
    }
    return last.selfIssued()
        ? new Invalid("UNTRUSTED_ROOT", last + ", a root that is not pinned", "a pinned root")
        : new Invalid("UNKNOWN_ISSUER", last.issuerCommonName(), "a certificate of that name");
  }

  private static Result judged(List<Cert> path, Instant at, Rules rules) {
    int casBelow = 0;
    Instant from = Instant.MIN;
    Instant until = Instant.MAX;
    for (int i = 0; i < path.size(); i++) {
      Cert cert = path.get(i);
      Optional<Invalid> bad = problem(cert, i == 0, casBelow, at, rules);
      if (bad.isPresent()) {
        return bad.get();
      }
      if (i > 0 && !cert.selfIssued()) {
        casBelow++;
      }
      from = from.isAfter(cert.notBefore()) ? from : cert.notBefore();
      until = until.isBefore(cert.notAfter()) ? until : cert.notAfter();
    }
    return new Valid(List.copyOf(path), from, until);
  }

  private static Optional<Invalid> problem(
      Cert cert, boolean leaf, int casBelow, Instant at, Rules rules) {
    if (at.isBefore(cert.notBefore())) {
      return invalid("CERT_NOT_YET_VALID", cert + " from " + cert.notBefore(), "valid at " + at);
    }
    if (at.isAfter(cert.notAfter())) {
      return invalid("CERT_EXPIRED", cert + " until " + cert.notAfter(), "valid at " + at);
    }
    if (!rules.criticalHandled().containsAll(cert.unknownCritical())) {
      return invalid(
          "CRITICAL_EXTENSION", cert + " " + cert.unknownCritical(), "only what is understood");
    }
    return leaf ? Optional.empty() : caProblem(cert, casBelow, rules);
  }

  private static Optional<Invalid> caProblem(Cert cert, int casBelow, Rules rules) {
    if (!cert.isCa()) {
      return invalid("NOT_A_CA", cert + " is no CA", "basicConstraints CA");
    }
    boolean required = rules.caKeyUsageRequired() || cert.keyUsage() >= 0;
    if (required && (cert.keyUsage() < 0 || (cert.keyUsage() & Cert.KEY_CERT_SIGN) == 0)) {
      return invalid("CA_KEY_USAGE", cert + " bits " + cert.keyUsage(), "keyCertSign");
    }
    if (cert.pathLen() >= 0 && casBelow > cert.pathLen()) {
      return invalid("PATH_LENGTH", casBelow + " CAs below " + cert, "at most " + cert.pathLen());
    }
    return Optional.empty();
  }

  private static Optional<Invalid> invalid(String reason, String got, String want) {
    return Optional.of(new Invalid(reason, got, want));
  }
}
