package network.assay.oracle.verify.attest.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.Der;
import network.assay.oracle.verify.fixture.attest.TpmForge;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import org.junit.jupiter.api.Test;

/** Keys of quotes: their kinds, and why they are believed. */
class TpmKeysTest {
  private static final long RESTRICTED_SIGNER = 0x50072;

  private final TpmVerifier verifier = new TpmVerifier(List.of());
  private final TestAuthority root = TestAuthority.root("tpm root");
  private final TpmForge forge = new TpmForge();

  @Test
  void aCertifiedKeyIsBelievedUnderAPinnedRootAlone() {
    TestAuthority ak = ak(CertSpec.leaf("ak").serial(5));
    assertThat(certified(ak, anchors(), Collateral.none())).isEqualTo("OK");
    assertThat(certified(ak, TrustAnchors.builder().build(), Collateral.none()))
        .isEqualTo("MISSING");
    assertThat(certified(ak, TrustAnchors.production(), Collateral.none())).isEqualTo("MISSING");
    TrustAnchors other =
        TrustAnchors.builder()
            .trust(Anchor.TPM_AZURE, TestAuthority.root("another").cert())
            .build();
    assertThat(certified(ak, other, Collateral.none())).isEqualTo("MISSING");
    assertThat(certified(ak, other, rootBeside()))
        .as("a root of its own beside it is believed by nobody")
        .isEqualTo("AK_CHAIN");
    assertThat(certified(ak(CertSpec.leaf("ak").keyUsage(0x20)), anchors(), Collateral.none()))
        .isEqualTo("AK_CHAIN");
    TestAuthority thief =
        root.issue(CertSpec.leaf("ak"), TestKey.of(TestKey.Kind.RSA_2048, "tpm thief"));
    assertThat(certified(thief, anchors(), Collateral.none())).isEqualTo("QUOTE_SIGNATURE");
  }

  @Test
  void aRevokedKeyIsRefused() {
    TestAuthority ak = ak(CertSpec.leaf("ak").serial(5));
    var now = TestAuthority.NOW;
    byte[] none = root.crl();
    byte[] revoked =
        root.crl(now.minusSeconds(9), now.plusSeconds(9), List.of(BigInteger.valueOf(5)));
    byte[] old = root.crl(now.minusSeconds(9), now.minusSeconds(1), List.of());
    assertThat(certified(ak, anchors(), list(none))).isEqualTo("OK");
    assertThat(certified(ak, anchors(), list(revoked))).isEqualTo("AK_REVOKED");
    assertThat(certified(ak, anchors(), list(old))).isEqualTo("AK_CRL");
  }

  @Test
  void ellipticCurveKeysAndBothRsaSchemesAreRead() {
    TestKey p256 = TestKey.p256("ec ak");
    byte[] point = p256.rawPoint();
    byte[] area = eccArea(point, RESTRICTED_SIGNER);
    byte[] quote = forge.quote();
    byte[] rs = p256.signRaw(quote);
    byte[] signature = parts(0x18, 0x0b, Arrays.copyOf(rs, 32), Arrays.copyOfRange(rs, 32, 64));
    assertThat(google(area, quote, signature, Hashes.sha256Hex(area))).isEqualTo("OK");
    signature[signature.length - 1] ^= 1;
    assertThat(google(area, quote, signature, Hashes.sha256Hex(area))).isEqualTo("QUOTE_SIGNATURE");
    byte[] rsaArea = rsaArea(TestKey.of(TestKey.Kind.RSA_2048, "tpm ak"));
    byte[] rsassa = parts(0x14, 0x0b, forge.signature(quote));
    assertThat(google(rsaArea, quote, rsassa, Hashes.sha256Hex(rsaArea))).isEqualTo("OK");
    rsassa[1] = 0x16;
    assertThat(google(rsaArea, quote, rsassa, Hashes.sha256Hex(rsaArea)))
        .as("PKCS #1 is no PSS")
        .isEqualTo("QUOTE_SIGNATURE");
  }

  /** A key that signs anything would sign a quote that no TPM made. */
  @Test
  void keysThatAreNotRestrictedAreRefused() {
    TestKey p256 = TestKey.p256("ec ak");
    byte[] quote = forge.quote();
    byte[] rs = p256.signRaw(quote);
    byte[] signature = parts(0x18, 0x0b, Arrays.copyOf(rs, 32), Arrays.copyOfRange(rs, 32, 64));
    for (long attributes : new long[] {0x40072, 0x50070, 0x70072, 0x10072}) {
      byte[] area = eccArea(p256.rawPoint(), attributes);
      assertThat(google(area, quote, signature, Hashes.sha256Hex(area))).isEqualTo("AK_RESTRICTED");
    }
  }

