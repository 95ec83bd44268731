package network.assay.oracle.verify.attest.ear;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.FamilyVerifier;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.VerifyKey;

/**
 * Another verifier's result. It is worth what that verifier's key is worth, and no vendor pins one:
 * the keys that are trusted are handed in. A claims set without a signature is read, and never
 * accepted.
 */
public final class EarVerifier implements FamilyVerifier {
  /** Clocks of two machines. */
  private static final long SKEW_SECONDS = 60;

  private final List<VerifyKey> trusted;

  /** A verifier that trusts results signed by one of these keys. */
  public EarVerifier(List<? extends VerifyKey> trusted) {
    this.trusted = List.copyOf(trusted);
  }

  @Override
  public Optional<Family> detect(byte[] raw) {
    try {
      if (EarJwt.looksLike(raw)) {
        EarJwt.unverified(raw);
        return Optional.of(Family.EAR);
      }
      int at = 0;
      while (at < raw.length && raw[at] <= ' ' && raw[at] >= 0) {
        at++;
      }
      if (at < raw.length && raw[at] == '{' && raw.length <= Ear.BYTES_MAX) {
        Ear.parse(raw);
        return Optional.of(Family.EAR);
      }
    } catch (AttestException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  @Override
  public boolean verifies(Family family) {
    return family == Family.EAR;
  }

  @Override
  public Appraisal appraise(
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    byte[] raw = evidence.raw();
    boolean signed = EarJwt.looksLike(raw);
    Ear ear = signed ? EarJwt.unverified(raw) : Ear.parse(raw);
    Claims claims = new Claims();
    signature(claims, raw, signed);
    claims.check(
        "ear.status",
        ear.status() == Tier.AFFIRMING,
        ear.status().label(),
        Tier.AFFIRMING.label() + " for every part");
    claims.check(
        "ear.issued",
        !ear.issuedAt().isAfter(at.plusSeconds(SKEW_SECONDS)),
        ear.issuedAt().toString(),
        "at most " + SKEW_SECONDS + " s after " + at);
    nonce(claims, ear, expectations);
    Facts.Builder facts = new Facts.Builder();
    facts.identity("status", ear.status().label());
    facts.identity("verifier", ear.developer() + " " + ear.build());
    facts.identity("profile", ear.profile());
    facts.identity("timestamp", ear.issuedAt().toString());
    return Appraisal.of(Family.EAR, claims, facts.build());
  }

  private void signature(Claims claims, byte[] raw, boolean signed) {
    if (!signed) {
      claims.missing("ear.signature", "a signature: these are bare claims");
      return;
    }
    if (trusted.isEmpty()) {
      claims.missing("ear.signature", "the public key of a verifier that is trusted");
      return;
    }
    for (VerifyKey key : trusted) {
      try {
        EarJwt.verify(raw, key);
        claims.holds("ear.signature", key.kind(), "of a verifier that is trusted");
        return;
      } catch (AttestException e) {
        // Another trusted key may have signed it.
      }
    }
    claims.fails("ear.signature", "by none of " + trusted.size() + " keys", "by a trusted one");
  }

  private static void nonce(Claims claims, Ear ear, Expectations expectations) {
    if (expectations.nonce().isEmpty()) {
      claims.holds("nonce", ear.nonce().orElse("none"), "anything: not asked");
      return;
    }
    String wanted = Hashes.hex(expectations.nonce().get());
    claims.check(
        "nonce",
        ear.nonce().map(wanted::equalsIgnoreCase).orElse(false),
        ear.nonce().orElse("none"),
        wanted);
  }
}
