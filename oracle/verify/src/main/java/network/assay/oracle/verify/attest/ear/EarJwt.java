package network.assay.oracle.verify.attest.ear;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.json.StrictJson;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.EcKey.Curve;
import network.assay.oracle.verify.attest.x509.VerifyKey;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.util.BigIntegers;
import tools.jackson.databind.JsonNode;

/**
 * An EAR as a compact JWS (RFC 7515): ES256 by a P-256 key, ES384 by a P-384 key, and nothing else.
 * The signature is checked over the characters as they came.
 */
public final class EarJwt {
  private static final String REASON = Ear.REASON;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private static final int ED25519_BYTES = 32;

  private EarJwt() {}

  /** Whether bytes look like a compact JWS with a JSON header. */
  public static boolean looksLike(byte[] raw) {
    if (raw.length < 8 || raw.length > 2 * Ear.BYTES_MAX || raw[0] != 'e' || raw[1] != 'y') {
      return false;
    }
    int dots = 0;
    for (byte b : raw) {
      dots += b == '.' ? 1 : 0;
    }
    return dots == 2;
  }

  /**
   * Signs an EAR; deterministic (RFC 6979), so it needs no randomness.
   *
   * @param key on the curve that is named
   */
  public static String sign(Ear ear, ECPrivateKeyParameters key, Curve curve) {
    String algorithm = algorithm(curve);
    String header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"eat+jwt\"}";
    String signed =
        ENCODER.encodeToString(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + ENCODER.encodeToString(ear.toJson());
    ECDSASigner signer =
        new ECDSASigner(
            new HMacDSAKCalculator(curve == Curve.P256 ? new SHA256Digest() : new SHA384Digest()));
    signer.init(true, key);
    java.math.BigInteger[] rs = signer.generateSignature(hash(curve, signed));
    byte[] value = new byte[2 * curve.bytes()];
    BigIntegers.asUnsignedByteArray(rs[0], value, 0, curve.bytes());
    BigIntegers.asUnsignedByteArray(rs[1], value, curve.bytes(), curve.bytes());
    return signed + "." + ENCODER.encodeToString(value);
  }

  /**
   * Checks the signature and reads the EAR.
   *
   * @throws AttestException MALFORMED_EAR where it is none, EAR_SIGNATURE where this key did not
   *     sign it
   */
  public static Ear verify(byte[] jwt, VerifyKey key) {
    Parts parts = parts(jwt);
    String want =
        switch (key) {
          case EcKey ec -> algorithm(ec.curve());
          case VerifyKey.Ed25519 ed -> "EdDSA";
          case VerifyKey.Rsa rsa ->
              throw new AttestException("EAR_SIGNATURE", rsa.kind(), "an elliptic curve's key");
        };
    if (!parts.algorithm.equals(want)) {
      throw new AttestException("EAR_SIGNATURE", "alg " + parts.algorithm, want);
    }
    if (!signed(parts, key)) {
      throw new AttestException(
          "EAR_SIGNATURE", "a signature of another key", want + " by this key");
    }
    return Ear.parse(parts.payload);
  }

  private static boolean signed(Parts parts, VerifyKey key) {
    return switch (key) {
      case EcKey ec -> ec.verifiesRaw(hash(ec.curve(), parts.signed), parts.signature);
      case VerifyKey.Ed25519 ed ->
          ed.verifies(parts.signed.getBytes(StandardCharsets.ISO_8859_1), parts.signature);
      case VerifyKey.Rsa rsa -> false;
    };
  }

  /** Reads the EAR without its signature; nothing in it may be believed. */
  public static Ear unverified(byte[] jwt) {
    return Ear.parse(parts(jwt).payload);
  }

  private record Parts(String algorithm, String signed, byte[] payload, byte[] signature) {}

  private static Parts parts(byte[] jwt) {
    if (jwt.length > 2 * Ear.BYTES_MAX) {
      throw Ear.refused(jwt.length + " bytes", "at most " + 2 * Ear.BYTES_MAX);
    }
    String text = new String(jwt, StandardCharsets.ISO_8859_1).strip();
    int first = text.indexOf('.');
    int second = first < 0 ? -1 : text.indexOf('.', first + 1);
    if (second < 0 || text.indexOf('.', second + 1) >= 0) {
      throw Ear.refused("other than three parts", "header.claims.signature");
    }
    JsonNode header = StrictJson.parse(decode(text.substring(0, first)), 4096, REASON);
    StrictJson.onlyKeys(header, Set.of("alg", "typ", "kid", "cty"), "the header", REASON);
    return new Parts(
        StrictJson.needText(header, "alg", REASON),
        text.substring(0, second),
        decode(text.substring(first + 1, second)),
        decode(text.substring(second + 1)));
  }

  private static byte[] decode(String part) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (ENCODER.encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the one refusal.
    }
    throw Ear.refused("a part that is no base64url", "base64url without padding");
  }

