package network.assay.oracle.verify.attest.nvidia;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.policy.PolicyDocument;
import network.assay.oracle.verify.attest.policy.PolicyJudge;
import network.assay.oracle.verify.attest.policy.PolicyParser;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import network.assay.oracle.verify.fixture.ca.TestOcsp;
import network.assay.oracle.verify.fixture.ca.TestOcsp.Spec;
import network.assay.oracle.verify.fixture.ca.TestOcsp.Status;
import network.assay.oracle.verify.fixture.nvidia.TestGpu;
import network.assay.oracle.verify.fixture.nvidia.TestRim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no real evidence shows: each way to be wrong, one reason a test, and the way to be right.
 */
class ForgedNvidiaEvidenceTest {
  private static final String DRIVER = "535.86.09";
  private static final String VBIOS = "96.00.5E.00.01";
  private static final Instant NOW = TestAuthority.NOW;

  private final TestGpu gpu = TestGpu.hopper("a");
  private TestRim driver = TestRim.of(DRIVER, gpu, 0, 20);
  private TestRim vbios = TestRim.of(VBIOS, gpu, 20, 64);
  private final List<byte[]> answers = new ArrayList<>();
  private final List<Item> stored = new ArrayList<>();
  private Expectations expectations = Expectations.none();
  private PolicyDocument policy = PolicyDocument.commandLineDefault();

  ForgedNvidiaEvidenceTest() {
    answers.add(TestOcsp.response(Spec.good(gpu.identity().cert(), gpu.root())));
    answers.add(TestOcsp.response(Spec.good(gpu.provisioner().cert(), gpu.identity())));
  }

  private Appraisal appraise(byte[] raw, byte[]... more) {
    List<byte[]> attachments = new ArrayList<>(answers);
    attachments.add(gpu.chain());
    attachments.add(driver.xml());
    attachments.add(vbios.xml());
    attachments.addAll(Arrays.asList(more));
    TrustAnchors anchors =
        TrustAnchors.builder()
            .trust(Anchor.NVIDIA_DEVICE, gpu.root().cert())
            .trust(Anchor.NVIDIA_RIM, TestRim.of("x").root().cert())
            .build();
    Appraisal found =
        new NvidiaVerifier()
            .appraise(
                new Evidence(Family.NVIDIA_GPU, raw, attachments),
                Collateral.of(stored),
                anchors,
                expectations,
                policy.toPolicy(),
                NOW);
    return PolicyJudge.judge(found, policy, expectations, NOW);
  }

  private Appraisal appraise() {
    return appraise(gpu.report());
  }

  private void assertReason(String reason) {
    assertThat(appraise().reason()).isEqualTo(reason);
  }

  @Test
  void aGpuWithItsManifestsAndGoodAnswersIsAccepted() {
    Appraisal found = appraise();
    assertThat(found.finding().holds()).as(found.finding().toString()).isTrue();
    assertThat(found.facts().debug()).contains(false);
  }

  @Test
  void theTestRootsAreInNoProductionAnchor() {
    assertThat(TrustAnchors.production().all())
        .doesNotContain(gpu.root().cert(), TestRim.of("x").root().cert());
  }

  // --- Manifests ---

  @Test
  void aManifestThatIsNotThereIsNamed() {
    driver = TestRim.of("545.00", gpu, 0, 20);
    Appraisal found = appraise();
    assertThat(found.reason()).isEqualTo("MISSING");
    assertThat(found.finding().toString()).contains("NV_GPU_DRIVER_GH100_535.86.09", "545.00");
  }

  @Test
  void anotherMeasurementThanTheDriverManifestExpectsIsRejected() {
    gpu.measurement(7, new byte[48]);
    assertReason("RIM_DRIVER_MEASUREMENTS");
  }

  @Test
  void anotherMeasurementThanTheVbiosManifestExpectsIsRejected() {
    gpu.measurement(40, new byte[48]);
    assertReason("RIM_VBIOS_MEASUREMENTS");
  }

  @Test
  void aMeasurementThatIsNotThereIsRejected() {
    gpu.measurement(63, null);
    assertReason("RIM_VBIOS_MEASUREMENTS");
  }

  @Test
  void aManifestThatIsOffByOneIsRejected() {
    TestRim shifted = TestRim.of(DRIVER);
    for (int i = 0; i < 20; i++) {
      shifted.expect(i, true, gpu.measured(i + 1));
    }
    driver = shifted;
    assertReason("RIM_DRIVER_MEASUREMENTS");
  }

  @Test
  void anyAlternativeMayMatchAndInactiveOnesAreNotAsked() {
    driver.expect(3, true, new byte[48], gpu.measured(3));
    driver.expect(4, false, new byte[48]);
    assertReason("OK");
  }

