package network.assay.oracle.verify.attest.x509;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Hashes;
import org.jspecify.annotations.Nullable;

/**
 * One parsed X.509 v3 certificate (RFC 5280). Parsing believes nothing: see {@link Chains} for
 * trust. Two are equal if their bytes are. May be shared by threads.
 */
public final class Cert {

  /** Device certificates with measurements stay below 8 kB. */
  public static final int BYTES_MAX = 16 << 10;

  public static final int KEY_DIGITAL_SIGNATURE = 0x80;
  public static final int KEY_CERT_SIGN = 0x04;
  public static final int KEY_CRL_SIGN = 0x02;

  private static final int EXTENSIONS_MAX = 64;

  private final byte[] der;
  private final int tbsFrom;
  private final int tbsTo;
  private final BigInteger serial;
  private final SignatureAlgorithm algorithm;
  private final byte[] signature;
  private final byte[] issuer;
  private final byte[] subject;
  private final Instant notBefore;
  private final Instant notAfter;
  private final byte[] spki;
  private final VerifyKey key;
  private final Extensions extensions;
  private volatile @Nullable String sha256;
  private volatile @Nullable String commonName;

  private Cert(byte[] der) {
    this.der = der;
    Der outer = Der.of(der);
    Der certificate = outer.sequence();
    outer.end();
    Der tbs = certificate.sequence();
    this.tbsFrom = tbs.headerAt();
    this.tbsTo = tbs.endAt();
    byte[] outerAlgorithm = algorithmBytes(certificate);
    this.signature = certificate.bits();
    certificate.end();
    if (tbs.read(0xa0).smallInteger() != 2) {
      throw new AttestException("X509_VERSION", "another version", "v3");
    }
    this.serial = tbs.integer(21);
    Der inner = tbs.sequence();
    if (!Arrays.equals(inner.element(), outerAlgorithm)) {
      throw new AttestException(
          "X509_ALGORITHMS", "two different ones", "the same inside and outside");
    }
    this.algorithm = SignatureAlgorithm.of(inner);
    this.issuer = tbs.sequence().element();
    Der validity = tbs.sequence();
    this.notBefore = X509Time.read(validity);
    this.notAfter = X509Time.read(validity);
    validity.end();
    this.subject = tbs.sequence().element();
    this.spki = tbs.sequence().element();
    this.key = VerifyKey.ofSpki(spki);
    while (tbs.peek() == 0x81 || tbs.peek() == 0x82 || tbs.peek() == 0xa1 || tbs.peek() == 0xa2) {
      tbs.any();
    }
    this.extensions = tbs.atEnd() ? Extensions.none() : Extensions.read(tbs.read(0xa3).sequence());
    tbs.end();
  }

  private static byte[] algorithmBytes(Der certificate) {
    return certificate.sequence().element();
  }

  /**
   * Reads one certificate and nothing after it.
   *
   * @throws AttestException if it is no v3 certificate with a key that is understood
   */
  public static Cert parse(byte[] der) {
    if (der.length > BYTES_MAX) {
      throw new AttestException("CERTIFICATE_SIZE", der.length + " bytes", "at most " + BYTES_MAX);
    }
    return new Cert(der.clone());
  }

