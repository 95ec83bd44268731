package network.assay.oracle.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import network.assay.contracts.protocol.Acceptance;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContainerEvidence;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.FilePackage;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.oracle.verify.fixture.Parties;
import network.assay.oracle.verify.fixture.Scenario;
import network.assay.oracle.verify.fixture.Structs;
import network.assay.oracle.verify.fixture.WordModel;
import network.assay.oracle.verify.work.SignedOpening;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A container's bundle: what an oracle can see of it, and the consumer's word for the rest. */
class ContainerGradeTest {
  private static final Secp256k1.PrivateKey CONSUMER =
      Secp256k1.PrivateKey.of(Keccak.hashUtf8("a consumer that only tests know").toArray());
  private static final ContainerJob JOB =
      new ContainerJob(
          "sha256:" + "ab".repeat(32),
          "",
          List.of("true"),
          new TreeMap<>(),
          List.of(new ContainerJob.Output("out", 1, 100)),
          List.of(),
          new ContainerJob.Limits(1_000, 1L << 28, 64, 1L << 26, 100, 60_000, 1_000));

  private final Scenario scenario = new Scenario();
  private UnaryOperator<ContainerEvidence> claimed = UnaryOperator.identity();
  private Grade grade = Grade.ACCEPTED;
  private byte[] section = new byte[0];

  private static ContainerEvidence evidence(
      Bytes32 image, int exitCode, SortedMap<String, byte[]> files) {
    return new ContainerEvidence(
        image,
        exitCode,
        5,
        new ContainerEvidence.Counters(
            OptionalLong.of(7), OptionalLong.empty(), OptionalLong.empty()),
        0,
        false,
        ContentRoot.of(new byte[0]),
        files.entrySet().stream()
            .map(f ->
                new ContainerEvidence.File(
                    f.getKey(), f.getValue().length, ContentRoot.of(f.getValue())))
            .toList());
  }

