package network.assay.oracle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.ObservationCommit;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.NodeCertificate;
import network.assay.contracts.wire.AckCertificate;
import network.assay.contracts.wire.BundleChunk;
import network.assay.contracts.wire.Decision;
import network.assay.contracts.wire.OraclePeerGrpc;
import network.assay.contracts.wire.PeerMessage;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.TelemetryNonceRequest;
import network.assay.oracle.node.evidence.Wire;
import network.assay.oracle.node.peer.PinnedTls;
import network.assay.oracle.node.testing.TestAgent;
import network.assay.oracle.node.testing.TestCommittee;
import network.assay.oracle.node.testing.TestJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What strangers, devices and other oracles may not do, each refused by its name. One oracle runs;
 * the others need not.
 */
class RefusalTest {
  private static final Secp256k1.PrivateKey DEVICE =
      Secp256k1.PrivateKey.of(Keccak.hashUtf8("device").toArray());

  @TempDir private Path folder;
  private TestCommittee committee;
  private TestAgent agent;
  private OracleEngine oracle;

  @BeforeEach
  void open() {
    committee = new TestCommittee(folder, 4, 60_000);
    oracle = committee.start(0);
    agent = new TestAgent(committee);
  }

  @AfterEach
  void close() {
    agent.close();
    committee.close();
  }

  private TestJob job(int number) {
    TestJob job = new TestJob(committee.chain().domains(), DEVICE, number, 0);
    committee.chain().put(job.onChain(JobState.RUNNING, 1));
    return job;
  }