  @Test
  void aMeasurementOfAnotherLengthIsNoMatch() {
    driver.expect(3, true, Arrays.copyOf(gpu.measured(3), 32));
    assertReason("RIM_DRIVER_MEASUREMENTS");
  }

  @Test
  void twoManifestsThatExpectSomethingAtOneIndexConflict() {
    vbios.expect(5, true, gpu.measured(5));
    assertReason("RIM_CONFLICT");
  }

  @Test
  void aManifestWithoutActiveMeasurementsAcceptsNothing() {
    driver = TestRim.of(DRIVER).expect(0, false, new byte[48]);
    assertReason("RIM_DRIVER_MEASUREMENTS");
  }

  @Test
  void aRecordThatThisVerifierCannotReadIsSaidToBeMissing() {
    driver.record("<ns0:Resource minSvn=\"3\" type=\"OpaqueData\"></ns0:Resource>");
    Appraisal found = appraise();
    assertThat(found.reason()).isEqualTo("MISSING");
    assertThat(found.finding().toString()).contains("OpaqueData");
  }

  @Test
  void aManifestOfAnotherRootIsRejected() {
    driver.root(TestAuthority.root(CertSpec.ca("Test CoRIM signing Root CA"), TestKey.p384("x")));
    assertReason("RIM_DRIVER_CHAIN");
  }

  @Test
  void aManifestSignedByAnotherKeyIsRejected() {
    vbios.signedByAnotherKey();
    assertReason("RIM_VBIOS_SIGNATURE");
  }

  @Test
  void anAlteredManifestIsRejected() {
    byte[] altered =
        new String(driver.xml(), UTF_8)
            .replace(HexFormat.of().formatHex(gpu.measured(9)), "00".repeat(48))
            .getBytes(UTF_8);
    gpu.measurement(9, new byte[48]);
    driver = TestRim.of("another");
    assertThat(appraise(gpu.report(), altered).reason()).isEqualTo("RIM_DRIVER_SIGNATURE");
  }

  @Test
  void aManifestWhoseSignerHasExpiredIsRejectedUnlessThePolicyLetsItPass() {
    driver.expires(NOW.minusSeconds(1));
    assertReason("RIM_DRIVER_VALIDITY");
    policy =
        PolicyParser.parse(
            """
            {"version":1,"name":"old manifests","families":{"nvidia-gpu":{
              "expiredRimSigners":true,"accept":[{"driver":"535.86.09"}]}}}\
            """
                .getBytes(UTF_8));
    assertReason("OK");
  }

  @Test
  void aManifestSignedByACaOrForAnotherUseIsRejected() {
    driver.signer(CertSpec.leaf("Test RIM L4 Signer").keyUsage(0x08));
    assertReason("RIM_DRIVER_CHAIN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE SoftwareIdentity [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE SoftwareIdentity SYSTEM \"http://127.0.0.1/x.dtd\">",
        "<?xml-stylesheet href=\"http://127.0.0.1/\"?>"
      })
  void documentTypesEntitiesAndInstructionsAreRefused(String prologue) {
    byte[] xml = (prologue + new String(driver.xml(), UTF_8)).getBytes(UTF_8);
    assertThatThrownBy(() -> Rim.parse(xml))
        .isInstanceOf(AttestException.class)
        .hasMessageContaining("MALFORMED_XML");
  }

  @Test
  void aSignatureCannotBeWrappedOrDoubled() {
    String xml = new String(driver.xml(), UTF_8);
    String signature = xml.substring(xml.indexOf("<ds:Signature"), xml.indexOf("</Software"));
    for (String moved :
        List.of(
            xml.replace("</SoftwareIdentity>", signature + "</SoftwareIdentity>"),
            xml.replace(signature, "<ns0:Link>" + signature + "</ns0:Link>"),
            xml.replace("URI=\"\"", "URI=\"#x\""))) {
      assertThatThrownBy(() -> Rim.parse(moved.getBytes(UTF_8)))
          .isInstanceOf(AttestException.class);
    }
    String second = xml.replace("</ns0:Payload>", "</ns0:Payload><ns0:Payload></ns0:Payload>");
    assertThatThrownBy(() -> Rim.parse(second.getBytes(UTF_8)))
        .isInstanceOf(AttestException.class)
        .hasMessageContaining("MALFORMED_RIM");
  }

  // --- Revocation ---

  @ParameterizedTest
  @CsvSource({"REVOKED,DEVICE_REVOCATION_REVOKED", "UNKNOWN,DEVICE_REVOCATION_UNKNOWN"})
  void aRevokedOrUnknownCaIsRejected(Status status, String reason) {
    answers.set(
        1, TestOcsp.response(Spec.good(gpu.provisioner().cert(), gpu.identity()).status(status)));
    assertReason(reason);
  }

