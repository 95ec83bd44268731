package network.assay.oracle.verify.attest.x509;

import com.google.errorprone.annotations.CheckReturnValue;
import java.math.BigInteger;
import java.util.Arrays;
import network.assay.oracle.verify.attest.AttestException;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/**
 * A public key on P-256, P-384 or P-521 (FIPS 186-5), over Bouncy Castle's curve arithmetic made
 * for these primes.
 */
public final class EcKey implements VerifyKey {

  /** The curves, with their order and field size. */
  public enum Curve {
    P256("1.2.840.10045.3.1.7", "secp256r1", 32),
    P384("1.3.132.0.34", "secp384r1", 48),
    P521("1.3.132.0.35", "secp521r1", 66);

    private final String oid;

    @SuppressWarnings("ImmutableEnumChecker") // Bouncy Castle's parameters never change
    private final X9ECParameters parameters;

    private final int bytes;

    Curve(String oid, String name, int bytes) {
      this.oid = oid;
      this.parameters = CustomNamedCurves.getByName(name);
      this.bytes = bytes;
    }

    /** Bytes of a coordinate, and of r and s each. */
    public int bytes() {
      return bytes;
    }
  }

  private final Curve curve;
  private final ECPoint point;

  private EcKey(Curve curve, ECPoint point) {
    this.curve = curve;
    this.point = point;
  }

  /** A key of a curve's OID and an uncompressed point (04 ‖ x ‖ y). */
  static EcKey of(String oid, byte[] encoded) {
    for (Curve curve : Curve.values()) {
      if (curve.oid.equals(oid)) {
        return of(curve, encoded);
      }
    }
    throw new AttestException("EC_CURVE", oid, "P-256, P-384 or P-521");
  }

  /**
   * A key of an uncompressed point, 04 ‖ x ‖ y.
   *
   * @throws AttestException if the point is not on the curve
   */
  public static EcKey of(Curve curve, byte[] encoded) {
    if (encoded.length != 1 + 2 * curve.bytes || encoded[0] != 4) {
      throw new AttestException(
          "EC_POINT", encoded.length + " bytes", "04 and two of " + curve.bytes + " bytes");
    }
    try {
      return new EcKey(curve, curve.parameters.getCurve().decodePoint(encoded));
    } catch (IllegalArgumentException e) {
      throw new AttestException("EC_POINT", "a point off the curve", "a point on " + curve);
    }
  }

  /** A key of the raw coordinates x ‖ y, as quotes carry it. */
  public static EcKey ofRaw(Curve curve, byte[] xy) {
    byte[] encoded = new byte[xy.length + 1];
    encoded[0] = 4;
    System.arraycopy(xy, 0, encoded, 1, xy.length);
    return of(curve, encoded);
  }

  /** The curve. */
  public Curve curve() {
    return curve;
  }

  @Override
  public String kind() {
    return "P-" + curve.name().substring(1);
  }

  @Override
  public boolean verifies(
      SignatureAlgorithm algorithm, byte[] data, int from, int to, byte[] signature) {
    if (algorithm.kind() != SignatureAlgorithm.Kind.ECDSA || signature.length > 160) {
      return false;
    }
    BigInteger r;
    BigInteger s;
    try {
      Der outer = Der.of(signature);
      Der pair = outer.sequence();
      outer.end();
      r = pair.integer(curve.bytes + 1);
      s = pair.integer(curve.bytes + 1);
      pair.end();
    } catch (AttestException e) {
      return false;
    }
    return verifiesHash(VerifyKey.hash(algorithm, data, from, to), r, s);
  }

  /** Whether r ‖ s, each of the curve's size, big-endian, is this key's signature of the hash. */
  @CheckReturnValue
  public boolean verifiesRaw(byte[] hash, byte[] rs) {
    if (rs.length != 2 * curve.bytes) {
      return false;
    }
    return verifiesHash(
        hash,
        new BigInteger(1, Arrays.copyOfRange(rs, 0, curve.bytes)),
        new BigInteger(1, Arrays.copyOfRange(rs, curve.bytes, rs.length)));
  }

  /** ECDSA verification (FIPS 186-5, 6.4.2): r and s from 1 to n-1. */
  @CheckReturnValue
  public boolean verifiesHash(byte[] hash, BigInteger r, BigInteger s) {
    BigInteger n = curve.parameters.getN();
    if (r.signum() <= 0 || s.signum() <= 0 || r.compareTo(n) >= 0 || s.compareTo(n) >= 0) {
      return false;
    }
    BigInteger e = new BigInteger(1, hash);
    int excess = hash.length * 8 - n.bitLength();
    if (excess > 0) {
      e = e.shiftRight(excess);
    }
    BigInteger inverse = s.modInverse(n);
    BigInteger u1 = e.multiply(inverse).mod(n);
    BigInteger u2 = r.multiply(inverse).mod(n);
    ECPoint sum = ECAlgorithms.sumOfTwoMultiplies(curve.parameters.getG(), u1, point, u2);
    if (sum.isInfinity()) {
      return false;
    }
    return sum.normalize().getAffineXCoord().toBigInteger().mod(n).equals(r);
  }
}
