package network.assay.oracle.verify.attest.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.LinkCache;
import network.assay.oracle.verify.attest.x509.OcspResponse;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestOcsp;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun;
import network.assay.oracle.verify.fixture.fuzz.Mutator;
import network.assay.oracle.verify.fixture.nvidia.TestGpu;
import network.assay.oracle.verify.fixture.nvidia.TestRim;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile reports, manifests and OCSP answers. Structural mutations go through the parsers, and
 * through the whole verifier where they still parse; mutations of signed bytes go through the whole
 * verifier, with chains and manifests remembered.
 */
class NvidiaFuzzTest {
  private static final long SEED = 20261121L;
  private static final int SIGNATURE_BYTES = SpdmReport.SIGNATURE_BYTES;

  private final TestGpu gpu = TestGpu.hopper("fuzz");
  private final byte[] report = gpu.report();
  private final byte[] driver = TestRim.of("535.86.09", gpu, 0, 20).xml();
  private final byte[] vbios = TestRim.of("96.00.5E.00.01", gpu, 20, 64).xml();
  private final byte[] answer =
      TestOcsp.response(TestOcsp.Spec.good(gpu.provisioner().cert(), gpu.identity()));
  private final TrustAnchors anchors =
      TrustAnchors.builder()
          .trust(Anchor.NVIDIA_DEVICE, gpu.root().cert())
          .trust(Anchor.NVIDIA_RIM, TestRim.of("x").root().cert())
          .build();
  private final NvidiaVerifier verifier = new NvidiaVerifier(new LinkCache(256));
  private final List<byte[]> beside =
      List.of(
          gpu.chain(),
          driver,
          vbios,
          TestOcsp.response(TestOcsp.Spec.good(gpu.identity().cert(), gpu.root())),
          answer);

  private boolean accepts(byte[] raw) {
    return appraise(raw, beside).accepted();
  }

  private Appraisal appraise(byte[] raw, List<byte[]> attachments) {
    return verifier.appraise(
        new Evidence(Family.NVIDIA_GPU, raw, attachments),
        Collateral.none(),
        anchors,
        Expectations.none(),
        Policy.production(),
        TestAuthority.NOW);
  }

  /** The unmutated whole is accepted: without that, "nothing was accepted" would say nothing. */
  @Test
  void theItemThatIsMutatedIsAccepted() {
    assertThat(accepts(report)).isTrue();
  }

  @Test
  void sampleOfHostileItems() {
    reports(3_000, 600);
    manifests(1_000);
    answers(2_000);
  }

  @Test
  @Tag("deep")
  void everyByteOfAReportAndMillionsOfHostileItems() {
    FuzzRun run = run("nvidia report, every byte");
    for (int i = 0; i < report.length; i++) {
      byte[] flipped = report.clone();
      flipped[i] ^= (byte) (1 << (i % 8));
      run.mustNotAccept(flipped, "byte " + i, this::accepts);
    }
    reports(1_000_000, 100_000);
    manifests(200_000);
    answers(500_000);
  }

  private static FuzzRun run(String name) {
    return new FuzzRun(name, AttestException.class);
  }

  private List<byte[]> pieces() {
    List<byte[]> pieces = new ArrayList<>(List.of(report, driver, answer));
    Optional<Vectors> vectors = Vectors.find();
    vectors.ifPresent(
        real -> pieces.add(real.bytes("nvidia/NVIDIA+nvtrust/data__switch_evidence.json")));
    return pieces;
  }

  private void reports(int structural, int covered) {
    Mutator mutator = new Mutator(SEED, pieces());
    FuzzRun run = run("nvidia reports, structural");
    for (int i = 0; i < structural; i++) {
      byte[] item = mutator.structural(report);
      // The signature covers the whole report and its length: nothing in it is free.
      run.mustNotAccept(item, "seed " + SEED + " item " + i, this::acceptsIfItParses);
    }
    System.out.println(run.summary());
    FuzzRun signed = run("nvidia reports, signed bytes");
    for (int i = 0; i < covered; i++) {
      byte[] item = mutator.corrupt(report, 0, report.length - SIGNATURE_BYTES);
      signed.mustNotAccept(item, "seed " + SEED + " covered " + i, this::accepts);
    }
    System.out.println(signed.summary());
  }

  private boolean acceptsIfItParses(byte[] item) {
    SpdmReport.parse(item);
    return accepts(item);
  }

  /**
   * A manifest's own bytes must not be swapped for others that are accepted; what its canonical
   * form leaves out (white space in tags, comments, the order of attributes, how base64 is broken
   * into lines, what lies in KeyInfo beside the signer's way to the root) is covered by nothing,
   * and changes nothing that is read. So: what a mutated manifest expects must be what was signed.
   */
  private void manifests(int count) {
    Mutator mutator = new Mutator(SEED + 1, pieces());
    FuzzRun run = run("nvidia manifests");
    Rim signed = Rim.parse(driver);
    for (int i = 0; i < count; i++) {
      byte[] item =
          i % 2 == 0 ? mutator.structural(driver) : mutator.corrupt(driver, 0, driver.length);
      run.mustNotAccept(item, "seed " + (SEED + 1) + " item " + i, raw -> changed(raw, signed));
    }
    System.out.println(run.summary());
  }

  /** Whether a manifest is accepted that says something else than the one that was signed. */
  private boolean changed(byte[] raw, Rim signed) {
    if (raw.length > Evidence.RAW_BYTES_MAX) {
      return false;
    }
    boolean holds =
        new RimCheck(LinkCache.none())
            .alone(raw, anchors.of(Anchor.NVIDIA_RIM), TestAuthority.NOW)
            .finding()
            .holds();
    return holds && !says(Rim.parse(raw)).equals(says(signed));
  }

  private static Set<String> says(Rim rim) {
    Set<String> all = new java.util.TreeSet<>();
    all.add(rim.version() + " " + rim.product() + " " + rim.unread());
    rim.measurements()
        .forEach((index, golden) ->
            golden.alternatives().forEach(value -> all.add(index + " " + Arrays.toString(value))));
    return all;
  }

  /** An answer about another certificate, with another status or time, must not pass as good. */
  private void answers(int count) {
    Mutator mutator = new Mutator(SEED + 2, pieces());
    FuzzRun run = run("ocsp answers");
    Cert subject = gpu.provisioner().cert();
    Cert issuer = gpu.identity().cert();
    byte[] revoked =
        TestOcsp.response(
            TestOcsp.Spec.good(subject, gpu.identity()).status(TestOcsp.Status.REVOKED));
    for (int i = 0; i < count; i++) {
      byte[] item =
          i % 2 == 0 ? mutator.structural(revoked) : mutator.corrupt(revoked, 0, revoked.length);
      run.mustNotAccept(
          item,
          "seed " + (SEED + 2) + " item " + i,
          raw ->
              OcspResponse.parse(raw)
                      .judge(subject, issuer, Optional.empty(), TestAuthority.NOW)
                      .status()
                  == OcspResponse.Status.GOOD);
    }
    System.out.println(run.summary());
  }
}