  @Test
  void aStaleAnswerIsRejectedAndAnAnswerOfTomorrowToo() {
    Spec good = Spec.good(gpu.provisioner().cert(), gpu.identity());
    answers.set(1, TestOcsp.response(good.updates(NOW.minusSeconds(9000), NOW.minusSeconds(3600))));
    assertReason("DEVICE_REVOCATION_STALE");
    answers.set(1, TestOcsp.response(good.updates(NOW.plusSeconds(60), NOW.plusSeconds(3600))));
    assertReason("DEVICE_REVOCATION_NOT_YET");
  }

  @Test
  void anAnswerThatIsNotThereIsMissingUnlessThePolicyDoesNotAsk() {
    answers.remove(1);
    Appraisal found = appraise();
    assertThat(found.reason()).isEqualTo("MISSING");
    assertThat(found.finding().toString()).contains("Test Provisioner ICA 1");
    policy =
        PolicyParser.parse(
            """
            {"version":1,"name":"no answers","families":{"nvidia-gpu":{
              "revocationRequired":false,"accept":[{"driver":"535.86.09"}]}}}\
            """
                .getBytes(UTF_8));
    assertReason("OK");
  }

  @Test
  void anAnswerSignedByAnotherIsRejectedAndByADelegateItIsNot() {
    Spec good = Spec.good(gpu.provisioner().cert(), gpu.identity());
    answers.set(1, TestOcsp.response(good.withBrokenSignature()));
    assertReason("DEVICE_REVOCATION_UNTRUSTED");
    TestAuthority delegate =
        gpu.identity()
            .issue(
                CertSpec.leaf("Responder").extendedKeyUsage("1.3.6.1.5.5.7.3.9"),
                TestKey.p384("responder"));
    answers.set(1, TestOcsp.response(good.responder(delegate)));
    assertReason("OK");
    TestAuthority other = gpu.identity().issue(CertSpec.leaf("No responder"), TestKey.p384("nr"));
    answers.set(1, TestOcsp.response(good.responder(other)));
    assertReason("DEVICE_REVOCATION_UNTRUSTED");
    TestAuthority elsewhere =
        gpu.root()
            .issue(
                CertSpec.leaf("Of the root").extendedKeyUsage("1.3.6.1.5.5.7.3.9"),
                TestKey.p384("of root"));
    answers.set(1, TestOcsp.response(good.responder(elsewhere)));
    assertReason("DEVICE_REVOCATION_UNTRUSTED");
  }

  @Test
  void whereWeAskedWithANonceAnAnswerWithoutItIsNone() {
    Spec good = Spec.good(gpu.provisioner().cert(), gpu.identity());
    byte[] nonce = "sixteen bytes...".getBytes(US_ASCII);
    String serial = gpu.provisioner().cert().serial().toString(16);
    stored.add(Item.of(Kind.NVIDIA_OCSP, "nonce/" + serial, nonce));
    assertReason("DEVICE_REVOCATION_NONCE_MISMATCH");
    answers.set(1, TestOcsp.response(good.nonce("another nonce".getBytes(US_ASCII))));
    assertReason("DEVICE_REVOCATION_NONCE_MISMATCH");
    answers.set(1, TestOcsp.response(good.nonce(nonce)));
    assertReason("OK");
  }

  // --- The device ---

  @Test
  void anotherFirmwareIdThanTheCertificatesIsRejected() {
    gpu.field(20, new byte[48]);
    assertReason("FWID");
  }

  @Test
  void aFirmwareIdOfTheNewFormIsReadAndAMissingOneRejected() {
    TestGpu newer = TestGpu.with(TestGpu.leaf("n", TestGpu.tcbInfo(TestGpu.fwid())), "n");
    assertThat(appraise(json(newer)).reason()).isEqualTo("OK");
    TestGpu none = TestGpu.with(CertSpec.leaf("GH100 A01 GSP FMC LF z"), "z");
    assertThat(appraise(json(none)).reason()).isEqualTo("FWID");
    TestGpu wrong = TestGpu.with(TestGpu.leaf("w", TestGpu.tcbInfo(new byte[48])), "w");
    assertThat(appraise(json(wrong)).reason()).isEqualTo("FWID");
  }

  @Test
  void anotherNonceIsRejected() {
    byte[] ours = new byte[32];
    Arrays.fill(ours, (byte) 9);
    expectations = Expectations.nonce(ours);
    assertReason("NONCE");
    gpu.nonce(ours);
    assertReason("OK");
  }

