package network.assay.oracle.verify.attest.ear;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
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
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.policy.PolicyDocument;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.EcKey.Curve;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun;
import network.assay.oracle.verify.fixture.fuzz.Mutator;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hostile results: tokens that are cut, lengthened, mixed or altered, and claims without one. */
class EarFuzzTest {
  private static final long SEED = 0xea7L;
  private static final Instant AT = Instant.ofEpochSecond(1_767_225_600L);

  private final ECPrivateKeyParameters secret;
  private final EarVerifier verifier;
  private final byte[] token;

  EarFuzzTest() {
    X9ECParameters parameters = CustomNamedCurves.getByName("secp256r1");
    ECDomainParameters domain =
        new ECDomainParameters(
            parameters.getCurve(), parameters.getG(), parameters.getN(), parameters.getH());
    secret = new ECPrivateKeyParameters(BigInteger.valueOf(815), domain);
    byte[] point = parameters.getG().multiply(secret.getD()).normalize().getEncoded(false);
    verifier = new EarVerifier(List.of(EcKey.of(Curve.P256, point)));
    Claims claims = new Claims().check("signature", true, "got", "want");
    Ear ear =
        EarIssuer.issue(
            Map.of("cpu", Appraisal.of(Family.SNP, claims, Facts.none())),
            PolicyDocument.commandLineDefault(),
            "0.1.0",
            Optional.of("0badcafe"),
            AT);
    token = EarJwt.sign(ear, secret, Curve.P256).getBytes(UTF_8);
  }

  private boolean accepts(byte[] raw) {
    return verifier
        .appraise(
            Evidence.of(Family.EAR, raw),
            Collateral.none(),
            TrustAnchors.production(),
            Expectations.none(),
            Policy.production(),
            AT)
        .accepted();
  }

  /** Without that, "nothing was accepted" would say nothing. */
  @Test
  void theTokenThatIsMutatedIsAccepted() {
    assertThat(accepts(token)).isTrue();
  }

  @Test
  void sample() {
    run(4_000, 500);
  }

  @Test
  @Tag("deep")
  void deep() {
    run(1_005_000, 100_000);
  }

  @Test
  void everyBytePositionOfATokenIsCovered() {
    FuzzRun run = new FuzzRun("ear positions", AttestException.class);
    for (int at = 0; at < token.length; at++) {
      byte[] changed = token.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      run.mustNotAccept(changed, "byte " + at, this::accepts);
    }
  }

  private void run(int structural, int covered) {
    byte[] claims = token.clone();
    Mutator mutator = new Mutator(SEED, List.of(token, claims));
    FuzzRun shapes = new FuzzRun("ear structural", AttestException.class);
    for (int i = 0; i < structural; i++) {
      byte[] item = mutator.structural(token);
      // White space around a token is a file's, not the token's.
      boolean same = new String(item, UTF_8).strip().equals(new String(token, UTF_8));
      if (item.length > 0 && !same) {
        shapes.mustNotAccept(item, "seed " + SEED + " item " + i, this::accepts);
      }
    }
    FuzzRun values = new FuzzRun("ear signed bytes", AttestException.class);
    int signed = new String(token, UTF_8).lastIndexOf('.');
    for (int i = 0; i < covered; i++) {
      byte[] item = mutator.corrupt(token, 0, signed);
      values.mustNotAccept(item, "seed " + SEED + " covered " + i, this::accepts);
    }
    System.out.println(shapes.summary() + "\n" + values.summary());
    assertThat(shapes.refusedMicros()).as("malformed refused in less than 1 ms").isLessThan(1000);
  }
}
