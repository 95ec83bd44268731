package network.assay.oracle.verify.attest.tpm;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Chains;
import network.assay.oracle.verify.attest.x509.Crl;
import network.assay.oracle.verify.attest.x509.LinkCache;

/**
 * Why a quote's key is believed where no paravisor report vouches for it: a certificate to a pinned
 * root, or a policy that names the key itself. Without either it is anybody's key.
 */
final class AttestationKey {
  private static final int CERTS_MAX = 16;
  private static final int BUNDLE_BYTES_MAX = 64 << 10;

  /** AK certificates of clouds sign and do nothing else; some of their CAs carry no keyUsage. */
  private static final Chains.Rules RULES =
      new Chains.Rules(Cert.KEY_DIGITAL_SIGNATURE, Set.of(), Set.of(), false, true);

  private AttestationKey() {}

  /** Certificates among these bytes; what is none is passed over. */
  static List<Cert> certificates(List<byte[]> raws) {
    List<Cert> found = new ArrayList<>();
    for (byte[] raw : raws) {
      boolean sized = raw.length > 256 && raw.length <= BUNDLE_BYTES_MAX;
      boolean der = sized && raw[0] == 0x30 && (raw[1] & 0xff) == 0x82;
      boolean pem = sized && raw[0] == '-' && raw[1] == '-';
      if ((der || pem) && found.size() < CERTS_MAX) {
        found.addAll(readable(raw));
      }
    }
    return found;
  }

  private static List<Cert> readable(byte[] raw) {
    try {
      return Cert.parseAll(raw, CERTS_MAX);
    } catch (AttestException e) {
      // Something else that begins so; a missing certificate is said below.
      return List.of();
    }
  }

  static void into(
      Claims claims,
      Facts.Builder facts,
      TpmEvidence evidence,
      List<Cert> certs,
      Collateral collateral,
      TrustAnchors anchors,
      Policy.Rules rules,
      LinkCache links,
      Instant at) {
    evidence
        .attestationKey()
        .ifPresent(key ->
            claims.check(
                "ak.restricted",
                key.restrictedSigner(),
                "attributes " + Long.toHexString(key.attributes()),
                "fixed to the TPM, restricted, signing, not decrypting"));
    if (rules.measurements().containsKey("ak")) {
      named(claims, evidence, rules.measurements().getOrDefault("ak", Set.of()));
      return;
    }
    Optional<Cert> leaf = leaf(evidence, certs);
    if (leaf.isEmpty()) {
      claims.missing(
          "ak.chain", "a certificate of the quote's key, or a policy that names the key");
      return;
    }
    List<Cert> roots = new ArrayList<>(anchors.of(Anchor.TPM_AZURE));
    roots.addAll(anchors.of(Anchor.TPM_GOOGLE));
    if (roots.isEmpty()) {
      claims.missing("ak.chain", "a root of TPM certificates among the trust anchors");
      return;
    }
    switch (Chains.verify(leaf.get(), certs, roots, at, RULES, links)) {
      case Chains.Invalid bad ->
          claims.fails("ak.chain", bad.reason() + ": " + bad.got(), bad.want());
      case Chains.Valid good -> {
        claims.holds("ak.chain", good.path().size() + " certificates", "to a pinned root");
        facts.signedBy(good.root().sha256()).valid(good.from(), good.until());
        revocation(claims, facts, good, collateral, links, at);
      }
    }
  }

  /** Every list that is there must be in force and name no certificate of the chain. */
  private static void revocation(
      Claims claims,
      Facts.Builder facts,
      Chains.Valid good,
      Collateral collateral,
      LinkCache links,
      Instant at) {
    for (int i = 0; i + 1 < good.path().size(); i++) {
      Cert cert = good.path().get(i);
      Cert issuer = good.path().get(i + 1);
      for (Collateral.Item item : collateral.find(Collateral.Kind.TPM_CRL, issuer.commonName())) {
        Crl crl = Crl.parse(item.raw());
        Optional<Chains.Invalid> bad = crl.problem(issuer, at, links);
        claims.check(
            "ak.crl",
            bad.isEmpty(),
            bad.map(b -> b.reason() + ": " + b.got()).orElse("from " + crl.thisUpdate()),
            bad.map(Chains.Invalid::want).orElse(issuer.commonName() + "'s, in force"));
        boolean revoked = crl.revokes(cert.serial());
        claims.check("ak.revoked", !revoked, revoked ? cert.toString() : "none", "none");
        facts.valid(crl.thisUpdate(), crl.nextUpdate());
        break;
      }
    }
  }

  /** The certificate whose key made the quote: found by the signature, not by what it says. */
  private static Optional<Cert> leaf(TpmEvidence evidence, List<Cert> certs) {
    if (evidence.quotes().isEmpty()) {
      return Optional.empty();
    }
    SignedQuote quote = evidence.quotes().getFirst();
    return certs.stream()
        .filter(cert -> !cert.isCa())
        .filter(cert -> quote.signature().by(cert.key(), quote.quote().raw()))
        .findFirst();
  }

  private static void named(Claims claims, TpmEvidence evidence, Set<String> allowed) {
    String got =
        evidence.attestationKey().map(key -> Hashes.sha256Hex(key.raw())).orElse("no public area");
    claims.check(
        "measurement.ak",
        allowed.contains(got),
        got,
        allowed.isEmpty() ? "an allow-list, and it is empty" : allowed.toString());
  }
}
