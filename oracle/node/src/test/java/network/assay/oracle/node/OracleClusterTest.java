package network.assay.oracle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.wire.AckCertificate;
import network.assay.contracts.wire.JobView;
import network.assay.contracts.wire.SignedStruct;
import network.assay.oracle.node.testing.TestAgent;
import network.assay.oracle.node.testing.TestCommittee;
import network.assay.oracle.node.testing.TestJob;
import network.assay.oracle.node.testing.ToyModel;
import network.assay.oracle.verify.Assessment;
import network.assay.oracle.verify.EvidenceVerifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four oracles over real gRPC, mutual TLS and files; the chain is in memory. */
class OracleClusterTest {
  private static final List<Integer> ALL = List.of(0, 1, 2, 3);
  private static final Secp256k1.PrivateKey DEVICE =
      Secp256k1.PrivateKey.of(Keccak.hashUtf8("device").toArray());

  @TempDir Path folder;
  private TestCommittee committee;
  private TestAgent agent;

  @BeforeEach
  void open() {
    committee = new TestCommittee(folder, 4, 2_000);
    agent = new TestAgent(committee);
  }

  @AfterEach
  void close() {
    agent.close();
    committee.close();
  }

  private TestJob job(int number, float lie) {
    TestJob job = new TestJob(committee.chain().domains(), DEVICE, number, lie);
    committee.chain().put(job.onChain(JobState.RUNNING, 1));
    return job;
  }

