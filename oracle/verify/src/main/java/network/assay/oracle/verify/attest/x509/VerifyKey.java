package network.assay.oracle.verify.attest.x509;

import com.google.errorprone.annotations.CheckReturnValue;
import java.math.BigInteger;
import java.security.MessageDigest;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Hashes;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.RSADigestSigner;

/** A public key that checks signatures: an elliptic curve's or RSA's. May be shared by threads. */
public sealed interface VerifyKey permits EcKey, VerifyKey.Rsa, VerifyKey.Ed25519 {

  /**
   * Whether the signature is this key's over these bytes. An algorithm of another kind of key, and
   * a signature that does not parse, is not.
   *
   * @param signature DER for ECDSA, as certificates carry it; see {@link EcKey} for raw r ‖ s
   */
  @CheckReturnValue
  boolean verifies(SignatureAlgorithm algorithm, byte[] data, int from, int to, byte[] signature);

  /** The same over all of the bytes. */
  @CheckReturnValue
  default boolean verifies(SignatureAlgorithm algorithm, byte[] data, byte[] signature) {
    return verifies(algorithm, data, 0, data.length, signature);
  }

  /** Words for claims: "P-256", "RSA-4096". */
  String kind();

  /**
   * Reads a SubjectPublicKeyInfo.
   *
   * @throws AttestException for other curves, points off the curve, RSA below 2048 or above 8192
   *     bits
   */
  static VerifyKey ofSpki(byte[] spki) {
    Der outer = Der.of(spki);
    Der info = outer.sequence();
    outer.end();
    Der algorithm = info.sequence();
    String oid = algorithm.oid();
    byte[] key = info.bits();
    info.end();
    return switch (oid) {
      case "1.2.840.10045.2.1" -> EcKey.of(algorithm.oid(), key);
      case "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10" -> rsa(key);
      default -> throw new AttestException("KEY_ALGORITHM", oid, "elliptic curve or RSA");
    };
  }

  private static VerifyKey rsa(byte[] key) {
    Der outer = Der.of(key);
    Der numbers = outer.sequence();
    outer.end();
    Rsa rsa = Rsa.of(numbers.integer(1025), numbers.integer(9));
    numbers.end();
    return rsa;
  }

  /** An RSA key; PKCS #1 v1.5 and PSS (RFC 8017). */
  final class Rsa implements VerifyKey {
    private final RSAKeyParameters key;

    private Rsa(RSAKeyParameters key) {
      this.key = key;
    }

    /** A key of modulus and exponent, both within sensible bounds. */
    public static Rsa of(BigInteger modulus, BigInteger exponent) {
      int bits = modulus.signum() > 0 ? modulus.bitLength() : 0;
      boolean sane = bits >= 2048 && bits <= 8192 && modulus.testBit(0);
      boolean small = exponent.signum() > 0 && exponent.bitLength() <= 33 && exponent.testBit(0);
      if (!sane || !small || exponent.equals(BigInteger.ONE)) {
        throw new AttestException(
            "RSA_KEY", bits + " bits", "2048 to 8192 bits, odd, with a small odd exponent");
      }
      return new Rsa(new RSAKeyParameters(false, modulus, exponent, true));
    }

    @Override
    public String kind() {
      return "RSA-" + key.getModulus().bitLength();
    }

    @Override
    public boolean verifies(
        SignatureAlgorithm algorithm, byte[] data, int from, int to, byte[] signature) {
      if (signature.length != (key.getModulus().bitLength() + 7) / 8) {
        return false;
      }
      return switch (algorithm.kind()) {
        case ECDSA -> false;
        case PKCS1 -> pkcs1(algorithm, data, from, to, signature);
        case PSS -> pss(algorithm, data, from, to, signature);
      };
    }

    private boolean pkcs1(
        SignatureAlgorithm algorithm, byte[] data, int from, int to, byte[] signature) {
      RSADigestSigner signer = new RSADigestSigner(digest(algorithm));
      signer.init(false, key);
      signer.update(data, from, to - from);
      return signer.verifySignature(signature);
    }

    private boolean pss(
        SignatureAlgorithm algorithm, byte[] data, int from, int to, byte[] signature) {
      Digest digest = digest(algorithm);
      PSSSigner signer = new PSSSigner(new RSAEngine(), digest, digest.getDigestSize());
      signer.init(false, key);
      signer.update(data, from, to - from);
      return signer.verifySignature(signature);
    }

    /**
     * PSS with the longest salt that the key has room for, as TPMs make it which are not in FIPS
     * mode; {@link #verifies} wants a salt as long as the hash.
     */
    @CheckReturnValue
    public boolean verifiesLongestSalt(
        SignatureAlgorithm algorithm, byte[] data, byte[] signature) {
      int bytes = (key.getModulus().bitLength() + 7) / 8;
      if (algorithm.kind() != SignatureAlgorithm.Kind.PSS || signature.length != bytes) {
        return false;
      }
      Digest digest = digest(algorithm);
      int encoded = (key.getModulus().bitLength() + 6) / 8;
      PSSSigner signer =
          new PSSSigner(new RSAEngine(), digest, encoded - digest.getDigestSize() - 2);
      signer.init(false, key);
      signer.update(data, 0, data.length);
      return signer.verifySignature(signature);
    }

    private static Digest digest(SignatureAlgorithm algorithm) {
      return switch (algorithm.hash()) {
        case "SHA-256" -> new SHA256Digest();
        case "SHA-384" -> new SHA384Digest();
        default -> new SHA512Digest();
      };
    }
  }

  /** An Ed25519 key (RFC 8032): for tokens, since no vendor's certificates have one. */
  final class Ed25519 implements VerifyKey {
    private static final int SIGNATURE_BYTES = 64;
    private final Ed25519PublicKeyParameters key;

    private Ed25519(Ed25519PublicKeyParameters key) {
      this.key = key;
    }

    /**
     * A key of its 32 bytes.
     *
     * @throws AttestException if they are no point
     */
    public static Ed25519 of(byte[] raw) {
      try {
        if (raw.length == Ed25519PublicKeyParameters.KEY_SIZE) {
          return new Ed25519(new Ed25519PublicKeyParameters(raw, 0));
        }
      } catch (IllegalArgumentException e) {
        // Falls through to the one refusal.
      }
      throw new AttestException("ED25519_KEY", raw.length + " bytes", "32 bytes of a point");
    }

    @Override
    public String kind() {
      return "Ed25519";
    }

    /** Certificates' algorithms are none of this key's. */
    @Override
    public boolean verifies(
        SignatureAlgorithm algorithm, byte[] data, int from, int to, byte[] signature) {
      return false;
    }

    /** Whether the signature is this key's over these bytes. */
    @CheckReturnValue
    public boolean verifies(byte[] data, byte[] signature) {
      if (signature.length != SIGNATURE_BYTES) {
        return false;
      }
      Ed25519Signer signer = new Ed25519Signer();
      signer.init(false, key);
      signer.update(data, 0, data.length);
      return signer.verifySignature(signature);
    }
  }

  /** The hash that the algorithm signs, of a stretch of bytes. */
  static byte[] hash(SignatureAlgorithm algorithm, byte[] data, int from, int to) {
    MessageDigest digest = Hashes.messageDigest(algorithm.hash());
    digest.update(data, from, to - from);
    return digest.digest();
  }
}
