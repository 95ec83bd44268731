package network.assay.agent.evidence.tee.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.operator.ContentSigner;

/**
 * A P-256 key that follows from the simulator's secret and a name, with deterministic signatures
 * (RFC 6979): the same secret always gives the same root.
 */
final class SimulatorKey {
  private static final X9ECParameters P256 = CustomNamedCurves.getByName("P-256");
  private static final ECDomainParameters DOMAIN = new ECDomainParameters(P256);

  private final BigInteger secret;
  private final ECPoint point;

  SimulatorKey(byte[] simulatorSecret, String name) {
    HMac mac = new HMac(new SHA256Digest());
    mac.init(new KeyParameter(simulatorSecret));
    byte[] label = ("assay/simulator/" + name).getBytes(UTF_8);
    mac.update(label, 0, label.length);
    byte[] out = new byte[32];
    mac.doFinal(out, 0);
    BigInteger most = DOMAIN.getN().subtract(BigInteger.ONE);
    this.secret = new BigInteger(1, out).mod(most).add(BigInteger.ONE);
    this.point = DOMAIN.getG().multiply(secret).normalize();
  }

  /** {@code x ‖ y}, 64 bytes. */
  byte[] publicBytes() {
    byte[] uncompressed = point.getEncoded(false);
    byte[] out = new byte[64];
    System.arraycopy(uncompressed, 1, out, 0, 64);
    return out;
  }

  SubjectPublicKeyInfo publicInfo() {
    return new SubjectPublicKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
        point.getEncoded(false));
  }

  /** {@code r ‖ s} over the SHA-256 of a message, 64 bytes. */
  byte[] sign(byte[] message) {
    BigInteger[] pair = pair(message);
    byte[] out = new byte[64];
    put(pair[0], out, 0);
    put(pair[1], out, 32);
    return out;
  }

  private BigInteger[] pair(byte[] message) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
    return signer.generateSignature(sha256(message));
  }

  static byte[] sha256(byte[] message) {
    SHA256Digest digest = new SHA256Digest();
    digest.update(message, 0, message.length);
    byte[] hash = new byte[32];
    digest.doFinal(hash, 0);
    return hash;
  }

  private static void put(BigInteger value, byte[] out, int at) {
    byte[] bytes = value.toByteArray();
    int from = Math.max(0, bytes.length - 32);
    int length = bytes.length - from;
    System.arraycopy(bytes, from, out, at + 32 - length, length);
  }

  /** For certificates and revocation lists. */
  ContentSigner contentSigner() {
    java.io.ByteArrayOutputStream written = new java.io.ByteArrayOutputStream();
    return new ContentSigner() {
      @Override
      public AlgorithmIdentifier getAlgorithmIdentifier() {
        return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
      }

      @Override
      public OutputStream getOutputStream() {
        return written;
      }

      @Override
      public byte[] getSignature() {
        BigInteger[] pair = pair(written.toByteArray());
        try {
          return new DERSequence(
                  new org.bouncycastle.asn1.ASN1Encodable[] {
                    new ASN1Integer(pair[0]), new ASN1Integer(pair[1])
                  })
              .getEncoded("DER");
        } catch (IOException e) {
          throw new IllegalStateException("two integers always encode", e);
        }
      }
    };
  }
}
