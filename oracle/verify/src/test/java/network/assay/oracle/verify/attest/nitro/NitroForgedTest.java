package network.assay.oracle.verify.attest.nitro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.fixture.attest.CborWriter;
import network.assay.oracle.verify.fixture.attest.NitroForge;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One thing wrong at a time, under a root of our own. */
class NitroForgedTest {
  private static final Instant AT = TestAuthority.NOW;
  private static final byte[] ZERO = new byte[48];

  private final NitroVerifier verifier = new NitroVerifier();

  @Test
  void whatIsWholeIsAcceptedTaggedOrNot() {
    NitroForge forge = new NitroForge();
    byte[] plain = forge.signed();
    byte[] tagged = new byte[plain.length + 1];
    tagged[0] = (byte) 0xd2;
    System.arraycopy(plain, 0, tagged, 1, plain.length);
    assertThat(appraise(plain, forge.anchors(), AT).reason()).isEqualTo("OK");
    assertThat(appraise(tagged, forge.anchors(), AT).reason()).isEqualTo("OK");
  }

  @TestFactory
  Stream<DynamicTest> whoSignedIt() {
    return Stream.of(
        forged("another key signed", "SIGNATURE", forge().signedBy(TestKey.p384("thief"))),
        forged("a P-256 key", "DOCUMENT_CURVE", null),
        forged("bundle without its root", "BUNDLE_ROOT", forge().bundle(b -> b.subList(1, 3))),
        forged("bundle leaf first", "BUNDLE_ROOT", forge().bundle(List::reversed)),
        forged("two issuers exchanged", "BUNDLE_ORDER", exchanged()),
        forged("a stranger in the bundle", "BUNDLE_ORDER", stranger()),
        forged("an issuer missing", "CHAIN", forge().bundle(b -> List.of(b.get(0), b.get(2)))),
        forged("an issuer that is no CA", "CHAIN", forge().issuer(s -> s.markedCa(false))),
        forged("an issuer that may not sign", "CHAIN", forge().issuer(s -> s.keyUsage(0x80))),
        forged("a leaf that is a CA", "CHAIN", forge().leaf(s -> s.markedCa(true))),
        forged("a leaf that may not sign", "CHAIN", forge().leaf(s -> s.keyUsage(0x04))),
        forged(
            "an expired key",
            "CHAIN",
            forge().leaf(s -> s.valid(AT.minusSeconds(9), AT.minusSeconds(1)))),
        forged(
            "a key of tomorrow",
            "CHAIN",
            forge().leaf(s -> s.valid(AT.plusSeconds(1), AT.plusSeconds(9)))),
        forged("a broken leaf", "CHAIN", forge().leaf(CertSpec::brokenSignature)));
  }

  @Test
  void customRootsAreRefused() {
    assertThat(appraise(forge().signed(), TrustAnchors.production(), AT).reason())
        .isEqualTo("BUNDLE_ROOT");
  }

  @TestFactory
  Stream<DynamicTest> whatItSays() {
    return Stream.of(
        forged("no PCR at all", "PCR0", forge().pcrs(Map::clear)),
        forged("no PCR0", "PCR0", forge().pcrs(p -> p.remove(0))),
        forged("no PCR1", "PCR1", forge().pcrs(p -> p.remove(1))),
        forged("no PCR2", "PCR2", forge().pcrs(p -> p.remove(2))),
        forged("debug mode: PCR0 of zeros", "DEBUG", forge().pcrs(p -> p.put(0, ZERO))),
        forged("made in the future", "DOCUMENT_FUTURE", made(AT.plusSeconds(301))),
        forged("stale", "DOCUMENT_STALE", made(AT.minusSeconds(3 * 3600 + 301))));
  }

  /** Absent is not equal to anything, and an empty list of values is no list of all values. */
  @Test
  void absentPcrsAreDenied() {
    assertThat(measured(forge(), Map.of("pcr8", Set.of("00".repeat(48))))).isEqualTo("OK");
    assertThat(measured(forge().pcrs(p -> p.remove(8)), Map.of("pcr8", Set.of("00".repeat(48)))))
        .isEqualTo("MEASUREMENT_PCR8");
    assertThat(measured(forge(), Map.of("pcr20", Set.of("00".repeat(48)))))
        .isEqualTo("MEASUREMENT_PCR20");
    assertThat(measured(forge(), Map.of("pcr0", Set.of()))).isEqualTo("MEASUREMENT_PCR0");
    assertThat(measured(forge(), Map.of("pcr0", Set.of("01".repeat(48))))).isEqualTo("OK");
  }

  @Test
  void nonceAndUserDataAreComparedWhole() {
    assertThat(asked(Expectations.nonce(new byte[] {9, 9}))).isEqualTo("OK");
    assertThat(asked(Expectations.nonce(new byte[] {9}))).isEqualTo("NONCE");
    assertThat(asked(Expectations.nonce(new byte[] {9, 9, 0}))).isEqualTo("NONCE");
    assertThat(asked(Expectations.reportData(new byte[] {1, 2, 3}))).isEqualTo("OK");
    assertThat(asked(Expectations.reportData(new byte[] {1, 2}))).isEqualTo("USER_DATA");
  }

