package network.assay.contracts.protocol;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * ECDSA on secp256k1 as the EVM's {@code ecrecover} has it: deterministic (RFC 6979), low s when
 * signing; recovery by SEC 1, 4.1.6.
 */
public final class Secp256k1 {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);
  private static final BigInteger PRIME = CURVE.getCurve().getField().getCharacteristic();

  /** The group's order n. */
  public static final BigInteger ORDER = CURVE.getN();

  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private Secp256k1() {}

  /** A signing key. Its text form never shows the secret. */
  public static final class PrivateKey {
    private final BigInteger secret;
    private final Address address;

    private PrivateKey(BigInteger secret) {
      this.secret = secret;
      this.address = addressOf(new FixedPointCombMultiplier().multiply(CURVE.getG(), secret));
    }

    public static PrivateKey of(byte[] secret) {
      BigInteger value = new BigInteger(1, secret);
      if (secret.length != 32 || value.signum() == 0 || value.compareTo(ORDER) >= 0) {
        throw new ProtocolException(
            "INVALID_KEY", "32 bytes below the group order", secret.length + " bytes");
      }
      return new PrivateKey(value);
    }

    public Address address() {
      return address;
    }

    /** The 32 secret bytes, for a key store. */
    public byte[] secretBytes() {
      return Bytes.start().u256(secret).toArray();
    }

    public Signature sign(Bytes32 digest) {
      ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
      signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
      BigInteger[] rs = signer.generateSignature(digest.toArray());
      BigInteger s = rs[1].compareTo(HALF_ORDER) > 0 ? ORDER.subtract(rs[1]) : rs[1];
      for (int v = 27; v <= 28; v++) {
        Optional<Address> signerAddress = recoverRaw(digest, rs[0], s, v);
        if (signerAddress.isPresent() && signerAddress.get().equals(address)) {
          return Signature.of(rs[0], s, v);
        }
      }
      throw new IllegalStateException("own signature does not recover to " + address);
    }

    @Override
    public String toString() {
      return "PrivateKey(" + address + ")";
    }
  }

  /**
   * The signer's address; empty where the signature is none (r or s out of range, high s, no such
   * point).
   */
  public static Optional<Address> recover(Bytes32 digest, Signature signature) {
    if (signature.s().compareTo(HALF_ORDER) > 0) {
      return Optional.empty();
    }
    return recoverRaw(digest, signature.r(), signature.s(), signature.v());
  }

  /**
   * Like the precompile at 0x01: high s is not refused. Only for the normalised signatures of a
   * quorum.
   */
  public static Optional<Address> recoverRaw(Bytes32 digest, BigInteger r, BigInteger s, int v) {
    if (r.signum() <= 0 || s.signum() <= 0 || r.compareTo(ORDER) >= 0 || s.compareTo(ORDER) >= 0) {
      return Optional.empty();
    }
    if (r.compareTo(PRIME) >= 0) {
      return Optional.empty();
    }
    byte[] compressed = Bytes.start().u8(v == 27 ? 2 : 3).u256(r).toArray();
    ECPoint point;
    try {
      point = CURVE.getCurve().decodePoint(compressed);
    } catch (IllegalArgumentException notOnCurve) {
      return Optional.empty();
    }
    BigInteger rInverse = r.modInverse(ORDER);
    BigInteger e = digest.toUnsigned().mod(ORDER);
    ECPoint q =
        ECAlgorithms.sumOfTwoMultiplies(
            CURVE.getG(),
            ORDER.subtract(e).multiply(rInverse).mod(ORDER),
            point,
            s.multiply(rInverse).mod(ORDER));
    return q.isInfinity() ? Optional.empty() : Optional.of(addressOf(q));
  }

  private static Address addressOf(ECPoint point) {
    byte[] encoded = point.normalize().getEncoded(false);
    byte[] hash = Keccak.hash(Arrays.copyOfRange(encoded, 1, encoded.length)).toArray();
    return Address.of(hash, 12);
  }
}