  private static SortedMap<String, byte[]> files(String path) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(path, "computed".getBytes(UTF_8));
    return files;
  }

  private Scenario.Built build() {
    return build(files("out"));
  }

  private Scenario.Built build(SortedMap<String, byte[]> files) {
    SortedMap<String, byte[]> sent = new TreeMap<>();
    sent.put("text", "sent".getBytes(UTF_8));
    ContainerEvidence made =
        claimed.apply(evidence(Bytes32.fromHex("0x" + "ab".repeat(32)), 0, files));
    byte[] plain = FilePackage.result(made, files);
    section = made.encode();
    scenario.input = FilePackage.input(sent);
    scenario.workedOn = _ -> "a text".getBytes(UTF_8);
    scenario.spec =
        _ ->
            JobSpec.ofContainer(JOB, ContentRoot.of(scenario.input), scenario.input.length, 100_000)
                .toBytes();
    scenario.order =
        order ->
            Order.fromWords(
                Structs.with(
                    Order.fromWords(Structs.with(order, "consumer", CONSUMER.address())),
                    "grade",
                    (long) grade.code()));
    scenario.offer = offer -> Offer.fromWords(Structs.with(offer, "grades", 0xfeL));
    scenario.plaintext = _ -> plain;
    scenario.commit = commit -> commit(commit, made, plain);
    scenario.bundle = this::withSection;
    return scenario.build();
  }

  private static WorkCommit commit(WorkCommit c, ContainerEvidence evidence, byte[] plain) {
    return new WorkCommit(
        c.jobId(),
        c.device(),
        c.specHash(),
        c.seed(),
        1,
        1,
        c.operandRoot(),
        evidence.workRoot(),
        ContentRoot.of(plain),
        c.ciphertextRoot(),
        c.ciphertextBytes());
  }

  private EvidenceBundle withSection(EvidenceBundle b) {
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
        b.attestationFamily(),
        b.attestation(),
        section);
  }

  private static SignedOpening acceptance(Scenario.Built built, Secp256k1.PrivateKey by) {
    Acceptance want = EvidenceVerifier.wanted(built.bundle().workCommit());
    return Scenario.opening(
        built.bundle().workCommit(),
        new Acceptance.Signed(want, want.sign(Parties.DOMAINS.market(), by)).toBytes());
  }

  private static Assessment.Judged judged(Scenario.Built built, List<SignedOpening> openings) {
    Assessment assessment = new EvidenceVerifier(new WordModel()).assess(built.evidence(openings));
    assertThat(assessment).isInstanceOf(Assessment.Judged.class);
    return (Assessment.Judged) assessment;
  }

  @Test
  void theConsumersWordPaysAndTheLeafClaimsNoDraw() {
    Scenario.Built built = build();
    Assessment.Judged judged = judged(built, List.of(acceptance(built, CONSUMER)));
    WorkCommit commit = built.bundle().workCommit();
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.OK);
    assertThat(judged.verdict().cumulativePaid()).isEqualTo(built.job().price());
    assertThat(judged.verdict().resultHash())
        .isEqualTo(PackedVerdict.resultHash(commit.ciphertextRoot(), commit.plaintextRoot()));
    assertThat(judged.leaf().grade()).isEqualTo(Grade.ACCEPTED);
    assertThat(judged.leaf().policy()).isEqualTo(VerificationPolicy.ACCEPTED_V1);
    assertThat(judged.leaf().drawn()).isFalse();
  }

  @Test
  void withoutItNothingIsPaidAndNobodyIsAccused() {
    Scenario.Built built = build();
    assertThat(judged(built, List.of()).verdict().code()).isEqualTo(VerdictCode.INCONCLUSIVE);
    assertThat(judged(built, List.of(acceptance(built, Parties.DEVICE))).verdict().code())
        .as("the device cannot accept its own work")
        .isEqualTo(VerdictCode.INCONCLUSIVE);
    Acceptance other = new Acceptance(built.job().jobId(), Keccak.hashUtf8("another result"));
    SignedOpening stray =
        Scenario.opening(
            built.bundle().workCommit(),
            new Acceptance.Signed(other, other.sign(Parties.DOMAINS.market(), CONSUMER)).toBytes());
    assertThat(judged(built, List.of(stray)).verdict().code()).isEqualTo(VerdictCode.INCONCLUSIVE);
  }

  @ParameterizedTest
  @EnumSource(value = Grade.class, mode = EnumSource.Mode.EXCLUDE, names = "ACCEPTED")
  void aContainerAtAGradeThatClaimsVerificationIsNotAcknowledged(Grade claiming) {
    grade = claiming;
    assertRefused(build(), Check.SPECIFICATION, "CONTAINER_NEEDS_ACCEPTED");
  }

  @Test
  void aFailedContainerIsNotAcknowledged() {
    claimed = made -> evidence(made.image(), 1, files("out"));
    assertRefused(build(), Check.CONTAINER, "CONTAINER_FAILED");
  }

  @Test
  void anotherImageIsNotAcknowledged() {
    claimed = made -> evidence(Bytes32.ZERO, 0, files("out"));
    assertRefused(build(), Check.CONTAINER, "WRONG_IMAGE");
  }

  @Test
  void anUndeclaredOutputIsNotAcknowledged() {
    assertRefused(build(files("stray")), Check.CONTAINER, "OUTPUTS_NOT_DECLARED");
  }

  @Test
  void evidenceThatTheDeviceDidNotCommitToIsNotAcknowledged() {
    Scenario.Built _ = build();
    scenario.bundle =
        b -> {
          section = evidence(Bytes32.fromHex("0x" + "ab".repeat(32)), 0, files("out")).encode();
          section[40] ^= 1; // the wall clock's time
          return withSection(b);
        };
    assertRefused(scenario.build(), Check.CONTAINER, "WRONG_COMMIT_WORK");
  }

  @Test
  void aSealedResultOfAnotherLengthIsNotAcknowledged() {
    Scenario.Built _ = build();
    scenario.plaintext = _ -> new byte[3];
    assertRefused(scenario.build(), Check.CONTAINER, "WRONG_RESULT_LENGTH");
  }

  @Test
  void aBundleWithoutTheSectionOrWithOneThatDoesNotBelongIsNotAcknowledged() {
    Scenario.Built _ = build();
    scenario.bundle = UnaryOperator.identity();
    assertRefused(scenario.build(), Check.SPECIFICATION, "WRONG_CONTAINER_SECTION");

    Scenario plain = new Scenario();
    plain.bundle = this::withSection;
    assertRefused(plain.build(), Check.SPECIFICATION, "WRONG_CONTAINER_SECTION");
  }

  private static void assertRefused(Scenario.Built built, Check check, String reason) {
    BundleIntake.Result result =
        BundleIntake.forAck(built.bytes(), built.job(), Parties.DOMAINS.market());
    assertThat(result.accepted()).isNull();
    Checked refusal = result.refusal().orElseThrow();
    assertThat(refusal.check()).isEqualTo(check);
    assertThat(refusal.finding())
        .isInstanceOfSatisfying(
            Finding.Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
  }
}
