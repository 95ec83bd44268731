package network.assay.oracle.verify.attest.snp;

import static network.assay.oracle.verify.fixture.attest.SnpForge.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.fixture.attest.SnpForge;
import network.assay.oracle.verify.fixture.attest.SnpForge.Line;
import network.assay.oracle.verify.fixture.ca.DerWriter;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One thing wrong at a time: the reason must be that thing's, and without it all holds. */
class SnpForgedTest {
  private static final Instant AT = TestAuthority.NOW;
  private static final byte[] ZEROS = new byte[64];

  private final SnpVerifier verifier = new SnpVerifier();

  @TestFactory
  Stream<DynamicTest> whatIsWholeIsAccepted() {
    return Stream.of(Line.values())
        .flatMap(line ->
            Stream.of(false, true)
                .map(vlek ->
                    dynamicTest(
                        line + (vlek ? " VLEK" : " VCEK"),
                        () -> assertThat(reason(new SnpForge(line, vlek))).isEqualTo("OK"))));
  }

  /** Deep, since two RSA keys of 4,096 bits take their time; the real vectors have AMD's own. */
  @Test
  @Tag("deep")
  void rsaPssIssuersAsAmdHasThemAreAccepted() {
    assertThat(reason(SnpForge.of(Line.GENOA).rsaPss())).isEqualTo("OK");
  }

  @TestFactory
  Stream<DynamicTest> whatTheReportIs() {
    return Stream.of(
        edited("version 1", "REPORT_VERSION", r -> r[0] = 1),
        edited("version 4, never published", "REPORT_VERSION", r -> r[0] = 4),
        edited("version 6", "REPORT_VERSION", r -> r[0] = 6),
        edited("another signature algorithm", "REPORT_ALGORITHM", r -> r[0x34] = 2),
        edited("signed by no key", "REPORT_SIGNING_KEY", r -> r[0x48] = 7 << 2),
        edited("reserved signing key", "REPORT_SIGNING_KEY", r -> r[0x48] = 2 << 2),
        edited("masked chip key", "REPORT_MASK_CHIP_KEY", r -> r[0x48] = 2),
        edited("CPUID of an unknown product", "REPORT_PRODUCT", r -> r[0x189] = 0x50),
        edited("reserved flag bit", "REPORT_RESERVED", r -> r[0x48] = 0x20),
        edited("reserved bytes by the flags", "REPORT_RESERVED", r -> r[0x4c] = 1),
        edited("reserved bytes by CPUID", "REPORT_RESERVED", r -> r[0x18b] = 1),
        edited("reserved byte by a version", "REPORT_RESERVED", r -> r[0x1eb] = 1),
        edited("reserved bytes at the end", "REPORT_RESERVED", r -> r[0x29f] = 1),
        forged(
            "bytes behind s",
            "REPORT_SIGNATURE_FORM",
            SnpForge.of(Line.GENOA).afterSigning(r -> r[0x2a0 + 144] = 1)),
        forged(
            "r longer than the curve",
            "REPORT_SIGNATURE_FORM",
            SnpForge.of(Line.GENOA).afterSigning(r -> r[0x2a0 + 48] = 1)));
  }

