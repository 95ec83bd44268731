package network.assay.agent.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import network.assay.agent.evidence.tee.simulator.TdxSimulator;
import network.assay.agent.execute.Clock;
import network.assay.agent.execute.Gpu;
import network.assay.agent.execute.Tee;
import network.assay.agent.gpu.FakeNvml;
import network.assay.agent.gpu.NoGpu;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.service.ConfigProblem;
import network.assay.oracle.verify.Assessment;
import network.assay.oracle.verify.Check;
import network.assay.oracle.verify.EvidenceVerifier;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Verifiers;
import network.assay.oracle.verify.attest.job.DocumentRules;
import network.assay.oracle.verify.attest.job.EvidencePackage;
import network.assay.oracle.verify.attest.job.JobBinding;
import network.assay.oracle.verify.attest.job.Simulator;
import network.assay.oracle.verify.attest.policy.PolicyParser;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.fixture.Parties;
import network.assay.oracle.verify.fixture.Scenario;
import network.assay.oracle.verify.fixture.TelemetryScript;
import network.assay.oracle.verify.fixture.WordModel;
import network.assay.oracle.verify.fixture.ca.TestOcsp;
import network.assay.oracle.verify.fixture.nvidia.TestGpu;
import network.assay.oracle.verify.fixture.nvidia.TestRim;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Given a host with two GPUs in confidential-computing mode, when its agent attests a job, then the
 * cards' reports travel from the driver's library through the bundle to an oracle, which judges
 * them with the host's quote. The driver is simulated; the quote is the simulator's.
 */
class GpuEvidenceTest {
  private static final byte[] SECRET = "a secret of a development network".getBytes(UTF_8);
  private static final Instant AT = Instant.ofEpochSecond(TelemetryScript.ACCEPTED_AT + 5);
  private static final String DRIVER = "535.86.09";
  private static final String VBIOS = "96.00.5E.00.01";

  @TempDir Path folder;
  private final Arena arena = Arena.ofShared();
  private final FakeNvml driver = new FakeNvml(arena);

  @AfterEach
  void free() {
    arena.close();
  }

  private static final Clock CLOCK =
      new Clock() {
        @Override
        public long monotonicNs() {
          return 0;
        }

        @Override
        public long wallMs() {
          return AT.toEpochMilli();
        }
      };

  private static TestGpu gpu(int number) {
    return TestGpu.hopper("card " + number);
  }

  /** Two cards of our own test authority, and their manifests and OCSP answers on disk. */
  private void ownCards() throws Exception {
    driver.cards = 2;
    driver.card = (number, nonce) -> gpu(number).nonce(nonce).report();
    driver.chains = number -> gpu(number).chain();
    TestGpu any = gpu(0);
    Files.write(folder.resolve("driver.swidtag"), TestRim.of(DRIVER, any, 0, 20).xml());
    Files.write(folder.resolve("vbios.swidtag"), TestRim.of(VBIOS, any, 20, 64).xml());
    Files.write(
        folder.resolve("identity.ocsp"),
        answer(TestOcsp.Spec.good(any.identity().cert(), any.root())));
    Files.write(
        folder.resolve("provisioner.ocsp"),
        answer(TestOcsp.Spec.good(any.provisioner().cert(), any.identity())));
  }

  private static byte[] answer(TestOcsp.Spec spec) {
    return TestOcsp.response(spec.updates(AT.minusSeconds(3_600), AT.plusSeconds(86_400)));
  }

  private Tee tee(Gpu cards) throws Exception {
    Path secret = Files.write(folder.resolveSibling("secret"), SECRET);
    return AgentTee.open(
        new AgentTee.Choice(
            "simulator",
            Optional.of(folder),
            Optional.of(secret),
            Optional.of(Simulator.SENTENCE),
            true,
            Optional.empty(),
            Optional.empty()),
        31_337,
        CLOCK,
        cards);
  }

  private static DocumentRules rules(TrustAnchors.Builder anchors) {
    String policy =
        """
        {"version":1,"name":"GPUs","gradeMin":"processor","families":{
          "tdx":{"tcbStatuses":["UpToDate"],"accept":[{"mrtd":"%s"}]},
          "nvidia-gpu":{"accept":[{"driver":"%s","vbios":"%s","architecture":"HOPPER"}]}}}\
        """
            .formatted(TdxSimulator.MRTD, DRIVER, VBIOS);
    anchors.trust(Anchor.INTEL_SGX, Cert.parse(new TdxSimulator(SECRET).root()));
    return new DocumentRules(
        Verifiers.all(), anchors.build(), PolicyParser.parse(policy.getBytes(UTF_8)));
  }

  private static TrustAnchors.Builder ownRoots() {
    return TrustAnchors.builder()
        .trust(Anchor.NVIDIA_DEVICE, gpu(0).root().cert())
        .trust(Anchor.NVIDIA_RIM, TestRim.of("x").root().cert());
  }

