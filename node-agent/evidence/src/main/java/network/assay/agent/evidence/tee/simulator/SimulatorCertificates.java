package network.assay.agent.evidence.tee.simulator;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/**
 * The simulator's certification authority, in the shape of Intel's (SGX PCK certificate profile):
 * root, platform CA, one platform's PCK, TCB signer, and their revocation lists. The organisation
 * says what it is.
 */
final class SimulatorCertificates {
  private static final String SGX = "1.2.840.113741.1.13.1";
  private static final Date FROM = Date.from(Instant.parse("2025-01-01T00:00:00Z"));
  private static final Date UNTIL = Date.from(Instant.parse("2049-12-31T00:00:00Z"));

  /** What every simulated platform is. */
  static final byte[] FMSPC = {0x00, (byte) 0xa5, (byte) 0x5a, 0x00, 0x00, 0x01};

  static final int PCE_SVN = 11;
  static final byte[] CPU_SVN = new byte[16];

  private final SimulatorKey rootKey;
  private final SimulatorKey platformKey;
  private final byte[] platformId;
  private final byte[] root;
  private final byte[] platformCa;
  private final byte[] tcbSigner;
  private final byte[] pck;

  SimulatorCertificates(byte[] secret, SimulatorKey pckKey, SimulatorKey tcbKey) {
    this.rootKey = new SimulatorKey(secret, "root");
    this.platformKey = new SimulatorKey(secret, "platform-ca");
    this.platformId = java.util.Arrays.copyOf(SimulatorKey.sha256(pckKey.publicBytes()), 16);
    this.root = issue("Intel SGX Root CA", rootKey, "Intel SGX Root CA", rootKey, 1, 1);
    this.platformCa =
        issue("Intel SGX PCK Platform CA", platformKey, "Intel SGX Root CA", rootKey, 2, 0);
    this.tcbSigner = issue("Intel SGX TCB Signing", tcbKey, "Intel SGX Root CA", rootKey, 3, -1);
    this.pck =
        issue("Intel SGX PCK Certificate", pckKey, "Intel SGX PCK Platform CA", platformKey, 4, -1);
  }

  static X500Name name(String commonName) {
    return new X500Name("CN=" + commonName + ",O=Assay Simulator - proves nothing,C=ZZ");
  }

  /** DER of the root: what a verifier must be given by hand to believe the simulator. */
  byte[] root() {
    return root.clone();
  }

  /** Leaf first, PEM. */
  String pckChain() {
    return pem(pck) + pem(platformCa) + pem(root);
  }

  String tcbChain() {
    return pem(tcbSigner) + pem(root);
  }

  String platformCaChain() {
    return pem(platformCa) + pem(root);
  }

  static String pem(byte[] der) {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der)
        + "\n-----END CERTIFICATE-----\n";
  }

  byte[] rootCrl(Instant from, Instant until) {
    return crl("Intel SGX Root CA", rootKey, from, until);
  }

  byte[] platformCrl(Instant from, Instant until) {
    return crl("Intel SGX PCK Platform CA", platformKey, from, until);
  }

  private static byte[] crl(String issuer, SimulatorKey key, Instant from, Instant until) {
    try {
      X509v2CRLBuilder builder = new X509v2CRLBuilder(name(issuer), Date.from(from));
      builder.setNextUpdate(Date.from(until));
      builder.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.ONE));
      builder.addExtension(Extension.authorityKeyIdentifier, false, authority(key));
      return builder.build(key.contentSigner()).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("a revocation list always encodes", e);
    }
  }

  /**
   * One certificate.
   *
   * @param path how many CAs may follow; -1 for an end entity
   */
  private byte[] issue(
      String subject,
      SimulatorKey key,
      String issuer,
      SimulatorKey issuerKey,
      int serial,
      int path) {
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            name(issuer), BigInteger.valueOf(serial), FROM, UNTIL, name(subject), key.publicInfo());
    int usage =
        path >= 0
            ? KeyUsage.keyCertSign | KeyUsage.cRLSign
            : KeyUsage.digitalSignature | KeyUsage.nonRepudiation;
    try {
      builder.addExtension(Extension.authorityKeyIdentifier, false, authority(issuerKey));
      builder.addExtension(Extension.subjectKeyIdentifier, false, keyId(key));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
      builder.addExtension(
          Extension.basicConstraints,
          true,
          path >= 0 ? new BasicConstraints(path) : new BasicConstraints(false));
      if (subject.equals("Intel SGX PCK Certificate")) {
        builder.addExtension(new ASN1ObjectIdentifier(SGX), false, platform());
      }
      return builder.build(issuerKey.contentSigner()).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("a certificate always encodes", e);
    }
  }

  private static SubjectKeyIdentifier keyId(SimulatorKey key) {
    return new SubjectKeyIdentifier(
        java.util.Arrays.copyOf(SimulatorKey.sha256(key.publicBytes()), 20));
  }

  private static AuthorityKeyIdentifier authority(SimulatorKey key) {
    return new AuthorityKeyIdentifier(keyId(key).getKeyIdentifier());
  }

  /** The SGX extension of a PCK certificate. */
  private DERSequence platform() {
    ASN1EncodableVector tcb = new ASN1EncodableVector();
    for (int i = 1; i <= 16; i++) {
      tcb.add(entry(".2." + i, new ASN1Integer(0)));
    }
    tcb.add(entry(".2.17", new ASN1Integer(PCE_SVN)));
    tcb.add(entry(".2.18", new DEROctetString(CPU_SVN)));
    ASN1EncodableVector configuration = new ASN1EncodableVector();
    for (int i = 1; i <= 3; i++) {
      configuration.add(entry(".7." + i, ASN1Boolean.FALSE));
    }
    ASN1EncodableVector all = new ASN1EncodableVector();
    all.add(entry(".1", new DEROctetString(platformId)));
    all.add(entry(".2", new DERSequence(tcb)));
    all.add(entry(".3", new DEROctetString(new byte[2])));
    all.add(entry(".4", new DEROctetString(FMSPC)));
    all.add(entry(".5", new ASN1Enumerated(1)));
    all.add(entry(".6", new DEROctetString(platformId)));
    all.add(entry(".7", new DERSequence(configuration)));
    return new DERSequence(all);
  }

  private static DERSequence entry(String suffix, ASN1Encodable value) {
    return new DERSequence(new ASN1Encodable[] {new ASN1ObjectIdentifier(SGX + suffix), value});
  }
}