  private static void refused(Runnable call, Status.Code code, String reason) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);
    assertThat(refusal).as("want a refusal named " + reason).isNotNull();
    Metadata trailers = refusal.getTrailers();
    assertThat(trailers).isNotNull();
    assertThat(trailers.get(Refusal.REASON)).as(refusal.getMessage()).isEqualTo(reason);
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
  }

  /** A connection to the oracle's peer port with this key. */
  private ManagedChannel peer(NodeCertificate key) {
    Bytes32 pin = committee.tls(0).pin();
    return new PinnedTls(key, Executors.newVirtualThreadPerTaskExecutor())
        .toPeer("127.0.0.1", committee.peerPort(0), pin::equals)
        .build();
  }

  private static OraclePeerGrpc.OraclePeerBlockingStub stub(ManagedChannel channel) {
    return OraclePeerGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  @Test
  void aPeerWhoseKeyIsNotOnChainIsNotEvenHeard() {
    ManagedChannel stranger = peer(NodeCertificate.generate());
    ManagedChannel member = peer(committee.tls(1));
    PeerMessage anything =
        PeerMessage.newBuilder().setObservationCommit(commitment(committee.key(1), 1)).build();
    try {
      assertThatThrownBy(() -> stub(stranger).deliver(anything))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
      assertThat(stub(member).deliver(anything)).isNotNull();
    } finally {
      stranger.shutdownNow();
      member.shutdownNow();
    }
  }

  private SignedStruct commitment(Secp256k1.PrivateKey key, long epoch) {
    ObservationCommit body = new ObservationCommit(epoch, 7, 1, Keccak.hashUtf8("x"));
    return Wire.struct(body, body.sign(committee.chain().domains().ofCommittee(), key));
  }

  @Test
  void aMemberIsRefusedWhatNoMemberMaySay() {
    ManagedChannel member = peer(committee.tls(1));
    try {
      refused(
          () ->
              stub(member)
                  .deliver(
                      PeerMessage.newBuilder()
                          .setObservationCommit(commitment(committee.key(1), 2))
                          .build()),
          Status.Code.FAILED_PRECONDITION,
          "UNKNOWN_EPOCH");
      refused(
          () -> stub(member).deliver(PeerMessage.getDefaultInstance()),
          Status.Code.INVALID_ARGUMENT,
          "UNKNOWN_MESSAGE");
      SignedStruct broken =
          SignedStruct.newBuilder().setWords(ByteString.copyFrom(new byte[31])).build();
      refused(
          () -> stub(member).deliver(PeerMessage.newBuilder().setPrepare(broken).build()),
          Status.Code.INVALID_ARGUMENT,
          "MALFORMED_SIGNATURE");
      Decision.Builder crowd = Decision.newBuilder();
      for (int i = 0; i < 32; i++) {
        crowd.addCommits(broken);
      }
      refused(
          () -> stub(member).deliver(PeerMessage.newBuilder().setDecision(crowd).build()),
          Status.Code.INVALID_ARGUMENT,
          "TOO_MANY");
      stub(member)
          .deliver(PeerMessage.newBuilder().setObservationCommit(commitment(DEVICE, 1)).build());
      assertThat(oracle.metrics().counted("peer_refused")).as("signed by no member").isEqualTo(1);
    } finally {
      member.shutdownNow();
    }
  }

  @Test
  void aMessageAboveThePeersBoundIsNotRead() {
    ManagedChannel member = peer(committee.tls(1));
    try {
      byte[] huge = new byte[network.assay.oracle.node.peer.Servers.peerBytesMax() + 1];
      PeerMessage message =
          PeerMessage.newBuilder()
              .setDecision(Decision.newBuilder().setOutcome(ByteString.copyFrom(huge)))
              .build();
      assertThatThrownBy(() -> stub(member).deliver(message))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e ->
                  assertThat(e.getStatus().getCode())
                      .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED));
    } finally {
      member.shutdownNow();
    }
  }

  @Test
  void aConnectionWithoutTlsGetsNothing() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), committee.peerPort(0))) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(answer).as("at most a TLS alert").hasSizeLessThan(16);
    }
  }

  @Test
  void aBundleIsRefusedByWhatItsFirstChunkAnnounces() {
    TestJob job = job(1);
    byte[] bundle = job.bundle();
    int over = EvidenceBundle.BYTES_MAX + 1;
    refused(
        () -> agent.stream(0, TestAgent.chunks(job.id(), over, bundle, 1_000)),
        Status.Code.INVALID_ARGUMENT,
        "BUNDLE_TOO_LARGE");
    refused(
        () -> agent.stream(0, TestAgent.chunks(job.id(), 0, bundle, 1_000)),
        Status.Code.INVALID_ARGUMENT,
        "BUNDLE_TOO_LARGE");
    refused(
        () -> agent.stream(0, TestAgent.chunks(99, bundle.length, bundle, 1_000)),
        Status.Code.FAILED_PRECONDITION,
        "UNKNOWN_JOB");
    refused(
        () -> agent.stream(0, TestAgent.chunks(job.id(), bundle.length - 1, bundle, 1_000)),
        Status.Code.INVALID_ARGUMENT,
        "MORE_THAN_ANNOUNCED");
    refused(
        () -> agent.stream(0, TestAgent.chunks(job.id(), bundle.length + 1, bundle, 1_000)),
        Status.Code.INVALID_ARGUMENT,
        "LESS_THAN_ANNOUNCED");
    refused(() -> agent.stream(0, List.of()), Status.Code.INVALID_ARGUMENT, "LESS_THAN_ANNOUNCED");
    byte[] chunk = new byte[256 * 1024 + 1];
    refused(
        () -> agent.stream(0, TestAgent.chunks(job.id(), chunk.length, chunk, chunk.length)),
        Status.Code.INVALID_ARGUMENT,
        "CHUNK_TOO_LARGE");
    assertThat(oracle.metrics().text()).contains("assay_oracle_uploads_running 0");
    assertThat(oracle.job(job.id()).getPhase()).isEqualTo("UNKNOWN");
  }

  @Test
  void aBundleThatBindsNobodyIsNotAcknowledged() {
    TestJob job = job(2);
    TestJob other = job(3);
    refused(
        () -> agent.upload(0, job.id(), new byte[100]),
        Status.Code.INVALID_ARGUMENT,
        "BUNDLE_BUNDLE");
    refused(
        () -> agent.upload(0, job.id(), other.bundle()),
        Status.Code.INVALID_ARGUMENT,
        "BUNDLE_AGREEMENT");
    TestJob forged =
        new TestJob(
            committee.chain().domains(),
            Secp256k1.PrivateKey.of(Keccak.hashUtf8("thief").toArray()),
            2,
            0);
    refused(
        () -> agent.upload(0, job.id(), forged.bundle()),
        Status.Code.INVALID_ARGUMENT,
        "BUNDLE_AGREEMENT");
    assertThat(oracle.metrics().counted("bundle_acknowledged")).isZero();
  }

  /**
   * One byte anywhere: whatever it hits, the bundle is refused, and nothing is acknowledged twice.
   */
  @Test
  void aBundleWithOneByteChangedIsRefused() {
    TestJob job = job(4);
    byte[] bundle = job.bundle();
    long seed = 20_261_121;
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      byte[] changed = bundle.clone();
      int at = random.nextInt(changed.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> agent.upload(0, job.id(), changed))
          .as("seed %d, byte %d", seed, at)
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }
    assertThat(oracle.metrics().counted("bundle_acknowledged")).isZero();
    assertThat(oracle.metrics().counted("events_failed")).isZero();
  }

  @Test
  void aJobThatNoLongerRunsIsRefused() {
    TestJob job = job(5);
    committee.chain().put(job.onChain(JobState.REFUNDED, 1));
    refused(
        () -> agent.upload(0, job.id(), job.bundle()),
        Status.Code.FAILED_PRECONDITION,
        "JOB_NOT_RUNNING");
    committee.chain().put(job.onChain(JobState.RUNNING, 9));
    refused(
        () -> agent.upload(0, job.id(), job.bundle()),
        Status.Code.UNAVAILABLE,
        "CHAIN_UNAVAILABLE");
  }

  @Test
  void aCertificateNeedsAQuorumOfThisBundlesAcks() {
    Stream.of(1, 2, 3).forEach(committee::start);
    TestJob job = job(6);
    byte[] bundle = job.bundle();
    AckCertificate whole = agent.certificate(job, bundle, List.of(0, 1, 2));
    AckCertificate two = whole.toBuilder().removeAcks(2).build();
    refused(() -> agent.ask(0).putCertificate(two), Status.Code.INVALID_ARGUMENT, "NO_QUORUM");
    AckCertificate twice = two.toBuilder().addAcks(two.getAcks(0)).build();
    refused(() -> agent.ask(0).putCertificate(twice), Status.Code.INVALID_ARGUMENT, "NO_QUORUM");
    AckCertificate other =
        whole.toBuilder().setBundleHash(Wire.bytes(EvidenceBundle.hash(job.otherBundle()))).build();
    refused(() -> agent.ask(0).putCertificate(other), Status.Code.INVALID_ARGUMENT, "WRONG_BUNDLE");
    SignedStruct ack = whole.getAcks(2);
    byte[] signature = ack.getSignature().toByteArray();
    signature[40] ^= 1;
    AckCertificate forged =
        two.toBuilder()
            .addAcks(ack.toBuilder().setSignature(ByteString.copyFrom(signature)))
            .build();
    assertThatThrownBy(() -> agent.ask(0).putCertificate(forged))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    assertThat(oracle.job(job.id()).getDrawRevealsCount()).as("no draw is shown before").isZero();
  }

  @Test
  void anOpeningIsTakenOfTheDeviceAloneAndAfterTheDraw() {
    Stream.of(1, 2, 3).forEach(committee::start);
    TestJob job = job(7);
    refused(
        () -> agent.ask(0).putOpening(TestAgent.message(job.open(List.of(0)))),
        Status.Code.FAILED_PRECONDITION,
        "NOT_DRAWN");
    AckCertificate certificate = agent.certificate(job, job.bundle(), List.of(0, 1, 2));
    refused(
        () -> agent.ask(0).putOpening(TestAgent.message(job.open(List.of(0)))),
        Status.Code.FAILED_PRECONDITION,
        "NOT_DRAWN");
    var rows = agent.draws(job, certificate, List.of(0));
    TestJob.SignedOpening honest = job.open(rows);
    TestJob thief =
        new TestJob(
            committee.chain().domains(),
            Secp256k1.PrivateKey.of(Keccak.hashUtf8("thief").toArray()),
            7,
            0);
    var stolen =
        new TestJob.SignedOpening(
            honest.opening(),
            honest.opening().sign(committee.chain().domains().ofMarket(), thief.device()),
            honest.content());
    refused(
        () -> agent.ask(0).putOpening(TestAgent.message(stolen)),
        Status.Code.INVALID_ARGUMENT,
        "WRONG_SIGNATURE");
    byte[] content = honest.content().clone();
    content[content.length - 1] ^= 1;
    refused(
        () ->
            agent
                .ask(0)
                .putOpening(
                    TestAgent.message(
                        new TestJob.SignedOpening(honest.opening(), honest.signature(), content))),
        Status.Code.INVALID_ARGUMENT,
        "WRONG_CONTENT");
    assertThat(oracle.job(job.id()).getPhase()).isEqualTo("DRAWN");
  }

  @Test
  void telemetryIsBoundedAndSignedByTheJobsDevice() {
    TestJob job = job(8);
    for (int i = 0; i < 5; i++) {
      var _ = agent.ask(0).putTelemetry(TestAgent.message(job.batch(i, "a")));
    }
    refused(
        () -> {
          for (int i = 5; i < 8; i++) {
            var _ = agent.ask(0).putTelemetry(TestAgent.message(job.batch(i, "a")));
          }
        },
        Status.Code.RESOURCE_EXHAUSTED,
        "TELEMETRY_TOO_FAST");
    TestJob forged = job(9);
    var batch = forged.batch(0, "a");
    byte[] signature = batch.signature().toArray();
    signature[3] ^= 1;
    assertThatThrownBy(() ->
            agent
                .ask(0)
                .putTelemetry(
                    TestAgent.message(batch).toBuilder()
                        .setBatch(
                            SignedStruct.newBuilder()
                                .setWords(ByteString.copyFrom(batch.batch().words()))
                                .setSignature(ByteString.copyFrom(signature)))
                        .build()))
        .hasMessageContaining("WRONG_SIGNATURE");
    refused(
        () -> agent.ask(0).putTelemetry(TestAgent.message(forged.batch(512, "a"))),
        Status.Code.INVALID_ARGUMENT,
        "OUT_OF_RANGE");
  }

  @Test
  void aNonceIsForTheJobsDeviceAndAlwaysTheSame() {
    TestJob job = job(10);
    TelemetryNonceRequest request =
        TelemetryNonceRequest.newBuilder()
            .setJobId(job.id())
            .setDevice(ByteString.copyFrom(DEVICE.address().toArray()))
            .build();
    SignedStruct first = agent.ask(0).getTelemetryNonce(request);
    assertThat(agent.ask(0).getTelemetryNonce(request)).isEqualTo(first);
    refused(
        () ->
            agent
                .ask(0)
                .getTelemetryNonce(
                    request.toBuilder().setDevice(ByteString.copyFrom(new byte[20])).build()),
        Status.Code.INVALID_ARGUMENT,
        "WRONG_DEVICE");
    refused(
        () ->
            agent
                .ask(0)
                .getTelemetryNonce(
                    request.toBuilder().setDevice(ByteString.copyFrom(new byte[3])).build()),
        Status.Code.INVALID_ARGUMENT,
        "WRONG_LENGTH");
  }

  /**
   * Sixteen uploads that never end hold sixteen places; the next is refused, and places come back
   * when they go.
   */
  @Test
  void uploadsThatNeverEndHoldABoundedNumberOfPlaces() throws InterruptedException {
    TestJob job = job(11);
    byte[] bundle = job.bundle();
    List<TestAgent.Upload> hanging = Stream.generate(() -> agent.begin(0)).limit(16).toList();
    BundleChunk first = TestAgent.chunks(job.id(), bundle.length, bundle, 10).getFirst();
    hanging.forEach(upload -> upload.send(first));
    for (int i = 0;
        i < 500 && !oracle.metrics().text().contains("assay_oracle_uploads_running 16");
        i++) {
      Thread.sleep(10);
    }
    refused(
        () -> agent.upload(0, job.id(), bundle),
        Status.Code.RESOURCE_EXHAUSTED,
        "TOO_MANY_UPLOADS");
    hanging.forEach(TestAgent.Upload::cancel);
    for (int i = 0;
        i < 500 && !oracle.metrics().text().contains("assay_oracle_uploads_running 0");
        i++) {
      Thread.sleep(10);
    }
    assertThat(agent.upload(0, job.id(), bundle)).isNotNull();
  }
}