  /** The job's bundle, with what the agent's hardware says put into it. */
  private static EvidenceBundle attested(EvidenceBundle b, Tee tee) {
    try {
      Bytes32 bound =
          JobBinding.reportData(
              Parties.DEVICE.address(),
              EvidenceBundle.oracleNonce(b.nonces()),
              b.workCommit().jobId(),
              b.workCommit().digest(Parties.DOMAINS.market()));
      Tee.Attestation said = tee.attest(bound, TelemetryScript.ACCEPTED_AT);
      return new EvidenceBundle(
          b.spec(),
          b.order(),
          b.offer(),
          b.accept(),
          b.acceptSignature(),
          b.workCommit(),
          b.workCommitSignature(),
          b.input(),
          b.ciphertext(),
          b.telemetry(),
          b.nonces(),
          said.family(),
          said.evidence());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Assessment judged(Tee tee, DocumentRules rules) {
    Scenario scenario = new Scenario();
    scenario.grade = Grade.ATTESTED.code();
    scenario.bundle = b -> attested(b, tee);
    return new EvidenceVerifier(new WordModel(), Optional.of(rules))
        .assess(scenario.build().evidence());
  }

  @Test
  void theCardsReportsGoFromTheDriverThroughTheBundleToAnOracleThatAcceptsThem() throws Exception {
    ownCards();
    Assessment found = judged(tee(driver.open()), rules(ownRoots()));
    assertThat(found).as(found.toString()).isInstanceOf(Assessment.Judged.class);
    Assessment.Judged paid = (Assessment.Judged) found;
    assertThat(paid.verdict().code()).isEqualTo(VerdictCode.OK);
    assertThat(paid.leaf().attestationDigest()).isNotEqualTo(EvidenceLeaf.ATTESTATION_NONE);
  }

  @Test
  void thePackageHoldsTheHostFirstAndThenEachCardWithItsChain() throws Exception {
    ownCards();
    Tee.Attestation said = tee(driver.open()).attest(Bytes32.ZERO, 0);
    EvidencePackage read = EvidencePackage.parse(said.evidence());
    assertThat(read.evidence())
        .extracting(piece -> piece.family())
        .containsExactly(Family.TDX, Family.NVIDIA_GPU, Family.NVIDIA_GPU);
    assertThat(read.evidence().get(2).attachments().getFirst()).isEqualTo(gpu(1).chain());
  }

  @Test
  void aCardThatAnswersForAnotherJobIsRefusedByName() throws Exception {
    ownCards();
    driver.card = (number, nonce) -> gpu(number).nonce(new byte[32]).report();
    assertThat(refusal(judged(tee(driver.open()), rules(ownRoots())))).contains("DEVICE_0_NONCE");
  }

  @Test
  void oneCardThatAnswersTwiceIsRefusedByName() throws Exception {
    ownCards();
    driver.card = (number, nonce) -> gpu(0).nonce(nonce).report();
    driver.chains = number -> gpu(0).chain();
    assertThat(refusal(judged(tee(driver.open()), rules(ownRoots()))))
        .contains("DEVICE_1_BORROWED");
  }

  @Test
  void aCardUnderNoRootThatTheOracleBelievesIsRefused() throws Exception {
    ownCards();
    TrustAnchors.Builder vendors = TrustAnchors.builder();
    TrustAnchors.production()
        .of(Anchor.NVIDIA_DEVICE)
        .forEach(root -> vendors.trust(Anchor.NVIDIA_DEVICE, root));
    TrustAnchors.production()
        .of(Anchor.NVIDIA_RIM)
        .forEach(root -> vendors.trust(Anchor.NVIDIA_RIM, root));
    assertThat(refusal(judged(tee(driver.open()), rules(vendors)))).contains("DEVICE_0_");
  }

  /** A recorded card cannot know our nonce: everything else about it is NVIDIA's own. */
  @Test
  void realRecordedReportsTravelWholeAndAreRefusedForTheirOldNonceAlone() throws Exception {
    Optional<Vectors> vectors = Vectors.find();
    assumeTrue(vectors.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    JsonNode cards =
        JsonMapper.builder()
            .build()
            .readTree(
                new String(
                    vectors.get().bytes("nvidia/NVIDIA+nvtrust/data__gpu_evidence.json"),
                    StandardCharsets.UTF_8));
    JsonNode list = cards.isArray() ? cards : cards.get("evidence_list");
    driver.cards = list.size();
    driver.card = (number, nonce) -> decoded(list.get(number).get("evidence"));
    driver.chains = number -> decoded(list.get(number).get("certificate"));
    TrustAnchors.Builder vendors = TrustAnchors.builder();
    for (Anchor anchor : List.of(Anchor.NVIDIA_DEVICE, Anchor.NVIDIA_RIM)) {
      TrustAnchors.production().of(anchor).forEach(root -> vendors.trust(anchor, root));
    }
    Tee tee = tee(driver.open());
    EvidencePackage read = EvidencePackage.parse(tee.attest(Bytes32.ZERO, 0).evidence());
    assertThat(read.evidence()).hasSize(1 + list.size());
    assertThat(read.evidence().get(1).raw()).isEqualTo(decoded(list.get(0).get("evidence")));
    assertThat(refusal(judged(tee, rules(vendors)))).contains("DEVICE_0_NONCE");
  }

  private static byte[] decoded(JsonNode text) {
    return Base64.getMimeDecoder().decode(text.stringValue());
  }

  private static String refusal(Assessment found) {
    assertThat(found).isInstanceOf(Assessment.Unusable.class);
    return found.finding(Check.ATTESTATION).orElseThrow().toString();
  }

  @Test
  void anAgentThatIsToAttestGpusDoesNotStartWithoutThem() throws Exception {
    assertThatThrownBy(() -> tee(new NoGpu("there is none")))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("tee.gpus");
    assertThatThrownBy(() -> tee(driver.open()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("confidential computing switched on");
  }
}