  @TestFactory
  Stream<DynamicTest> whoseKeyItIs() {
    return Stream.of(
        forged("a key of another product", "VCEK_PRODUCT", genoa().extension("2", ia5("Milan"))),
        forged("no product name", "VCEK_PRODUCT", genoa().without("2")),
        forged("an unknown product name", "VCEK_PRODUCT", genoa().extension("2", ia5("Venice"))),
        forged("no boot loader level", "VCEK_TCB", genoa().without("3.1")),
        forged("no TEE level", "VCEK_TCB", genoa().without("3.2")),
        forged("no SNP level", "VCEK_TCB", genoa().without("3.3")),
        forged("no microcode level", "VCEK_TCB", genoa().without("3.8")),
        forged("no FMC level on Turin", "VCEK_TCB", SnpForge.of(Line.TURIN).without("3.9")),
        forged("another boot loader level", "VCEK_TCB", genoa().extension("3.1", level(5))),
        forged("another microcode level", "VCEK_TCB", genoa().extension("3.8", level(220))),
        forged("a spare level in use", "VCEK_TCB", genoa().extension("3.4", level(1))),
        forged("another FMC level", "VCEK_TCB", SnpForge.of(Line.TURIN).extension("3.9", level(1))),
        forged("another chip", "VCEK_HWID", genoa().extension("4", new byte[64])),
        forged("no chip", "VCEK_HWID", genoa().without("4")),
        forged(
            "a masked chip id",
            "VCEK_HWID",
            genoa().report(r -> Arrays.fill(r, 0x1a0, 0x1e0, (byte) 0))),
        forged(
            "Turin's chip id with something behind it",
            "VCEK_HWID",
            SnpForge.of(Line.TURIN).report(r -> r[0x1a0 + 8] = 1)),
        forged("a VLEK of no provider", "VLEK_CSP_ID", vlek().without("5")),
        forged("a VLEK of a chip", "VLEK_HWID", vlek().extension("4", new byte[64])),
        forged("a VCEK under an ASVK", "VCEK_ISSUER", genoa().issuer("SEV-VLEK-Genoa")),
        forged("a VLEK under an ASK", "VLEK_ISSUER", vlek().issuer("SEV-Genoa")),
        forged("a P-256 key", "VCEK_CURVE", genoa().leafKey(TestKey.p256("small"))),
        forged("a signed byte changed", "SIGNATURE", genoa().afterSigning(r -> r[0x50] ^= 1)),
        forged("r changed", "SIGNATURE", genoa().afterSigning(r -> r[0x2a0] ^= 1)),
        forged(
            "s of zero",
            "SIGNATURE",
            genoa().afterSigning(r -> Arrays.fill(r, 0x2e8, 0x318, (byte) 0))));
  }

  @TestFactory
  Stream<DynamicTest> whatItSays() {
    return Stream.of(
        edited("debug allowed", "DEBUG", r -> r[0x0a] |= 8),
        edited("a reserved policy bit", "POLICY_RESERVED", r -> r[0x0f] = 1),
        edited("the policy's one bit off", "POLICY_RESERVED", r -> r[0x0a] &= ~2),
        edited("migration agent", "POLICY_MIGRATE_MA", r -> r[0x0a] |= 4),
        limited("threads", "POLICY_SMT", "smt.allowed", 0),
        limited("several sockets", "POLICY_SINGLE_SOCKET", "single-socket.required", 1),
        limited("an old ABI", "POLICY_ABI", "abi.min", 0x137),
        edited("less privileged software", "VMPL", r -> r[0x30] = 1),
        edited("VMPL of all ones", "VMPL", r -> put(r, 0x30, 4, 0xffffffffL)),
        limited("an old guest", "GUEST_SVN", "guest-svn.min", 4),
        edited("current below reported", "TCB_ORDER", r -> r[0x38] = 3),
        edited("current below committed", "TCB_ORDER", r -> r[0x1e0 + 7] = (byte) 220),
        limited("boot loader below the floor", "TCB_REPORTED", "tcb.bootloader.min", 5),
        limited("TEE below the floor", "TCB_REPORTED", "tcb.tee.min", 2),
        limited("SNP below the floor", "TCB_REPORTED", "tcb.snp.min", 25),
        limited("microcode below the floor", "TCB_REPORTED", "tcb.microcode.min", 220),
        limited("FMC where there is none", "TCB_REPORTED", "tcb.fmc.min", 1),
        below("committed below the floor", "TCB_COMMITTED", 0x1e0),
        below("launched below the floor", "TCB_LAUNCH", 0x1f0),
        edited("firmware below committed", "FIRMWARE", r -> r[0x1e9] = 0x36),
        limited(
            "no ciphertext hiding", "PLATFORM_CIPHERTEXT_HIDING", "ciphertext-hiding.required", 1),
        limited("no author key", "AUTHOR_KEY", "author-key.required", 1),
        dynamicTest("debug is accepted only where a policy says so", this::debugByPolicy),
        dynamicTest("a family that no policy names", this::unnamed));
  }

