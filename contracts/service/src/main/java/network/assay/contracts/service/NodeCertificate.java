package network.assay.contracts.service;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import network.assay.contracts.protocol.Bytes32;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A node's TLS identity: a P-256 key in a self-signed certificate. What others know of it is the
 * {@link #pin()}, which is published on chain (docs/PROTOCOL.md, section 2); names, dates and
 * issuer in the certificate mean nothing.
 */
public final class NodeCertificate {
  private static final Provider BC = new BouncyCastleProvider();

  /** Dates are not examined by our own trust manager; this is for tools that do. */
  private static final Duration VALIDITY = Duration.ofDays(3_650);

  private final X509Certificate certificate;
  private final PrivateKey key;

  private NodeCertificate(X509Certificate certificate, PrivateKey key) {
    this.certificate = certificate;
    this.key = key;
  }

  /** A new key and certificate, in memory. */
  public static NodeCertificate generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BC);
      generator.initialize(new ECGenParameterSpec("P-256"), new SecureRandom());
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("CN=assay-node");
      Instant now = Instant.now();
      X509CertificateHolder holder =
          new JcaX509v3CertificateBuilder(
                  name,
                  new BigInteger(64, new SecureRandom()).add(BigInteger.ONE),
                  Date.from(now.minus(Duration.ofDays(1))),
                  Date.from(now.plus(VALIDITY)),
                  name,
                  pair.getPublic())
              .build(
                  new JcaContentSignerBuilder("SHA256withECDSA")
                      .setProvider(BC)
                      .build(pair.getPrivate()));
      return new NodeCertificate(
          new JcaX509CertificateConverter().setProvider(BC).getCertificate(holder),
          pair.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make a TLS certificate: " + e.getMessage(), e);
    }
  }

  /** Loads the PEM file (key and certificate), or makes it at the first start. */
  public static NodeCertificate loadOrGenerate(Path file) {
    if (Files.exists(file)) {
      return load(file);
    }
    NodeCertificate made = generate();
    PrivateFiles.create(file, made.pem());
    return made;
  }

  /**
   * Loads a PEM file that holds one EC key and its certificate.
   *
   * @throws ConfigProblem where it holds anything else, or others can read it
   */
  public static NodeCertificate load(Path file) {
    List<Object> parts = parts(file);
    if (parts.size() != 2
        || !(parts.getFirst() instanceof PEMKeyPair pair)
        || !(parts.getLast() instanceof X509CertificateHolder holder)) {
      throw new ConfigProblem(
          "want one EC key and then one certificate in "
              + file
              + ", got "
              + parts.stream().map(part -> part.getClass().getSimpleName()).toList());
    }
    try {
      PrivateKey key =
          new JcaPEMKeyConverter().setProvider(BC).getPrivateKey(pair.getPrivateKeyInfo());
      X509Certificate certificate =
          new JcaX509CertificateConverter().setProvider(BC).getCertificate(holder);
      checkBelongTogether(key, certificate, file);
      return new NodeCertificate(certificate, key);
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigProblem(
          "want a PEM key and certificate in " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<Object> parts(Path file) {
    List<Object> parts = new ArrayList<>();
    try (PEMParser parser = new PEMParser(new StringReader(PrivateFiles.read(file)))) {
      for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
        parts.add(part);
      }
      return parts;
    } catch (IOException e) {
      throw new ConfigProblem(
          "want a PEM key and certificate in " + file + ": " + e.getMessage(), e);
    }
  }

  private static void checkBelongTogether(PrivateKey key, X509Certificate certificate, Path file)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA", BC);
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    if (!signature.verify(signed)) {
      throw new ConfigProblem("the key in " + file + " is not the certificate's");
    }
  }

  private String pem() {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(key);
      writer.writeObject(certificate);
    } catch (IOException e) {
      throw new IllegalStateException("cannot write a PEM text: " + e.getMessage(), e);
    }
    return text.toString();
  }

  /** SHA-256 of this certificate's SubjectPublicKeyInfo. */
  public Bytes32 pin() {
    return pinOf(certificate.getPublicKey());
  }

  /** SHA-256 of a key's SubjectPublicKeyInfo (DER), as RFC 7469 pins keys. */
  public static Bytes32 pinOf(PublicKey key) {
    try {
      return Bytes32.of(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  X509Certificate certificate() {
    return certificate;
  }

  PrivateKey key() {
    return key;
  }

  @Override
  public String toString() {
    return "NodeCertificate(pin " + pin() + ")";
  }
}