  /**
   * Reads up to {@code countMax} certificates, PEM or DER one after the other; around PEM only
   * white space and NUL.
   */
  public static List<Cert> parseAll(byte[] pemOrDer, int countMax) {
    List<Cert> certs = new ArrayList<>();
    for (byte[] der : Pem.certificates(pemOrDer, countMax)) {
      certs.add(parse(der));
    }
    return certs;
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

  /** The serial number. */
  public BigInteger serial() {
    return serial;
  }

  /** The issuer's name, DER. */
  public byte[] issuer() {
    return issuer;
  }

  /** The subject's name, DER. */
  public byte[] subject() {
    return subject;
  }

  /** The subject's common name, or "" where there is none. */
  public String commonName() {
    String known = commonName;
    if (known == null) {
      known = commonName(subject);
      commonName = known;
    }
    return known;
  }

  /** The issuer's common name, or "" where there is none. */
  public String issuerCommonName() {
    return commonName(issuer);
  }

  /** First moment of validity. */
  public Instant notBefore() {
    return notBefore;
  }

  /** Last moment of validity. */
  public Instant notAfter() {
    return notAfter;
  }

  /** The public key, SubjectPublicKeyInfo. */
  public byte[] spki() {
    return spki;
  }

  /** The public key. */
  public VerifyKey key() {
    return key;
  }

  /** The algorithm that this certificate is signed with. */
  public SignatureAlgorithm algorithm() {
    return algorithm;
  }

  /** Whether issuer and subject are the same name. */
  public boolean selfIssued() {
    return Arrays.equals(issuer, subject);
  }

  /** Whether basicConstraints says CA. */
  public boolean isCa() {
    return extensions.ca;
  }

  /** How many CAs may stand between this one and a leaf; -1 for any number. */
  public int pathLen() {
    return extensions.pathLen;
  }

  /** First byte of the keyUsage bits ({@link #KEY_CERT_SIGN} …); -1 where there is none. */
  public int keyUsage() {
    return extensions.keyUsage;
  }

  /** Extended key usages, dotted; empty where there are none. */
  public Set<String> extendedKeyUsages() {
    return extensions.extendedKeyUsages;
  }

  /** The value of an extension (the contents of its OCTET STRING), by dotted OID. */
  public Optional<byte[]> extension(String oid) {
    return Optional.ofNullable(extensions.values.get(oid));
  }

  /** OIDs of extensions that are marked critical and are not understood here. */
  public Set<String> unknownCritical() {
    return extensions.unknownCritical;
  }

  /** Whether this key signed the certificate; decides nothing else. */
  public boolean signedBy(VerifyKey signer) {
    return signer.verifies(algorithm, der, tbsFrom, tbsTo, signature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cert cert && Arrays.equals(der, cert.der);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(der);
  }

  @Override
  public String toString() {
    return commonName() + " (" + sha256().substring(0, 16) + "…)";
  }

  static String commonName(byte[] name) {
    Der sequence = Der.of(name).sequence();
    String found = "";
    while (!sequence.atEnd()) {
      Der set = sequence.read(Der.SET);
      while (!set.atEnd()) {
        Der pair = set.sequence();
        if (pair.oid().equals("2.5.4.3")) {
          found = new String(pair.any().contents(), StandardCharsets.UTF_8);
        }
      }
    }
    return found;
  }

  /** What the extensions say. */
  private static final class Extensions {
    private static final Set<String> UNDERSTOOD =
        Set.of("2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.31", "2.5.29.35", "2.5.29.37");

    private final Map<String, byte[]> values = new LinkedHashMap<>();
    private final Set<String> unknownCritical = new java.util.LinkedHashSet<>();
    private boolean ca;
    private int pathLen = -1;
    private int keyUsage = -1;
    private Set<String> extendedKeyUsages = Set.of();

    static Extensions none() {
      return new Extensions();
    }

    static Extensions read(Der list) {
      Extensions extensions = new Extensions();
      while (!list.atEnd()) {
        extensions.add(list.sequence());
      }
      extensions.basicConstraints();
      extensions.usages();
      return extensions;
    }

    private void add(Der extension) {
      String oid = extension.oid();
      boolean critical = extension.peek() == Der.BOOLEAN && extension.bool();
      byte[] value = extension.octets();
      extension.end();
      if (values.size() >= EXTENSIONS_MAX || values.put(oid, value) != null) {
        throw new AttestException("X509_EXTENSION", oid + " again or too many", "each once");
      }
      if (critical && !UNDERSTOOD.contains(oid)) {
        unknownCritical.add(oid);
      }
    }

    private void basicConstraints() {
      byte[] value = values.get("2.5.29.19");
      if (value == null) {
        return;
      }
      Der outer = Der.of(value);
      Der constraints = outer.sequence();
      outer.end();
      ca = constraints.peek() == Der.BOOLEAN && constraints.bool();
      if (constraints.peek() == Der.INTEGER) {
        pathLen = constraints.smallInteger();
      }
      constraints.end();
    }

    private void usages() {
      byte[] usage = values.get("2.5.29.15");
      if (usage != null) {
        Der bits = Der.of(usage).read(Der.BIT_STRING);
        keyUsage = bits.length() >= 2 ? bits.byteAt(1) : 0;
      }
      byte[] extended = values.get("2.5.29.37");
      if (extended != null) {
        Set<String> oids = new java.util.LinkedHashSet<>();
        Der list = Der.of(extended).sequence();
        while (!list.atEnd() && oids.size() < EXTENSIONS_MAX) {
          oids.add(list.oid());
        }
        extendedKeyUsages = Set.copyOf(oids);
      }
    }
  }
}