  private static void eventually(String what, BooleanSupplier holds) {
    Instant until = Instant.now().plus(Duration.ofSeconds(40));
    while (!holds.getAsBoolean()) {
      assertThat(Instant.now()).as(what).isBefore(until);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void connected() {
    eventually(
        "peers connected",
        () ->
            ALL.stream()
                .filter(committee::runs)
                .allMatch(i -> committee.engine(i).status().getPeersConnected() >= 2));
  }

  private PackedVerdict settled(TestJob job) {
    eventually("job settled", () -> committee.chain().settled(job.id()).isPresent());
    return committee.chain().settled(job.id()).orElseThrow();
  }

  @Test
  void honestEvidenceOfOneJobBecomesOneReportThatSettlesIt() {
    committee.startAll();
    connected();
    TestJob job = job(1, 0);

    agent.deliver(job, ALL);

    assertThat(settled(job))
        .isEqualTo(new PackedVerdict(job.id(), VerdictCode.OK, TestJob.PRICE, job.resultHash()));
    assertThat(committee.chain().reports()).hasSize(1);
    eventually(
        "all know it",
        () ->
            ALL.stream()
                .allMatch(i -> committee.engine(i).job(job.id()).getPhase().equals("REPORTED")));
    JobView view =
        agent
            .ask(2)
            .getJob(network.assay.contracts.wire.JobQuery.newBuilder().setJobId(job.id()).build());
    EvidenceLeaf leaf = EvidenceLeaf.parse(view.getLeaf().toByteArray());
    assertThat(leaf.hash())
        .isEqualTo(
            committee.chain().reports().getFirst().outcome().entries().getFirst().leafHash());
    assertThat(view.getDrawRevealsCount()).isGreaterThanOrEqualTo(3);
    assertThat(committee.engine(0).status().getHealth()).isEqualTo("UP");
  }

  @Test
  void aDeviceThatComputedSomethingElseIsFoundOut() {
    committee.startAll();
    TestJob job = job(2, 0.5f);

    agent.deliver(job, ALL);

    assertThat(settled(job).code()).isEqualTo(VerdictCode.FRAUD);
    assertThat(settled(job).cumulativePaid()).isEqualTo(BigInteger.ZERO);
  }

  @Test
  void withOneOracleDownTheOthersSettle() {
    List<Integer> three = List.of(0, 1, 2);
    three.forEach(committee::start);
    TestJob job = job(3, 0);

    agent.deliver(job, three);

    assertThat(settled(job).code()).isEqualTo(VerdictCode.OK);
  }

  @Test
  void aWithheldOpeningIsFraud() {
    committee.startAll();
    TestJob job = job(4, 0);

    AckCertificate certificate = agent.certificate(job, job.bundle(), ALL);
    SortedSet<Integer> drawn = agent.draws(job, certificate, ALL);

    assertThat(drawn).isNotEmpty();
    assertThat(settled(job).code()).isEqualTo(VerdictCode.FRAUD);
    assertThat(committee.engine(1).metrics().counted("opening_withheld")).isEqualTo(1);
  }

  @Test
  void anOracleThatNeverSawTheBundleFetchesItWithTheCertificate() {
    committee.startAll();
    connected();
    TestJob job = job(5, 0);

    AckCertificate certificate = agent.certificate(job, job.bundle(), List.of(0, 1, 2));
    SortedSet<Integer> drawn = agent.draws(job, certificate, ALL);
    agent.open(job, drawn, List.of(0)); // the others have it passed on

    assertThat(settled(job).code()).isEqualTo(VerdictCode.OK);
    assertThat(committee.engine(3).metrics().counted("bundle_fetched")).isEqualTo(1);
    eventually(
        "the fourth judged, too", () -> committee.engine(3).metrics().counted("verdict_ok") == 1);
  }

  @Test
  void ofTwoBundlesForOneJobOnlyTheFirstIsAcknowledged() {
    committee.startAll();
    TestJob job = job(6, 0);
    SignedStruct first = agent.upload(0, job.id(), job.bundle());

    assertThat(agent.upload(0, job.id(), job.bundle())).isEqualTo(first);
    assertThatThrownBy(() -> agent.upload(0, job.id(), job.otherBundle()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refusal -> {
              assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
              assertThat(refusal.getTrailers().get(Refusal.REASON))
                  .isEqualTo("OTHER_BUNDLE_ACKNOWLEDGED");
            });

    committee.stop(0);
    committee.start(0);
    assertThat(agent.upload(0, job.id(), job.bundle())).as("after a restart").isEqualTo(first);
    assertThatThrownBy(() -> agent.upload(0, job.id(), job.otherBundle()))
        .hasMessageContaining("OTHER_BUNDLE_ACKNOWLEDGED");
  }

  @Test
  void theBundleWithTheCertificateReplacesTheOneAcknowledgedHere() {
    committee.startAll();
    connected();
    TestJob job = job(7, 0);
    var _ = agent.upload(3, job.id(), job.otherBundle());

    AckCertificate certificate = agent.certificate(job, job.bundle(), List.of(0, 1, 2));
    agent.open(job, agent.draws(job, certificate, ALL), ALL);

    assertThat(settled(job).resultHash()).isEqualTo(job.resultHash());
    eventually(
        "the fourth judged the certified one",
        () -> committee.engine(3).metrics().counted("verdict_ok") == 1);
  }

  @Test
  void twoBatchesAtOneSeqVoidTheTelemetryOfTheJobEverywhere() {
    committee.startAll();
    connected();
    TestJob job = job(8, 0);
    var first = agent.ask(0).putTelemetry(TestAgent.message(job.batch(0, "one thing")));
    var second = agent.ask(0).putTelemetry(TestAgent.message(job.batch(0, "another")));
    assertThat(first).isEqualTo(second);
    eventually(
        "gossiped",
        () ->
            ALL.stream()
                .allMatch(i -> committee.engine(i).metrics().counted("telemetry_conflict") == 1));

    agent.deliver(job, ALL);

    assertThat(settled(job).code()).isEqualTo(VerdictCode.OK);
    EvidenceLeaf leaf =
        EvidenceLeaf.parse(committee.engine(2).job(job.id()).getLeaf().toByteArray());
    assertThat(leaf.telemetryDigest()).isEqualTo(EvidenceLeaf.TELEMETRY_VOID);
  }

  @Test
  void oraclesThatDisagreeAtFirstObserveAgain() {
    var honest = new EvidenceVerifier(new ToyModel());
    var asked = new java.util.concurrent.atomic.AtomicInteger();
    for (int i : List.of(0, 1)) {
      committee.judge(
          i,
          evidence ->
              asked.getAndIncrement() < 2
                  ? inconclusive(honest.assess(evidence))
                  : honest.assess(evidence));
    }
    committee.startAll();
    TestJob job = job(9, 0);

    agent.deliver(job, ALL);

    assertThat(settled(job).code()).isEqualTo(VerdictCode.OK);
    assertThat(committee.engine(0).job(job.id()).getPhase()).isIn("DECIDED", "REPORTED");
    assertThat(committee.engine(2).metrics().counted("observation_attempts_failed")).isPositive();
  }

  private static Assessment inconclusive(Assessment honest) {
    Assessment.Judged judged = (Assessment.Judged) honest;
    PackedVerdict verdict =
        new PackedVerdict(
            judged.verdict().jobId(),
            VerdictCode.INCONCLUSIVE,
            BigInteger.ZERO,
            network.assay.contracts.protocol.Bytes32.ZERO);
    return new Assessment.Judged(judged.findings(), verdict, judged.leaf());
  }

  @Test
  void anOracleRestartedMidWayGoesOnFromItsFile() {
    committee.startAll();
    TestJob job = job(10, 0);
    AckCertificate certificate = agent.certificate(job, job.bundle(), ALL);
    List<Integer> asked = List.of(0, 1, 2);
    SortedSet<Integer> drawn = new TreeSet<>(agent.draws(job, certificate, asked));
    SortedSet<Integer> before = agent.draws(job, certificate, List.of(3));
    committee.stop(3);
    committee.stop(2);
    committee.start(3);
    committee.start(2);
    SortedSet<Integer> after = agent.draws(job, certificate, List.of(3));
    assertThat(after).as("the same draw after a restart").isEqualTo(before);
    drawn.addAll(after);

    agent.open(job, drawn, List.of(3));

    assertThat(settled(job).code()).isEqualTo(VerdictCode.OK);
    eventually(
        "all of them",
        () ->
            ALL.stream()
                .allMatch(i -> committee.engine(i).job(job.id()).getPhase().equals("REPORTED")));
    assertThat(committee.chain().reports()).hasSize(1);
  }

  @Test
  void anOracleThatWasAwayLearnsWhatWasDecided() {
    List<Integer> three = List.of(0, 1, 2);
    three.forEach(committee::start);
    TestJob first = job(11, 0);
    TestJob second = job(12, 0);
    agent.deliver(first, three);
    assertThat(settled(first).code()).isEqualTo(VerdictCode.OK);
    agent.deliver(second, three);
    assertThat(settled(second).code()).isEqualTo(VerdictCode.OK);

    committee.start(3);

    eventually(
        "caught up",
        () -> committee.engine(3).status().getHeight() == committee.engine(0).status().getHeight());
    assertThat(committee.engine(3).job(second.id()).getSeq())
        .isEqualTo(committee.engine(0).job(second.id()).getSeq());
  }

  @Test
  void aJobThatTheChainEndedIsDroppedWithAReason() {
    committee.startAll();
    TestJob job = job(13, 0);
    AckCertificate certificate = agent.certificate(job, job.bundle(), ALL);
    var _ = agent.draws(job, certificate, ALL);

    committee.chain().refund(job.id());

    eventually("dropped", () -> committee.engine(0).job(job.id()).getNote().contains("REFUNDED"));
    assertThat(committee.chain().reports()).isEmpty();
  }

  @Test
  void manyJobsAtOnceAllSettleEachOnce() {
    committee.startAll();
    connected();
    List<TestJob> jobs =
        java.util.stream.IntStream.range(100, 140).mapToObj(i -> job(i, 0)).toList();

    jobs.parallelStream().forEach(job -> agent.deliver(job, ALL));

    jobs.forEach(job -> assertThat(settled(job).code()).isEqualTo(VerdictCode.OK));
    long entries =
        committee.chain().reports().stream().mapToLong(r -> r.outcome().entries().size()).sum();
    assertThat(entries).isEqualTo(jobs.size());
  }
}