  /** TCB levels of eight bytes are no number: a high microcode makes up for nothing. */
  @Test
  void svnsAreNotComparedAsOneInteger() {
    SnpForge forge = genoa().report(r -> r[0x1e0 + 6] = 23).report(r -> r[0x1e0 + 7] = (byte) 219);
    assertThat(reason(forge, policy(Map.of("tcb.snp.min", 24L)))).isEqualTo("TCB_COMMITTED");
  }

  /** The certificate speaks of REPORTED_TCB; CURRENT_TCB may be above it, and proves nothing. */
  @Test
  void reportedTcbIsComparedAndCurrentIsNot() {
    assertThat(reason(genoa().report(r -> r[0x38 + 7] = (byte) 230))).isEqualTo("OK");
    assertThat(reason(genoa().report(r -> r[0x180 + 7] = (byte) 218))).isEqualTo("VCEK_TCB");
  }

  /** Turin moves every component by one byte: read as Genoa's, FMC would pass for the loader. */
  @Test
  void turinHasItsOwnLayout() {
    SnpForge forge = SnpForge.of(Line.TURIN);
    assertThat(reason(forge, policy(Map.of("tcb.bootloader.min", 4L, "tcb.fmc.min", 2L))))
        .isEqualTo("OK");
    assertThat(reason(forge, policy(Map.of("tcb.bootloader.min", 5L)))).isEqualTo("TCB_REPORTED");
  }

  @Test
  void emptyAllowListAcceptsNothing() {
    assertThat(reason(genoa(), measured("measurement"))).isEqualTo("MEASUREMENT_MEASUREMENT");
    assertThat(reason(genoa(), measured("measurement", "00"))).isEqualTo("MEASUREMENT_MEASUREMENT");
    assertThat(reason(genoa(), measured("measurement", "4d".repeat(48)))).isEqualTo("OK");
    assertThat(reason(genoa(), measured("host-data", "40".repeat(32)))).isEqualTo("OK");
    assertThat(reason(genoa(), measured("id-key-digest", "01".repeat(48))))
        .isEqualTo("MEASUREMENT_ID_KEY_DIGEST");
    assertThat(reason(genoa(), measured("no-such-field", "01")))
        .isEqualTo("MEASUREMENT_NO_SUCH_FIELD");
  }

  @Test
  void reportDataIsWhatWasAskedAndThenZeros() {
    byte[] data = new byte[32];
    Arrays.fill(data, (byte) 0xda);
    assertThat(reason(genoa(), Expectations.reportData(data))).isEqualTo("OK");
    assertThat(reason(genoa(), Expectations.reportData(Arrays.copyOf(data, 31))))
        .isEqualTo("REPORT_DATA");
    assertThat(reason(genoa(), Expectations.reportData(new byte[0]))).isEqualTo("REPORT_DATA");
    assertThat(reason(genoa(), Expectations.reportData(new byte[65]))).isEqualTo("REPORT_DATA");
    assertThat(reason(genoa(), Expectations.nonce(ZEROS))).isEqualTo("NONCE");
  }