  @TestFactory
  Stream<DynamicTest> whatIsNoDocument() {
    byte[] big = new byte[1025];
    return Stream.of(
        malformed("another algorithm", "COSE_ALGORITHM", forge().protectedHeader(Map.of(1, -7))),
        malformed(
            "more in the protected header",
            "COSE_ALGORITHM",
            forge().protectedHeader(Map.of(1, -35, 2, List.of(1)))),
        malformed(
            "an unprotected header", "COSE_UNPROTECTED", forge().unprotectedHeader(Map.of(4, 1))),
        malformed("SHA-256 digests", "NITRO_DIGEST", forge().with("digest", "SHA256")),
        malformed("no digest", "NITRO_FIELDS", forge().without("digest")),
        malformed("no module", "NITRO_FIELDS", forge().with("module_id", "")),
        malformed("no time", "NITRO_FIELDS", forge().with("timestamp", 0)),
        malformed("a time of text", "CBOR_TYPE", forge().with("timestamp", "now")),
        malformed("no PCRs", "NITRO_FIELDS", forge().without("pcrs")),
        malformed("a PCR of 32 bytes", "NITRO_SIZE", forge().pcrs(p -> p.put(0, new byte[32]))),
        malformed("PCR 32", "NITRO_PCR", forge().pcrs(p -> p.put(32, ZERO))),
        malformed("a PCR named by text", "NITRO_PCR", forge().pcrs(p -> p.put("0", ZERO))),
        malformed("an empty bundle", "NITRO_BUNDLE", forge().bundle(b -> List.of())),
        malformed("a huge certificate", "NITRO_SIZE", forge().with("certificate", big)),
        malformed("a huge public key", "NITRO_SIZE", forge().with("public_key", big)),
        malformed("an empty public key", "NITRO_SIZE", forge().with("public_key", new byte[0])),
        malformed("huge user data", "NITRO_SIZE", forge().with("user_data", new byte[513])),
        malformed("a huge nonce", "NITRO_SIZE", forge().with("nonce", new byte[513])));
  }

  @Test
  void oneMessageHasOneSpelling() {
    byte[] good = forge().signed();
    byte[] longer = new byte[good.length + 1];
    longer[0] = (byte) 0x98;
    longer[1] = 4;
    System.arraycopy(good, 1, longer, 2, good.length - 1);
    refused(longer, "CBOR_NOT_SHORTEST");
    refused(Arrays.copyOf(good, good.length + 1), "TRAILING_BYTES");
    refused(Arrays.copyOf(good, good.length - 1), "TRUNCATED");
    refused(CborWriter.write(List.of(new byte[0], Map.of(), new byte[0])), "COSE_SHAPE");
  }

  private NitroForge exchanged() {
    return forge().bundle(b -> List.of(b.get(0), b.get(2), b.get(1)));
  }

  private NitroForge stranger() {
    byte[] other = TestAuthority.root("stranger").der();
    return forge().bundle(b -> List.of(b.get(0), other, b.get(1), b.get(2)));
  }

  private static NitroForge made(Instant at) {
    return forge()
        .with("timestamp", at.toEpochMilli())
        .leaf(s -> s.valid(AT.minusSeconds(1 << 20), AT.plusSeconds(1 << 20)));
  }

  private DynamicTest forged(String what, String reason, NitroForge given) {
    return dynamicTest(
        what + " → " + reason,
        () -> {
          NitroForge forge = given == null ? p256() : given;
          assertThat(appraise(forge.signed(), forge.anchors(), AT).reason()).isEqualTo(reason);
        });
  }

  private static NitroForge p256() {
    // The signature has the size of P-384's, or the message would not be one.
    return forge().leafKey(TestKey.p256("small")).signedBy(TestKey.p384("nitro leaf"));
  }

  private DynamicTest malformed(String what, String reason, NitroForge forge) {
    return dynamicTest(what + " → " + reason, () -> refused(forge.signed(), reason));
  }

  private void refused(byte[] raw, String reason) {
    assertThatThrownBy(() -> appraise(raw, forge().anchors(), AT))
        .isInstanceOf(AttestException.class)
        .hasMessageContaining(reason);
  }

  private String measured(NitroForge forge, Map<String, Set<String>> measurements) {
    Policy policy =
        new Policy(Map.of(Family.NITRO, new Policy.Rules(measurements, Set.of(), 0, false)));
    return appraise(forge.signed(), forge.anchors(), AT, Expectations.none(), policy).reason();
  }

  private String asked(Expectations expectations) {
    NitroForge forge = forge();
    return appraise(forge.signed(), forge.anchors(), AT, expectations, Policy.production())
        .reason();
  }

  private static NitroForge forge() {
    return new NitroForge();
  }

  private Appraisal appraise(byte[] raw, TrustAnchors anchors, Instant at) {
    return appraise(raw, anchors, at, Expectations.none(), Policy.production());
  }

  private Appraisal appraise(
      byte[] raw, TrustAnchors anchors, Instant at, Expectations asked, Policy policy) {
    return verifier.appraise(
        Evidence.of(Family.NITRO, raw), Collateral.none(), anchors, asked, policy, at);
  }
}