  @Test
  void weakHashesAndUnknownSchemesAreRefused() {
    assertThatThrownBy(() -> TpmSignature.read(parts(0x14, 0x04, new byte[256])))
        .isInstanceOf(AttestException.class);
    assertThatThrownBy(() -> TpmSignature.read(parts(0x1a, 0x0b, new byte[64])))
        .isInstanceOf(AttestException.class);
    assertThatThrownBy(() -> TpmSignature.read(parts(0x14, 0x0b, new byte[0])))
        .isInstanceOf(AttestException.class);
  }

  private TestAuthority ak(CertSpec spec) {
    return root.issue(spec, TestKey.of(TestKey.Kind.RSA_2048, "tpm ak"));
  }

  private TrustAnchors anchors() {
    return TrustAnchors.builder().trust(Anchor.TPM_GOOGLE, root.cert()).build();
  }

  private Collateral rootBeside() {
    return Collateral.of(
        List.of(Collateral.Item.of(Collateral.Kind.TPM_AK_CHAIN, "ak", root.der())));
  }

  private static Collateral list(byte[] crl) {
    return Collateral.of(List.of(Collateral.Item.of(Collateral.Kind.TPM_CRL, "tpm root", crl)));
  }

  /** A quote as JSON, with the key's certificate beside it. */
  private String certified(TestAuthority ak, TrustAnchors anchors, Collateral collateral) {
    byte[] quote = forge.quote();
    HexFormat hex = HexFormat.of();
    String registers =
        String.join(
            ",", forge.pcrs().stream().map(pcr -> "\"" + hex.formatHex(pcr) + "\"").toList());
    String json =
        "{\"message\":\""
            + hex.formatHex(quote)
            + "\",\"signature\":\""
            + hex.formatHex(forge.signature(quote))
            + "\",\"pcrs\":["
            + registers
            + "]}";
    byte[] raw = json.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return reason(raw, List.of(ak.der()), anchors, collateral, Policy.production());
  }

  /** Google's message, its key named by the policy. */
  private String google(byte[] area, byte[] quote, byte[] signature, String named) {
    ByteArrayOutputStream registers = new ByteArrayOutputStream();
    registers.writeBytes(new byte[] {0x08, 0x0b});
    for (int i = 0; i < forge.pcrs().size(); i++) {
      ByteArrayOutputStream pair = new ByteArrayOutputStream();
      pair.writeBytes(new byte[] {0x08, (byte) i});
      field(pair, 2, forge.pcrs().get(i));
      field(registers, 2, pair.toByteArray());
    }
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    field(part, 1, quote);
    field(part, 2, signature);
    field(part, 3, registers.toByteArray());
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    field(message, 1, area);
    field(message, 2, part.toByteArray());
    Policy policy =
        new Policy(
            Map.of(Family.TPM, new Policy.Rules(Map.of("ak", Set.of(named)), Set.of(), 0, false)));
    return reason(
        message.toByteArray(), List.of(), TrustAnchors.production(), Collateral.none(), policy);
  }

  private String reason(
      byte[] raw, List<byte[]> beside, TrustAnchors anchors, Collateral collateral, Policy policy) {
    return verifier
        .appraise(
            new Evidence(Family.TPM, raw, new ArrayList<>(beside)),
            collateral,
            anchors,
            Expectations.none(),
            policy,
            TestAuthority.NOW)
        .reason();
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] bytes) {
    out.write((number << 3) | 2);
    int length = bytes.length;
    while (length >= 0x80) {
      out.write((length & 0x7f) | 0x80);
      length >>>= 7;
    }
    out.write(length);
    out.writeBytes(bytes);
  }

  private static byte[] eccArea(byte[] point, long attributes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    numbers(out, 2, 0x23, 0x0b);
    numbers(out, 4, attributes);
    numbers(out, 2, 0, 0x10, 0x18, 0x0b, 3, 0x10);
    sized(out, Arrays.copyOf(point, 32));
    sized(out, Arrays.copyOfRange(point, 32, 64));
    return out.toByteArray();
  }

  private static byte[] rsaArea(TestKey key) {
    Der info = Der.of(key.spki()).sequence();
    info.sequence();
    byte[] signed = Der.of(info.bits()).sequence().integer(257).toByteArray();
    byte[] modulus = Arrays.copyOfRange(signed, signed.length - 256, signed.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    numbers(out, 2, 0x01, 0x0b);
    numbers(out, 4, RESTRICTED_SIGNER);
    numbers(out, 2, 0, 0x10, 0x14, 0x0b, 2048);
    numbers(out, 4, 0);
    sized(out, modulus);
    return out.toByteArray();
  }

  private static byte[] parts(int scheme, int hash, byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    numbers(out, 2, scheme, hash);
    for (byte[] part : parts) {
      sized(out, part);
    }
    return out.toByteArray();
  }

  private static void sized(ByteArrayOutputStream out, byte[] bytes) {
    numbers(out, 2, bytes.length);
    out.writeBytes(bytes);
  }

  private static void numbers(ByteArrayOutputStream out, int width, long... values) {
    for (long value : values) {
      for (int i = width - 1; i >= 0; i--) {
        out.write((int) (value >>> (8 * i)));
      }
    }
  }
}
