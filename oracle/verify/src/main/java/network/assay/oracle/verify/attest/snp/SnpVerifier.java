package network.assay.oracle.verify.attest.snp;

import java.time.Instant;
import java.util.ArrayList;
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
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.LinkCache;

/**
 * Verifies SEV-SNP reports. The order of the claims is their weight: what the report is, who signed
 * it, whether that key stands for this chip and TCB, the signature, and then what the report says.
 */
public final class SnpVerifier implements FamilyVerifier {
  /** A thousand chips' keys with their issuers; some 5 MB. */
  private static final int CACHE_MAX = 1024;

  private final AmdCertificates certificates;
  private final LinkCache links;

  /** A verifier that remembers certificates it has read and signatures it has checked. */
  public SnpVerifier() {
    this(new LinkCache(CACHE_MAX));
  }

  /** A verifier that shares what it knows of certificates' signatures. */
  public SnpVerifier(LinkCache links) {
    this.links = links;
    this.certificates = new AmdCertificates(CACHE_MAX);
  }

  @Override
  public Optional<Family> detect(byte[] raw) {
    return SnpEvidence.looksLike(raw) ? Optional.of(Family.SNP) : Optional.empty();
  }

  @Override
  public boolean verifies(Family family) {
    return family == Family.SNP;
  }

  @Override
  public Appraisal appraise(
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    SnpEvidence read = SnpEvidence.read(evidence.raw());
    SnpReport report = read.report();
    Claims claims = new Claims();
    Facts.Builder facts = new Facts.Builder();
    if (!shape(report, claims)) {
      return Appraisal.of(Family.SNP, claims, facts.build());
    }
    List<Cert> certs =
        certificates.gather(report, read.certificates(), evidence.attachments(), collateral);
    Optional<EndorsementKey> key = keyFor(report, certs);
    if (key.isEmpty()) {
      claims.missing(
          signedByVlek(report) ? "vlek" : "vcek", "the certificate of the key that signed this");
    } else {
      new KeyChecks(report, key.get(), certs, collateral, anchors, links, policy, at)
          .into(claims, facts);
    }
    Optional<SnpProduct> product = report.product().or(() -> key.flatMap(EndorsementKey::product));
    SnpFacts.read(report, product, facts);
    ReportChecks.into(claims, report, product, expectations, policy);
    return Appraisal.of(Family.SNP, claims, facts.build());
  }

  /** What the bytes alone show; only a report of known shape is looked at further. */
  private static boolean shape(SnpReport report, Claims claims) {
    claims.check(
        "report.version", report.versionKnown(), "version " + report.version(), "2, 3 or 5");
    if (!report.versionKnown()) {
      return false;
    }
    claims.check(
        "report.algorithm",
        report.signatureAlgorithm() == SnpReport.ECDSA_P384_SHA384,
        "algorithm " + report.signatureAlgorithm(),
        "1, ECDSA P-384 with SHA-384");
    claims.check(
        "report.signing-key",
        report.signingKey() <= 1,
        report.signingKey() == 7 ? "none: not signed" : "key " + report.signingKey(),
        "0 VCEK or 1 VLEK");
    claims.check("report.mask-chip-key", !report.maskChipKey(), on(report.maskChipKey()), "off");
    claims.check(
        "report.product",
        report.version() < 3 || report.product().isPresent(),
        report.version() < 3
            ? "not in version 2; the certificate says it"
            : report.product().map(SnpProduct::title).orElse("CPUID of no known product"),
        "Milan, Genoa or Turin");
    claims.check(
        "report.signature-form",
        report.signatureWellFormed(),
        report.signatureWellFormed() ? "r, s" : "more than 48 bytes of r or s, or bytes behind",
        "48 bytes each of r and s, then zeros");
    Optional<String> reserved = report.reservedInUse();
    claims.check(
        "report.reserved", reserved.isEmpty(), reserved.orElse("zero"), "reserved bytes zero");
    return claims.noneFails();
  }

  /** The key that the report names by kind; of several, the one made for its chip and TCB. */
  private static Optional<EndorsementKey> keyFor(SnpReport report, List<Cert> certs) {
    List<EndorsementKey> keys = new ArrayList<>();
    for (Cert cert : certs) {
      if (EndorsementKey.isOne(cert)) {
        candidate(cert).filter(key -> key.vlek() == signedByVlek(report)).ifPresent(keys::add);
      }
    }
    return keys.stream()
        .filter(key -> KeyChecks.fits(report, key))
        .findFirst()
        .or(() -> keys.stream().findFirst());
  }

  private static Optional<EndorsementKey> candidate(Cert cert) {
    try {
      return Optional.of(EndorsementKey.of(cert));
    } catch (AttestException e) {
      // An extension of another type: as good as a certificate that is not there.
      return Optional.empty();
    }
  }

  private static boolean signedByVlek(SnpReport report) {
    return report.signingKey() == 1;
  }

  static String on(boolean bit) {
    return bit ? "on" : "off";
  }
}
