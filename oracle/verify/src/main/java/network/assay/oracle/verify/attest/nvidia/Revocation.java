package network.assay.oracle.verify.attest.nvidia;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.OcspResponse;
import network.assay.oracle.verify.attest.x509.OcspResponse.Answer;
import network.assay.oracle.verify.attest.x509.OcspResponse.Status;
import org.jspecify.annotations.Nullable;

/**
 * Whether certificates of a chain are revoked, by OCSP. Asked of every certificate that names a
 * responder, but for the root; a device's own two certificates name none. A good answer must be
 * fresh, signed for the issuer, and carry our nonce where we asked with one.
 */
final class Revocation {
  private static final String AUTHORITY_INFORMATION = "1.3.6.1.5.5.7.1.1";

  /** OID 1.3.6.1.5.5.7.48.1 as it stands in an AuthorityInfoAccess. */
  private static final byte[] OCSP = {0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01};

  private Revocation() {}

  /**
   * Makes one claim for a whole path.
   *
   * @param path leaf first, root last
   */
  static void check(
      String claim,
      List<Cert> path,
      Materials materials,
      Instant at,
      Claims claims,
      Facts.Builder facts) {
    int good = 0;
    @Nullable String missing = null;
    for (int i = 0; i + 1 < path.size(); i++) {
      Cert cert = path.get(i);
      if (!namesResponder(cert)) {
        continue;
      }
      Optional<Answer> answer = best(cert, path.get(i + 1), materials, at);
      if (answer.isEmpty()) {
        missing = missing == null ? cert.toString() : missing + ", " + cert;
      } else if (answer.get().status() == Status.GOOD) {
        good++;
        facts.valid(path.getFirst().notBefore(), answer.get().until());
      } else {
        claims.fails(
            claim + "." + word(answer.get().status()),
            cert + ": " + answer.get().got(),
            answer.get().want());
        return;
      }
    }
    if (missing != null) {
      claims.missing(claim, "OCSP answers for " + missing);
    } else {
      claims.holds(claim, good + " certificates good", "every one that names a responder good");
    }
  }

  private static String word(Status status) {
    return status.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  /** A good answer wins over none, a revocation over everything. */
  private static Optional<Answer> best(Cert cert, Cert issuer, Materials materials, Instant at) {
    Optional<byte[]> asked = materials.askedWith(cert);
    @Nullable Answer best = null;
    for (OcspResponse response : materials.answers(cert)) {
      Answer answer = response.judge(cert, issuer, asked, at);
      if (answer.status() == Status.REVOKED) {
        return Optional.of(answer);
      }
      if (best == null || answer.status() == Status.GOOD) {
        best = answer;
      }
    }
    return Optional.ofNullable(best);
  }

  static boolean namesResponder(Cert cert) {
    byte[] access = cert.extension(AUTHORITY_INFORMATION).orElse(new byte[0]);
    for (int i = 0; i + OCSP.length <= access.length; i++) {
      if (java.util.Arrays.equals(access, i, i + OCSP.length, OCSP, 0, OCSP.length)) {
        return true;
      }
    }
    return false;
  }
}
