package network.assay.oracle.verify.attest.tpm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
import network.assay.oracle.verify.attest.x509.Pem;

/**
 * Why a quote's key is believed where no paravisor report vouches for it: a certificate to a pinned
 * root, or a policy that names the key itself. Without either it is anybody's key.
 */
final class AttestationKey {
  private static final int CERTS_MAX = 16;
  private static final int BUNDLE_BYTES_MAX = 64 << 10;

  private static final String CONFIGURE =
      "its maker's root by --roots, by an oracle's attestation.tpmRoots, or the key by a policy's ak";

  /** Issuers that clouds publish: known so that they need not be sent, believed by no one. */
  private static final List<Cert> KNOWN = known();

  /** AK certificates of clouds sign and do nothing else; some of their CAs carry no keyUsage. */
  private static final Chains.Rules RULES =
      new Chains.Rules(Cert.KEY_DIGITAL_SIGNATURE, Set.of(), Set.of(), false, true);

  private AttestationKey() {}

  private static List<Cert> known() {
    try (InputStream in = AttestationKey.class.getResourceAsStream("tpm-intermediates.pem")) {
      if (in == null) {
        throw new IllegalStateException("issuers of TPM keys are not in this build");
      }
      return List.copyOf(Cert.parseAll(in.readAllBytes(), CERTS_MAX));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Certificates among these bytes; what is none is passed over. */
  static List<Cert> certificates(List<byte[]> raws) {
    List<Cert> found = new ArrayList<>();
    for (byte[] raw : raws) {
      if (looksLike(raw) && found.size() < CERTS_MAX) {
        found.addAll(readable(raw));
      }
    }
    return found;
  }

  /** Whether bytes begin like a certificate. */
  static boolean looksLike(byte[] raw) {
    boolean sized = raw.length > 256 && raw.length <= BUNDLE_BYTES_MAX;
    boolean der = sized && raw[0] == 0x30 && (raw[1] & 0xff) == 0x82;
    return der || (sized && raw[0] == '-' && raw[1] == '-');
  }

  /** NV indexes are as large as they were defined: zeros stand behind the certificate in them. */
  private static List<Cert> readable(byte[] raw) {
    List<Cert> found = new ArrayList<>();
    try {
      for (byte[] der : Pem.certificates(unpadded(raw), CERTS_MAX)) {
        found.add(Cert.parse(unpadded(der)));
      }
    } catch (AttestException e) {
      // Something else that begins so; a missing certificate is said below.
      return List.of();
    }
    return found;
  }

  private static byte[] unpadded(byte[] raw) {
    if (raw.length < 4 || raw[0] != 0x30 || (raw[1] & 0xff) != 0x82) {
      return raw;
    }
    int end = 4 + ((raw[2] & 0xff) << 8 | (raw[3] & 0xff));
    for (int i = end; i < raw.length; i++) {
      if (raw[i] != 0) {
        return raw;
      }
    }
    return end < raw.length ? Arrays.copyOf(raw, end) : raw;
  }

  private static List<Cert> pool(List<Cert> certs) {
    List<Cert> pool = new ArrayList<>(certs);
    pool.addAll(KNOWN);
    return pool;
  }

  private static List<Cert> roots(TrustAnchors anchors) {
    List<Cert> roots = new ArrayList<>(anchors.of(Anchor.TPM_AZURE));
    roots.addAll(anchors.of(Anchor.TPM_GOOGLE));
    roots.addAll(anchors.of(Anchor.TPM_CONFIGURED));
    return roots;
  }

  /**
   * A certificate of a key that the processor vouches for: nothing hangs on it, but one that is
   * expired, altered or of other use contradicts the rest.
   */
  static void beside(
      Claims claims,
      TpmEvidence evidence,
      List<Cert> certs,
      TrustAnchors anchors,
      LinkCache links,
      Instant at) {
    Optional<Cert> leaf = leaf(evidence, certs);
    if (leaf.isEmpty()) {
      return;
    }
    switch (Chains.verify(leaf.get(), pool(certs), roots(anchors), at, RULES, links)) {
      case Chains.Invalid unknown
          when unknown.reason().equals("UNKNOWN_ISSUER")
              || unknown.reason().equals("UNTRUSTED_ROOT") ->
          claims.holds(
              "ak.chain",
              unknown.reason() + ": " + unknown.got(),
              "not asked: the processor vouches for the key");
      case Chains.Invalid bad ->
          claims.fails("ak.chain", bad.reason() + ": " + bad.got(), bad.want());
      case Chains.Valid good ->
          claims.holds("ak.chain", good.path().size() + " certificates", "to a trusted root");
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
          "ak.chain", "a certificate of the quote's key, or a policy that names the key by ak");
      return;
    }
    List<Cert> roots = roots(anchors);
    if (roots.isEmpty()) {
      claims.missing("ak.chain", "a root of TPM keys: " + CONFIGURE);
      return;
    }
    switch (Chains.verify(leaf.get(), pool(certs), roots, at, RULES, links)) {
      case Chains.Invalid unknown when unknown.reason().equals("UNKNOWN_ISSUER") ->
          // Nothing is wrong with it, as far as anybody here can see, and nobody vouches for it.
          claims.missing("ak.chain", "a certificate of " + unknown.got() + ", or " + CONFIGURE);
      case Chains.Invalid bad ->
          claims.fails(
              "ak.chain", bad.reason() + ": " + bad.got(), bad.want() + "; or " + CONFIGURE);
      case Chains.Valid good -> {
        claims.holds("ak.chain", good.path().size() + " certificates", "to a trusted root");
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