  private static String algorithm(Curve curve) {
    return switch (curve) {
      case P256 -> "ES256";
      case P384 -> "ES384";
      case P521 -> "ES512";
    };
  }

  private static byte[] hash(Curve curve, String signed) {
    byte[] bytes = signed.getBytes(StandardCharsets.ISO_8859_1);
    return switch (curve) {
      case P256 -> Hashes.sha256(bytes);
      case P384 -> Hashes.sha384(bytes);
      case P521 -> Hashes.messageDigest("SHA-512").digest(bytes);
    };
  }

  /**
   * A key that signs EARs.
   *
   * @param secret on the curve
   */
  public record SigningKey(ECPrivateKeyParameters secret, Curve curve) {}

  /**
   * Reads a private key from a JWK (kty EC, with d), whose public part must be its own.
   *
   * @throws AttestException MALFORMED_JWK
   */
  public static SigningKey signingKey(byte[] jwk) {
    Curve curve =
        publicKey(jwk) instanceof EcKey key && key.curve() != Curve.P521 ? key.curve() : null;
    if (curve == null) {
      throw new AttestException("MALFORMED_JWK", "another curve", "P-256 or P-384");
    }
    JsonNode node = StrictJson.parse(jwk, 16 << 10, "MALFORMED_JWK");
    byte[] d = new byte[curve.bytes()];
    copy(node, "d", d, 0, curve.bytes());
    X9ECParameters named =
        CustomNamedCurves.getByName(curve == Curve.P256 ? "secp256r1" : "secp384r1");
    ECDomainParameters domain =
        new ECDomainParameters(named.getCurve(), named.getG(), named.getN(), named.getH());
    java.math.BigInteger number = new java.math.BigInteger(1, d);
    if (number.signum() == 0 || number.compareTo(named.getN()) >= 0) {
      throw new AttestException("MALFORMED_JWK", "d outside the curve's order", "1 to n - 1");
    }
    byte[] point = named.getG().multiply(number).normalize().getEncoded(false);
    byte[] given = new byte[1 + 2 * curve.bytes()];
    given[0] = point[0];
    copy(node, "x", given, 1, curve.bytes());
    copy(node, "y", given, 1 + curve.bytes(), curve.bytes());
    if (!Arrays.equals(given, point)) {
      throw new AttestException("MALFORMED_JWK", "x and y of another key", "those that d makes");
    }
    return new SigningKey(new ECPrivateKeyParameters(number, domain), curve);
  }

  /**
   * Reads a public key from a JWK (kty EC, or OKP with Ed25519). A private part is ignored here.
   *
   * @throws AttestException MALFORMED_JWK
   */
  public static VerifyKey publicKey(byte[] jwk) {
    JsonNode node = StrictJson.parse(jwk, 16 << 10, "MALFORMED_JWK");
    String name = StrictJson.needText(node, "crv", "MALFORMED_JWK");
    if (name.equals("Ed25519")) {
      byte[] x = new byte[ED25519_BYTES];
      copy(node, "x", x, 0, x.length);
      return VerifyKey.Ed25519.of(x);
    }
    Curve curve =
        switch (name) {
          case "P-256" -> Curve.P256;
          case "P-384" -> Curve.P384;
          case "P-521" -> Curve.P521;
          default ->
              throw new AttestException(
                  "MALFORMED_JWK", "crv " + name, "P-256, P-384, P-521 or Ed25519");
        };
    byte[] xy = new byte[2 * curve.bytes()];
    copy(node, "x", xy, 0, curve.bytes());
    copy(node, "y", xy, curve.bytes(), curve.bytes());
    return EcKey.ofRaw(curve, xy);
  }

  private static void copy(JsonNode node, String member, byte[] into, int at, int bytes) {
    byte[] value;
    try {
      value = Base64.getUrlDecoder().decode(StrictJson.needText(node, member, "MALFORMED_JWK"));
    } catch (IllegalArgumentException e) {
      throw new AttestException("MALFORMED_JWK", member + " that is no base64url", "base64url");
    }
    if (value.length != bytes) {
      throw new AttestException("MALFORMED_JWK", member + " of " + value.length, bytes + " bytes");
    }
    System.arraycopy(value, 0, into, at, bytes);
  }
}
