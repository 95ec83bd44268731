package network.assay.oracle.collateral;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Collateral in the vendors' forms, signed by keys that nobody trusts. */
public final class Samples {
  public static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final BouncyCastleProvider BC = new BouncyCastleProvider();

  private Samples() {}

  /** A self-signed certificate and its key. */
  public record Party(X509CertificateHolder certificate, PrivateKey key) {
    public byte[] der() {
      return Samples.bytes(certificate::getEncoded);
    }

    public String pem() {
      return Samples.pem(der());
    }
  }

  public static String pem(byte[] der) {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END CERTIFICATE-----\n";
  }

  public static String tcbInfo(String tee, String fmspc, Instant from, Instant until) {
    return "{\"tcbInfo\":{\"id\":\"%s\",\"version\":3,\"issueDate\":\"%s\",\"nextUpdate\":\"%s\",\"fmspc\":\"%s\"},\"signature\":\"00\"}"
        .formatted(tee, from, until, fmspc);
  }

  public static CollateralItem tcb(int number, Instant from, Instant until) {
    byte[] raw = tcbInfo("TDX", "%012x".formatted(number), from, until).getBytes(UTF_8);
    return Inspector.inspect(raw, "a test", NOW);
  }

  public static String identity(String id, Instant from, Instant until) {
    return "{\"enclaveIdentity\":{\"id\":\"%s\",\"version\":2,\"issueDate\":\"%s\",\"nextUpdate\":\"%s\"},\"signature\":\"00\"}"
        .formatted(id, from, until);
  }

  public static String rim(String id) {
    return "<SoftwareIdentity xmlns=\"http://standards.iso.org/iso/19770/-2/2015/schema.xsd\" name=\"GH100\" tagId=\""
        + id
        + "\" version=\"1.0\"></SoftwareIdentity>";
  }

  public static Party party(String commonName) {
    return party(commonName, new byte[0]);
  }

  /** With AMD's extension for a chip's id, where one is given. */
  public static Party party(String commonName, byte[] chipId) {
    KeyPair keys = keys();
    X500Name name = new X500Name("CN=" + commonName + ",O=Nobody");
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            name,
            BigInteger.valueOf(0x1234),
            Date.from(NOW.minusSeconds(86_400)),
            Date.from(NOW.plusSeconds(86_400 * 365L)),
            name,
            SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    try {
      if (chipId.length > 0) {
        builder.addExtension(new ASN1ObjectIdentifier("1.3.6.1.4.1.3704.1.4"), false, raw(chipId));
      }
      return new Party(builder.build(signer(keys.getPrivate())), keys.getPrivate());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] raw(byte[] chipId) {
    return bytes(() -> new DEROctetString(chipId).getOctets());
  }

  public static byte[] crl(Party issuer, Instant from, Instant until) {
    X509v2CRLBuilder builder =
        new X509v2CRLBuilder(issuer.certificate().getSubject(), Date.from(from));
    builder.setNextUpdate(Date.from(until));
    builder.addCRLEntry(BigInteger.TWO, Date.from(from), CRLReason.keyCompromise);
    return bytes(() -> builder.build(signer(issuer.key())).getEncoded());
  }

  public static byte[] ocsp(Party issuer, X509CertificateHolder leaf, Instant from, Instant until) {
    return bytes(() -> {
      var digests = new JcaDigestCalculatorProviderBuilder().setProvider(BC).build();
      CertificateID id =
          new CertificateID(
              digests.get(CertificateID.HASH_SHA1), issuer.certificate(), leaf.getSerialNumber());
      var basic =
          new BasicOCSPRespBuilder(new RespID(issuer.certificate().getSubject()))
              .addResponse(id, CertificateStatus.GOOD, Date.from(from), Date.from(until), null)
              .build(signer(issuer.key()), null, Date.from(from));
      OCSPResp response = new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic);
      return response.getEncoded();
    });
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BC);
      generator.initialize(new java.security.spec.ECGenParameterSpec("P-256"));
      return generator.generateKeyPair();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ContentSigner signer(PrivateKey key) {
    try {
      return new JcaContentSignerBuilder("SHA256withECDSA").setProvider(BC).build(key);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Making {
    byte[] make() throws Exception;
  }

  private static byte[] bytes(Making making) {
    try {
      return making.make();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
