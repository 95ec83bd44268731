package network.assay.oracle.verify.attest.snp;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Chains;
import network.assay.oracle.verify.attest.x509.Crl;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.LinkCache;

/**
 * Whether the key is AMD's, stands for this report's chip (or provider) and TCB, and signed it. The
 * cheap comparisons come before the signatures; claims are made in the order of their weight.
 */
record KeyChecks(
    SnpReport report,
    EndorsementKey key,
    List<Cert> certs,
    Collateral collateral,
    TrustAnchors anchors,
    LinkCache links,
    Policy policy,
    Instant at) {
  private static final int LISTS_MAX = 4;

  /** AMD's ASKs and ASVKs allow no CA below them; the leaf has no keyUsage at all. */
  private static final Chains.Rules RULES = Chains.Rules.strict();

  /** Whether the key was made for this report: product, chip and TCB. */
  static boolean fits(SnpReport report, EndorsementKey key) {
    Claims claims = new Claims();
    matches(claims, report, key);
    return claims.noneFails();
  }

  void into(Claims claims, Facts.Builder facts) {
    matches(claims, report, key);
    Optional<SnpProduct> product = key.product();
    if (!claims.noneFails() || product.isEmpty()) {
      return;
    }
    chain(claims, facts, product.get());
    if (claims.noneFails()) {
      signature(claims);
    }
  }

  private static void matches(Claims claims, SnpReport report, EndorsementKey key) {
    String name = key.claim();
    Optional<SnpProduct> said = report.product();
    claims.check(
        name + ".product",
        key.product().isPresent() && (said.isEmpty() || said.equals(key.product())),
        key.product().map(SnpProduct::title).orElse("no or an unknown product name"),
        said.map(SnpProduct::title).orElse("a known product"));
    claims.check(
        name + ".curve",
        key.cert().key() instanceof EcKey ec && ec.curve() == EcKey.Curve.P384,
        key.cert().key().kind(),
        "P-384");
    if (key.product().isEmpty()) {
      return;
    }
    SnpProduct product = key.product().get();
    TcbVersion reported = TcbVersion.of(report.reportedTcb(), product);
    claims.check(
        name + ".tcb",
        key.tcb().filter(tcb -> same(tcb, reported)).isPresent(),
        key.tcb().map(TcbVersion::toString).orElse("a level is missing"),
        "REPORTED_TCB, " + reported);
    if (key.vlek()) {
      provider(claims, key);
    } else {
      hardware(claims, report, key, product);
    }
  }

  private static boolean same(TcbVersion certified, TcbVersion reported) {
    return certified.same(reported) && certified.reserved() && reported.reserved();
  }

  private static void provider(Claims claims, EndorsementKey key) {
    boolean named = key.providerId().filter(id -> !id.isEmpty()).isPresent();
    claims.check("vlek.csp-id", named, key.providerId().orElse("none"), "a provider's id");
    claims.check(
        "vlek.hwid",
        key.hardwareId().isEmpty(),
        key.hardwareId().map(Hashes::hex).orElse("none"),
        "none: a VLEK stands for no chip");
  }

  private static void hardware(
      Claims claims, SnpReport report, EndorsementKey key, SnpProduct product) {
    byte[] chip = report.chipId();
    byte[] id = Arrays.copyOf(chip, product.chipIdBytes());
    boolean rest = zero(chip, product.chipIdBytes());
    boolean same = key.hardwareId().filter(hwid -> Arrays.equals(hwid, id)).isPresent();
    claims.check(
        "vcek.hwid",
        same && rest && !zero(id, 0),
        key.hardwareId().map(Hashes::hex).orElse("none"),
        zero(id, 0) ? "CHIP_ID, which the host masked" : "CHIP_ID " + Hashes.hex(id));
  }

  private void chain(Claims claims, Facts.Builder facts, SnpProduct product) {
    List<Cert> pool = new ArrayList<>(certs);
    pool.addAll(AmdCertificates.known());
    String name = key.claim() + ".chain";
    switch (Chains.verify(key.cert(), pool, anchors.of(product.anchor()), at, RULES, links)) {
      case Chains.Invalid bad -> claims.fails(name, bad.reason() + ": " + bad.got(), bad.want());
      case Chains.Valid good -> {
        claims.holds(
            name,
            good.path().size() + " certificates",
            "to the pinned " + product.title() + " root");
        facts.signedBy(good.root().sha256()).valid(good.from(), good.until());
        issuer(claims, good, product);
        revocation(claims, facts, good, product);
      }
    }
  }

  /** A VCEK hangs under the ASK and a VLEK under the ASVK: one must not pass for the other. */
  private void issuer(Claims claims, Chains.Valid good, SnpProduct product) {
    String want = (key.vlek() ? "SEV-VLEK-" : "SEV-") + product.title();
    String got = good.path().get(1).commonName();
    claims.check(
        key.claim() + ".issuer",
        good.path().size() == 3 && got.equals(want),
        good.path().size() + " certificates, issuer " + got,
        "3, issuer " + want);
  }

  private void revocation(
      Claims claims, Facts.Builder facts, Chains.Valid good, SnpProduct product) {
    boolean required = SnpLimits.of(policy.rules(Family.SNP)).crlRequired();
    List<Collateral.Item> lists = collateral.find(Collateral.Kind.AMD_CRL, product.key());
    if (lists.isEmpty()) {
      if (required) {
        claims.missing("crl", "AMD's revocation list for " + product.title());
      } else {
        claims.holds("crl", "none given", "none, by this policy");
      }
      return;
    }
    // A product's keys and those lent to providers may have lists of their own: all that hold
    // count.
    List<Crl> holding = new ArrayList<>();
    Chains.@org.jspecify.annotations.Nullable Invalid first = null;
    for (Collateral.Item item : lists.subList(0, Math.min(lists.size(), LISTS_MAX))) {
      Optional<Chains.Invalid> bad = list(item, good, holding);
      first = first == null ? bad.orElse(null) : first;
    }
    if (holding.isEmpty() && first != null) {
      claims.fails("crl", first.reason() + ": " + first.got(), first.want());
      return;
    }
    claims.holds("crl", "from " + holding.getFirst().thisUpdate(), "the root's, in force");
    holding.forEach(crl -> facts.valid(crl.thisUpdate(), crl.nextUpdate()));
    revoked(claims, good, holding);
  }

  /** Adds a list to those that hold, or says why it does not. */
  private Optional<Chains.Invalid> list(
      Collateral.Item item, Chains.Valid good, List<Crl> holding) {
    try {
      Crl crl = Crl.parse(item.raw());
      Optional<Chains.Invalid> bad = crl.problem(good.root(), at, links);
      if (bad.isEmpty()) {
        holding.add(crl);
      }
      return bad;
    } catch (AttestException e) {
      return Optional.of(new Chains.Invalid(e.reason(), e.got(), e.want()));
    }
  }

  private static void revoked(Claims claims, Chains.Valid good, List<Crl> lists) {
    String revoked = "";
    for (Cert cert : good.path().subList(0, good.path().size() - 1)) {
      // Every VCEK has serial number 0: only a list that names it says anything about it.
      BigInteger serial = cert.serial();
      if (lists.stream().anyMatch(crl -> crl.revokes(serial))) {
        revoked = cert.commonName() + " " + serial;
      }
    }
    claims.check("revoked", revoked.isEmpty(), revoked.isEmpty() ? "none" : revoked, "none");
  }

  private void signature(Claims claims) {
    boolean good =
        key.cert().key() instanceof EcKey ec
            && ec.verifiesHash(
                Hashes.sha384(report.signed()),
                new BigInteger(1, report.signatureR()),
                new BigInteger(1, report.signatureS()));
    claims.check("signature", good, good ? "good" : "bad", "by the " + key.title());
  }

  private static boolean zero(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
