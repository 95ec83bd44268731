package network.assay.oracle.verify.attest.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.FamilyVerifier;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.nvidia.NvidiaVerifier;
import network.assay.oracle.verify.attest.policy.PolicyDocument;
import network.assay.oracle.verify.attest.policy.PolicyParser;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestOcsp;
import network.assay.oracle.verify.fixture.nvidia.TestGpu;
import network.assay.oracle.verify.fixture.nvidia.TestRim;
import org.junit.jupiter.api.Test;

class CompositionTest {
  private static final Bytes32 BINDING = binding(7);
  private static final PolicyDocument POLICY =
      PolicyParser.parse(
          """
          {"version":1,"name":"host with GPUs","families":{
            "tdx":{"accept":[{"mrtd":"aa"}]},
            "nvidia-gpu":{"accept":[{"driver":"535.86.09","vbios":"96.00.5e.00.01"}]}}}\
          """
              .getBytes(UTF_8));

  private final TestGpu gpu = TestGpu.hopper("a").nonce(GpuNonce.of(BINDING).toArray());

  private static Bytes32 binding(int fill) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fill);
    return Bytes32.of(bytes);
  }

  /** A host whose quote is just its report data: its own verifier is tested elsewhere. */
  private record Host() implements FamilyVerifier {
    @Override
    public Optional<Family> detect(byte[] raw) {
      return Optional.empty();
    }

    @Override
    public boolean verifies(Family family) {
      return family == Family.TDX;
    }

    @Override
    public Appraisal appraise(
        Evidence evidence,
        Collateral collateral,
        TrustAnchors anchors,
        Expectations expectations,
        Policy policy,
        Instant at) {
      Claims claims = new Claims();
      claims.check(
          "report-data",
          Arrays.equals(evidence.raw(), expectations.reportData().orElseThrow()),
          "the quote's",
          "the job's");
      Facts.Builder facts = new Facts.Builder().measurement("mrtd", "aa").debug(false);
      return Appraisal.of(Family.TDX, claims, Optional.of("UpToDate"), List.of(), facts.build());
    }
  }

  private Finding judge(Bytes32 binding, Evidence... pieces) {
    TrustAnchors anchors =
        TrustAnchors.builder()
            .trust(Anchor.NVIDIA_DEVICE, gpu.root().cert())
            .trust(Anchor.NVIDIA_RIM, TestRim.of("x").root().cert())
            .build();
    Attestation verifiers = new Attestation(List.of(new Host(), new NvidiaVerifier()));
    return new Composition(verifiers, anchors, POLICY)
        .judge(List.of(pieces), Collateral.none(), binding, TestAuthority.NOW)
        .finding();
  }

  private static Evidence host(Bytes32 binding) {
    return Evidence.of(Family.TDX, binding.toArray());
  }

  private static Evidence device(TestGpu gpu) {
    List<byte[]> beside = new ArrayList<>();
    beside.add(gpu.chain());
    beside.add(TestRim.of("535.86.09", gpu, 0, 20).xml());
    beside.add(TestRim.of("96.00.5E.00.01", gpu, 20, 64).xml());
    beside.add(TestOcsp.response(TestOcsp.Spec.good(gpu.identity().cert(), gpu.root())));
    beside.add(TestOcsp.response(TestOcsp.Spec.good(gpu.provisioner().cert(), gpu.identity())));
    return new Evidence(Family.NVIDIA_GPU, gpu.report(), beside);
  }

  private static String reason(Finding finding) {
    return finding instanceof Finding.Rejected bad ? bad.reason() : finding.toString();
  }

  @Test
  void aHostWithItsOwnGpusIsAccepted() {
    TestGpu second = TestGpu.hopper("b").nonce(GpuNonce.of(BINDING).toArray());
    assertThat(judge(BINDING, host(BINDING)).holds()).isTrue();
    Finding both = judge(BINDING, host(BINDING), device(gpu), device(second));
    assertThat(both.holds()).as(both.toString()).isTrue();
  }

  @Test
  void evidenceOfAGpuThatWasAskedForAnotherHostOrJobIsRejected() {
    TestGpu borrowed = TestGpu.hopper("a").nonce(GpuNonce.of(binding(8)).toArray());
    assertThat(reason(judge(BINDING, host(BINDING), device(borrowed)))).isEqualTo("DEVICE_0_NONCE");
  }

  @Test
  void aGpuThatWasAskedWithTheBindingItselfIsRejected() {
    TestGpu bare = TestGpu.hopper("a").nonce(BINDING.toArray());
    assertThat(reason(judge(BINDING, host(BINDING), device(bare)))).isEqualTo("DEVICE_0_NONCE");
  }

  @Test
  void oneGpuNamedTwiceIsRejected() {
    assertThat(reason(judge(BINDING, host(BINDING), device(gpu), device(gpu))))
        .isEqualTo("DEVICE_1_BORROWED");
  }

  @Test
  void aHostOfAnotherJobIsRejectedWhateverItsGpusSay() {
    assertThat(reason(judge(BINDING, host(binding(8)), device(gpu)))).isEqualTo("HOST_REPORT_DATA");
  }

  @Test
  void aGpuIsNoHostAndAHostIsNoGpu() {
    assertThat(reason(judge(BINDING, device(gpu)))).isEqualTo("COMPOSE_HOST");
    assertThat(reason(judge(BINDING, host(BINDING), host(BINDING)))).isEqualTo("DEVICE_0");
  }

  /** docs/PROTOCOL.md §5: the same bytes in every implementation. */
  @Test
  void theNonceOfABindingIsAsThePageSays() {
    assertThat(GpuNonce.of(BINDING).hex())
        .isEqualTo("0xb72f65d61afdc0c1cb49c7a8fa62b14139f284d7699628f0afa245cf78d4e055");
  }
}