  @Test
  void revocation() {
    TestAuthority root = genoa().root();
    byte[] none = root.crl();
    byte[] issuer = crl(root, 65_537);
    byte[] leaf = crl(root, 77);
    byte[] old = root.crl(AT.minusSeconds(100), AT.minusSeconds(1), List.of());
    byte[] other = TestAuthority.root("ARK-Genoa").crl();
    assertThat(revoked(genoa(), none)).isEqualTo("OK");
    assertThat(revoked(genoa(), issuer)).isEqualTo("REVOKED");
    assertThat(revoked(genoa().leafSerial(77), leaf)).isEqualTo("REVOKED");
    assertThat(revoked(genoa(), old)).isEqualTo("CRL");
    assertThat(revoked(genoa(), other)).isEqualTo("CRL");
    assertThat(revoked(genoa(), new byte[] {1, 2, 3})).isEqualTo("CRL");
    assertThat(reason(genoa(), policy(Map.of("crl.required", 1L)))).isEqualTo("MISSING");
  }

  @Test
  void noCertificateIsMissingAndAForeignRootIsRefused() {
    SnpForge forge = genoa();
    assertThat(appraise(forge, List.of(), forge.anchors(), Policy.production()).reason())
        .isEqualTo("MISSING");
    assertThat(
            appraise(forge, forge.certificates(), TrustAnchors.production(), Policy.production())
                .reason())
        .isEqualTo("VCEK_CHAIN");
    List<byte[]> vlekOnly = vlek().certificates();
    assertThat(appraise(forge, vlekOnly, forge.anchors(), Policy.production()).reason())
        .isEqualTo("MISSING");
  }

  @Test
  void expiredAndNotYetValidKeysAreRefused() {
    SnpForge forge = genoa();
    for (Instant at :
        List.of(TestAuthority.EPOCH.minusSeconds(1), Instant.parse("2099-01-01T00:00:00Z"))) {
      Evidence evidence = new Evidence(Family.SNP, forge.signed(), forge.certificates());
      assertThat(
              verifier
                  .appraise(
                      evidence,
                      Collateral.none(),
                      forge.anchors(),
                      Expectations.none(),
                      Policy.production(),
                      at)
                  .reason())
          .isEqualTo("VCEK_CHAIN");
    }
  }

  @Test
  void certificatesInTheReportsOwnTableAreFound() {
    SnpForge forge = genoa();
    byte[] report = forge.signed();
    byte[] leaf = forge.leaf().der();
    byte[] issuer = forge.intermediate().der();
    byte[] table = new byte[72 + leaf.length + issuer.length];
    table[0] = 0x63;
    put(table, 16, 4, 72);
    put(table, 20, 4, leaf.length);
    table[24] = 0x4a;
    put(table, 40, 4, 72 + leaf.length);
    put(table, 44, 4, issuer.length);
    System.arraycopy(leaf, 0, table, 72, leaf.length);
    System.arraycopy(issuer, 0, table, 72 + leaf.length, issuer.length);
    byte[] both = Arrays.copyOf(report, report.length + table.length);
    System.arraycopy(table, 0, both, report.length, table.length);
    assertThat(appraise(both, List.of(), forge.anchors(), Policy.production()).reason())
        .isEqualTo("OK");
    put(both, report.length + 20, 4, 1 << 20);
    assertThatThrownBy(() -> appraise(both, List.of(), forge.anchors(), Policy.production()))
        .isInstanceOf(AttestException.class)
        .hasMessageContaining("SNP_CERT_TABLE");
  }

  @Test
  void zerosBehindAReportAreABufferAndAnythingElseIsATable() {
    SnpForge forge = genoa();
    byte[] padded = Arrays.copyOf(forge.signed(), 4096);
    assertThat(
            appraise(padded, forge.certificates(), forge.anchors(), Policy.production()).reason())
        .isEqualTo("OK");
    padded[4095] = 1;
    assertThatThrownBy(
            () -> appraise(padded, forge.certificates(), forge.anchors(), Policy.production()))
        .isInstanceOf(AttestException.class)
        .hasMessageContaining("SNP_CERT_TABLE");
  }

  @Test
  void anotherLengthIsNoReport() {
    byte[] report = genoa().signed();
    for (int length : new int[] {1, 672, 1183}) {
      assertThatThrownBy(() ->
              appraise(
                  Arrays.copyOf(report, length), List.of(), genoa().anchors(), Policy.production()))
          .isInstanceOf(AttestException.class)
          .hasMessageContaining("SNP_REPORT_SIZE");
    }
  }