  @Test
  void whatTheHostSaysBesideTheReportMustBeWhatTheReportSays() {
    assertThat(appraise(json(gpu, "\"arch\":\"BLACKWELL\"")).reason()).isEqualTo("ARCHITECTURE");
    assertThat(appraise(json(gpu, "\"nonce\":\"" + "11".repeat(32) + "\"")).reason())
        .isEqualTo("EVIDENCE_NONCE");
    assertThat(appraise(json(gpu, "\"driver_version\":\"1\"")).reason())
        .isEqualTo("EVIDENCE_DRIVER");
    assertThat(appraise(json(gpu, "\"vbios_version\":\"1\"")).reason()).isEqualTo("EVIDENCE_VBIOS");
  }

  @Test
  void aChipOfUnknownArchitectureIsRejected() {
    TestGpu other =
        TestGpu.with(
            CertSpec.leaf("ZZ999 A01 GSP FMC LF")
                .extension("2.23.133.5.4.1", false, TestGpu.composite(TestGpu.fwid())),
            "q");
    assertThat(appraise(json(other)).reason()).isEqualTo("ARCHITECTURE");
  }

  @Test
  void anUnknownStatusOfTheDecoderIsRejectedAndWhereItIsOffItsMeasurementIsNotAsked() {
    gpu.field(11, new byte[] {0x12});
    assertReason("NVDEC0");
    gpu.field(11, new byte[] {0x55}).measurement(35, new byte[48]);
    assertReason("OK");
    gpu.field(11, new byte[] {(byte) 0xAA});
    assertReason("RIM_VBIOS_MEASUREMENTS");
  }

  @Test
  void aFlippedReportIsRejected() {
    byte[] report = gpu.report();
    report[60] ^= 1;
    assertThat(appraise(report).reason()).isEqualTo("REPORT_SIGNATURE");
  }

  @Test
  void aDeviceOfAnotherRootIsRejected() {
    Appraisal found =
        new NvidiaVerifier()
            .appraise(
                new Evidence(Family.NVIDIA_GPU, gpu.report(), List.of(gpu.chain())),
                Collateral.none(),
                TrustAnchors.production(),
                expectations,
                policy.toPolicy(),
                NOW);
    assertThat(found.reason()).isEqualTo("DEVICE_CHAIN");
  }

  @Test
  void aReportWithoutItsChainIsInconclusive() {
    Appraisal found =
        new NvidiaVerifier()
            .appraise(
                Evidence.of(Family.NVIDIA_GPU, gpu.report()),
                Collateral.none(),
                TrustAnchors.production(),
                expectations,
                policy.toPolicy(),
                NOW);
    assertThat(found.reason()).isEqualTo("MISSING");
    assertThat(found.finding().toString()).contains("certificate chain");
  }

  @Test
  void oneGpuUnderTwoNumbersIsRejected() {
    String one = new String(json(gpu), UTF_8);
    assertThat(appraise(("[" + one + "," + one + "]").getBytes(UTF_8)).reason())
        .isEqualTo("DEVICES_DISTINCT");
  }

  @Test
  void everyGpuOfAHostMustHold() {
    TestGpu bad = TestGpu.hopper("b").measurement(1, new byte[48]);
    String both = "[" + new String(json(gpu), UTF_8) + "," + new String(json(bad), UTF_8) + "]";
    assertThat(appraise(both.getBytes(UTF_8)).reason())
        .isEqualTo("DEVICE_1_RIM_DRIVER_MEASUREMENTS");
  }

  // --- Reports that are none ---

  @Test
  void anotherSpdmVersionStrayBytesAndRepeatedFieldsAreUnusable() {
    assertUnusable(TestGpu.hopper("v").version(0x12).report(), "UNKNOWN_SPDM_VERSION");
    assertUnusable(
        TestGpu.hopper("v").stray(new byte[0], new byte[1]).report(), "MALFORMED_REPORT");
    assertUnusable(
        TestGpu.hopper("v").stray(new byte[3], new byte[0]).report(), "MALFORMED_OPAQUE_DATA");
    byte[] again = {3, 0, 1, 0, 'x'};
    assertUnusable(TestGpu.hopper("v").stray(again, new byte[0]).report(), "MALFORMED_OPAQUE_DATA");
    assertUnusable(
        TestGpu.hopper("v").field(34, new byte[] {3, 0}).report(), "UNKNOWN_OPAQUE_DATA_VERSION");
  }

  private static void assertUnusable(byte[] report, String reason) {
    assertThatThrownBy(() -> SpdmReport.parse(report))
        .isInstanceOf(AttestException.class)
        .hasMessageContaining(reason);
  }

  private static byte[] json(TestGpu gpu, String... members) {
    String start =
        "{\"evidence\":\""
            + Base64.getEncoder().encodeToString(gpu.report())
            + "\",\"certificate\":\""
            + Base64.getEncoder().encodeToString(gpu.chain())
            + "\"";
    return (start + (members.length == 0 ? "" : "," + String.join(",", members)) + "}")
        .getBytes(UTF_8);
  }
}
