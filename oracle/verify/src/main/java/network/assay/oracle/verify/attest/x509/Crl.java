package network.assay.oracle.verify.attest.x509;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Hashes;
import org.jspecify.annotations.Nullable;

/** One parsed revocation list, v2 and complete (RFC 5280, 5). May be shared by threads. */
public final class Crl {

  /** Intel's longest list has some 60 entries; 1 MB holds 25,000. */
  public static final int BYTES_MAX = 1 << 20;

  private static final Set<String> UNDERSTOOD = Set.of("2.5.29.20", "2.5.29.35");

  private final byte[] der;
  private final int tbsFrom;
  private final int tbsTo;
  private final SignatureAlgorithm algorithm;
  private final byte[] signature;
  private final byte[] issuer;
  private final Instant thisUpdate;
  private final Instant nextUpdate;
  private final Set<BigInteger> revoked;
  private volatile @Nullable String sha256;

  private Crl(byte[] der) {
    this.der = der;
    Der outer = Der.of(der);
    Der list = outer.sequence();
    outer.end();
    Der tbs = list.sequence();
    this.tbsFrom = tbs.headerAt();
    this.tbsTo = tbs.endAt();
    byte[] outerAlgorithm = list.sequence().element();
    this.signature = list.bits();
    list.end();
    if (tbs.smallInteger() != 1) {
      throw new AttestException("CRL_VERSION", "another version", "v2");
    }
    Der inner = tbs.sequence();
    if (!Arrays.equals(inner.element(), outerAlgorithm)) {
      throw new AttestException("CRL_ALGORITHMS", "two different ones", "the same");
    }
    this.algorithm = SignatureAlgorithm.of(inner);
    this.issuer = tbs.sequence().element();
    this.thisUpdate = X509Time.read(tbs);
    if (!X509Time.isTime(tbs.peek())) {
      throw new AttestException("CRL_NEXT_UPDATE", "none", "a time, without which it never ends");
    }
    this.nextUpdate = X509Time.read(tbs);
    this.revoked = tbs.peek() == Der.SEQUENCE ? entries(tbs.sequence()) : Set.of();
    if (!tbs.atEnd()) {
      extensions(tbs.read(0xa0).sequence());
    }
    tbs.end();
  }

  /**
   * Reads one list, DER or PEM, and nothing after it.
   *
   * @throws AttestException if it is none, has no next update, is a delta or indirect list
   */
  public static Crl parse(byte[] pemOrDer) {
    if (pemOrDer.length > 2 * BYTES_MAX) {
      throw new AttestException("CRL_SIZE", pemOrDer.length + " bytes", "at most " + BYTES_MAX);
    }
    return new Crl(Pem.crl(pemOrDer));
  }

  private static Set<BigInteger> entries(Der list) {
    Set<BigInteger> serials = new HashSet<>();
    while (!list.atEnd()) {
      Der entry = list.sequence();
      serials.add(entry.integer(21));
      X509Time.read(entry);
      if (!entry.atEnd()) {
        refuseCritical(entry.sequence(), Set.of("2.5.29.21", "2.5.29.24"));
      }
      entry.end();
    }
    return serials;
  }

  private static void extensions(Der list) {
    refuseCritical(list, UNDERSTOOD);
  }

  private static void refuseCritical(Der list, Set<String> understood) {
    while (!list.atEnd()) {
      Der extension = list.sequence();
      String oid = extension.oid();
      boolean critical = extension.peek() == Der.BOOLEAN && extension.bool();
      extension.octets();
      extension.end();
      if (critical && !understood.contains(oid)) {
        throw new AttestException("CRL_EXTENSION", "critical " + oid, "only what is understood");
      }
    }
  }

  /** The bytes; not to be changed. */
  public byte[] der() {
    return der;
  }

  /** SHA-256 of the bytes, lower-case hex. */
  public String sha256() {
    String known = sha256;
    if (known == null) {
      known = Hashes.sha256Hex(der);
      sha256 = known;
    }
    return known;
  }

  /** The issuer's name, DER. */
  public byte[] issuer() {
    return issuer;
  }

  /** The issuer's common name, or "". */
  public String issuerCommonName() {
    return Cert.commonName(issuer);
  }

  /** From when it says what is revoked. */
  public Instant thisUpdate() {
    return thisUpdate;
  }

  /** Until when. */
  public Instant nextUpdate() {
    return nextUpdate;
  }

  /** How many serial numbers are revoked. */
  public int size() {
    return revoked.size();
  }

  /** Whether the list names this serial number. */
  public boolean revokes(BigInteger serial) {
    return revoked.contains(serial);
  }

  /** Whether this key signed the list; decides nothing else. */
  public boolean signedBy(VerifyKey signer) {
    return signer.verifies(algorithm, der, tbsFrom, tbsTo, signature);
  }

  /**
   * What is wrong with this list as the word of {@code issuerCert} at this time, or nothing.
   *
   * @param links remembers signatures that were checked before
   */
  public Optional<Chains.Invalid> problem(Cert issuerCert, Instant at, LinkCache links) {
    if (!Arrays.equals(issuer, issuerCert.subject())) {
      return problem("CRL_ISSUER", issuerCommonName(), issuerCert.commonName());
    }
    if (issuerCert.keyUsage() >= 0 && (issuerCert.keyUsage() & Cert.KEY_CRL_SIGN) == 0) {
      return problem("CRL_KEY_USAGE", "an issuer without cRLSign", "cRLSign");
    }
    if (at.isBefore(thisUpdate)) {
      return problem("CRL_NOT_YET_VALID", "from " + thisUpdate, "valid at " + at);
    }
    if (at.isAfter(nextUpdate)) {
      return problem("CRL_STALE", "until " + nextUpdate, "valid at " + at);
    }
    if (!links.signed(this, issuerCert)) {
      return problem("CRL_SIGNATURE", "another's signature", issuerCert.commonName());
    }
    return Optional.empty();
  }

  private static Optional<Chains.Invalid> problem(String reason, String got, String want) {
    return Optional.of(new Chains.Invalid(reason, got, want));
  }
}
