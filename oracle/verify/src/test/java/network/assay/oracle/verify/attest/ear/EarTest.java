package network.assay.oracle.verify.attest.ear;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.policy.PolicyDocument;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.EcKey.Curve;
import network.assay.oracle.verify.attest.x509.VerifyKey;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EarTest {
  private static final Instant AT = Instant.ofEpochSecond(1_767_225_600L);

  private record Pair(ECPrivateKeyParameters secret, EcKey key) {}

  private static Pair pair(Curve curve, long secret) {
    X9ECParameters parameters =
        CustomNamedCurves.getByName(curve == Curve.P256 ? "secp256r1" : "secp384r1");
    ECDomainParameters domain =
        new ECDomainParameters(
            parameters.getCurve(), parameters.getG(), parameters.getN(), parameters.getH());
    BigInteger number = BigInteger.valueOf(secret);
    byte[] point = parameters.getG().multiply(number).normalize().getEncoded(false);
    return new Pair(new ECPrivateKeyParameters(number, domain), EcKey.of(curve, point));
  }

  private static Ear ear(boolean good) {
    Claims claims = new Claims().check("signature", good, "got", "want");
    Appraisal appraisal = Appraisal.of(Family.SNP, claims, Facts.none());
    return EarIssuer.issue(
        Map.of("cpu", appraisal),
        PolicyDocument.commandLineDefault(),
        "0.1.0",
        Optional.of("0badcafe"),
        AT);
  }

  @ParameterizedTest
  @EnumSource(
      value = Curve.class,
      names = {"P256", "P384"})
  void whatIsIssuedIsVerifiedByItsKeyAndByNoOther(Curve curve) {
    Pair ours = pair(curve, 4711);
    byte[] jwt = EarJwt.sign(ear(true), ours.secret(), curve).getBytes(UTF_8);
    Ear read = EarJwt.verify(jwt, ours.key());
    assertThat(read.status()).isEqualTo(Tier.AFFIRMING);
    assertThat(read.submods().get("cpu").vector()).containsEntry("hardware", 2);
    EcKey other = pair(curve, 4712).key();
    assertThatThrownBy(() -> EarJwt.verify(jwt, other)).hasMessageContaining("EAR_SIGNATURE");
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Other verifiers sign with these; what they sign is read as it stands. */
  @Test
  void ed25519AndP521AreReadByTheirOwnAlgorithmAlone() {
    Ed25519PrivateKeyParameters secret = new Ed25519PrivateKeyParameters(new byte[32], 0);
    byte[] point = secret.generatePublicKey().getEncoded();
    String jwk = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + base64(point) + "\"}";
    VerifyKey key = EarJwt.publicKey(jwk.getBytes(UTF_8));
    for (String alg : List.of("EdDSA", "ES256")) {
      String signed =
          base64(("{\"alg\":\"" + alg + "\"}").getBytes(UTF_8)) + "." + base64(ear(true).toJson());
      Ed25519Signer signer = new Ed25519Signer();
      signer.init(true, secret);
      signer.update(signed.getBytes(UTF_8), 0, signed.length());
      byte[] token = (signed + "." + base64(signer.generateSignature())).getBytes(UTF_8);
      boolean own = alg.equals("EdDSA");
      assertThat(appraise(token, key).reason()).isEqualTo(own ? "OK" : "EAR_SIGNATURE");
      token[signed.length() + 5] ^= 1;
      assertThat(appraise(token, key).accepted()).isFalse();
    }
    ECNamedDomainParameters p521 =
        new ECNamedDomainParameters(
            SECObjectIdentifiers.secp521r1, SECNamedCurves.getByName("secp521r1"));
    ECPoint open = p521.getG().multiply(BigInteger.TEN).normalize();
    String wide =
        "{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\""
            + base64(open.getAffineXCoord().getEncoded())
            + "\",\"y\":\""
            + base64(open.getAffineYCoord().getEncoded())
            + "\"}";
    String signed =
        base64("{\"alg\":\"ES512\"}".getBytes(UTF_8)) + "." + base64(ear(true).toJson());
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA512Digest()));
    signer.init(true, new ECPrivateKeyParameters(BigInteger.TEN, p521));
    BigInteger[] rs =
        signer.generateSignature(Hashes.messageDigest("SHA-512").digest(signed.getBytes(UTF_8)));
    byte[] value = new byte[132];
    BigIntegers.asUnsignedByteArray(rs[0], value, 0, 66);
    BigIntegers.asUnsignedByteArray(rs[1], value, 66, 66);
    byte[] token = (signed + "." + base64(value)).getBytes(UTF_8);
    assertThat(appraise(token, EarJwt.publicKey(wide.getBytes(UTF_8))).reason()).isEqualTo("OK");
    assertThatThrownBy(() -> EarJwt.signingKey(wide.getBytes(UTF_8)))
        .hasMessageContaining("MALFORMED_JWK");
  }

  @Test
  void noByteOfATokenMayChange() {
    Pair ours = pair(Curve.P256, 99);
    byte[] jwt = EarJwt.sign(ear(true), ours.secret(), Curve.P256).getBytes(UTF_8);
    for (int i = 0; i < jwt.length; i++) {
      byte[] flipped = jwt.clone();
      flipped[i] ^= 1;
      assertThatThrownBy(() -> EarJwt.verify(flipped, ours.key()))
          .as("byte " + i)
          .isInstanceOf(AttestException.class);
    }
  }

  @Test
  void anotherAlgorithmThanTheKeysIsRefused() {
    Pair ours = pair(Curve.P256, 99);
    String token = EarJwt.sign(ear(true), ours.secret(), Curve.P256);
    String rest = token.substring(token.indexOf('.'));
    for (String alg : List.of("none", "HS256", "ES384", "RS256")) {
      String header =
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(("{\"alg\":\"" + alg + "\"}").getBytes(UTF_8));
      assertThatThrownBy(() -> EarJwt.verify((header + rest).getBytes(UTF_8), ours.key()))
          .hasMessageContaining("EAR_SIGNATURE");
    }
  }

  @Test
  void aRejectionIsContraindicatedAndNeverAccepted() {
    assertThat(ear(false).status()).isEqualTo(Tier.CONTRAINDICATED);
    Pair ours = pair(Curve.P384, 5);
    byte[] bad = EarJwt.sign(ear(false), ours.secret(), Curve.P384).getBytes(UTF_8);
    assertThat(appraise(bad, ours.key()).reason()).isEqualTo("EAR_STATUS");
    byte[] good = EarJwt.sign(ear(true), ours.secret(), Curve.P384).getBytes(UTF_8);
    assertThat(appraise(good, ours.key()).reason()).isEqualTo("OK");
    assertThat(appraise(good, pair(Curve.P384, 6).key()).reason()).isEqualTo("EAR_SIGNATURE");
    assertThat(appraise(ear(true).toJson(), ours.key()).reason()).isEqualTo("MISSING");
  }

  private static Appraisal appraise(byte[] raw, VerifyKey trusted) {
    return new EarVerifier(List.of(trusted))
        .appraise(
            Evidence.of(Family.EAR, raw),
            Collateral.none(),
            TrustAnchors.production(),
            Expectations.none(),
            Policy.production(),
            AT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"eat_profile\":\"tag:other\",\"iat\":1,\"submods\":{}}",
        "{\"eat_profile\":\"tag:ietf.org,2026:rats/ear#04\",\"iat\":1,\"ear_verifier_id\":{\"developer\":\"a\",\"build\":\"b\"},\"submods\":{}}",
        "{\"eat_profile\":\"tag:ietf.org,2026:rats/ear#04\",\"iat\":1,\"ear_verifier_id\":{\"developer\":\"a\",\"build\":\"b\"},\"submods\":{\"x\":{}}}",
        "{\"eat_profile\":\"tag:ietf.org,2026:rats/ear#04\",\"iat\":1,\"ear_verifier_id\":{\"developer\":\"a\",\"build\":\"b\"},\"submods\":{\"x\":{\"ear_status\":\"affirming\",\"ear_trustworthiness_vector\":{\"hardware\":97}}}}",
        "{\"eat_profile\":\"tag:ietf.org,2026:rats/ear#04\",\"iat\":1,\"ear_verifier_id\":{\"developer\":\"a\",\"build\":\"b\"},\"submods\":{\"x\":{\"ear_status\":\"fine\"}}}",
        "{\"eat_profile\":\"tag:ietf.org,2026:rats/ear#04\",\"iat\":1,\"iat\":2}"
      })
  void whatSaysTooLittleTooMuchOrTwoThingsIsRefused(String json) {
    assertThatThrownBy(() -> Ear.parse(json.getBytes(UTF_8))).isInstanceOf(AttestException.class);
  }
}