  private void debugByPolicy() {
    SnpForge forge = genoa().report(r -> r[0x0a] |= 8);
    Policy lax = new Policy(Map.of(Family.SNP, new Policy.Rules(Map.of(), Set.of(), 0, true)));
    assertThat(reason(forge, lax)).isEqualTo("OK");
  }

  private void unnamed() {
    assertThat(reason(genoa(), new Policy(Map.of()))).isEqualTo("FAMILY");
  }

  private DynamicTest edited(String what, String reason, Consumer<byte[]> edit) {
    return forged(what, reason, genoa().report(edit));
  }

  private DynamicTest forged(String what, String reason, SnpForge forge) {
    return dynamicTest(what + " → " + reason, () -> assertThat(reason(forge)).isEqualTo(reason));
  }

  private DynamicTest limited(String what, String reason, String limit, long value) {
    return dynamicTest(
        what + " → " + reason,
        () -> assertThat(reason(genoa(), policy(Map.of(limit, value)))).isEqualTo(reason));
  }

  private DynamicTest below(String what, String reason, int at) {
    return dynamicTest(
        what + " → " + reason,
        () ->
            assertThat(
                    reason(genoa().report(r -> r[at + 6] = 23), policy(Map.of("tcb.snp.min", 24L))))
                .isEqualTo(reason));
  }

  private String revoked(SnpForge forge, byte[] crl) {
    Collateral collateral =
        Collateral.of(List.of(Collateral.Item.of(Collateral.Kind.AMD_CRL, "genoa", crl)));
    Evidence evidence = new Evidence(Family.SNP, forge.signed(), forge.certificates());
    return verifier
        .appraise(
            evidence,
            collateral,
            forge.anchors(),
            Expectations.none(),
            policy(Map.of("crl.required", 1L)),
            AT)
        .reason();
  }

  private static byte[] crl(TestAuthority root, long serial) {
    return root.crl(AT.minusSeconds(100), AT.plusSeconds(100), List.of(BigInteger.valueOf(serial)));
  }

  private String reason(SnpForge forge) {
    return reason(forge, Policy.production());
  }

  private String reason(SnpForge forge, Policy policy) {
    return appraise(forge, forge.certificates(), forge.anchors(), policy).reason();
  }

  private String reason(SnpForge forge, Expectations asked) {
    Evidence evidence = new Evidence(Family.SNP, forge.signed(), forge.certificates());
    return verifier
        .appraise(evidence, Collateral.none(), forge.anchors(), asked, Policy.production(), AT)
        .reason();
  }

  private Appraisal appraise(
      SnpForge forge, List<byte[]> certs, TrustAnchors anchors, Policy policy) {
    return appraise(forge.signed(), certs, anchors, policy);
  }

  private Appraisal appraise(byte[] raw, List<byte[]> certs, TrustAnchors anchors, Policy policy) {
    return verifier.appraise(
        new Evidence(Family.SNP, raw, new ArrayList<>(certs)),
        Collateral.none(),
        anchors,
        Expectations.none(),
        policy,
        AT);
  }

  private static SnpForge genoa() {
    return SnpForge.of(Line.GENOA);
  }

  private static SnpForge vlek() {
    return new SnpForge(Line.GENOA, true);
  }

  private static Policy policy(Map<String, Long> limits) {
    return new Policy(Map.of(Family.SNP, new Policy.Rules(Map.of(), Set.of(), 0, false, limits)));
  }

  private static Policy measured(String name, String... values) {
    return new Policy(
        Map.of(Family.SNP, new Policy.Rules(Map.of(name, Set.of(values)), Set.of(), 0, false)));
  }

  private static byte[] level(int value) {
    return DerWriter.integer(value);
  }

  private static byte[] ia5(String text) {
    return DerWriter.element(0x16, text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }
}
