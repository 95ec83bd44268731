package network.assay.oracle.node.ingress;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import network.assay.contracts.wire.Accepted;
import network.assay.contracts.wire.AckCertificate;
import network.assay.contracts.wire.BundleChunk;
import network.assay.contracts.wire.JobQuery;
import network.assay.contracts.wire.JobView;
import network.assay.contracts.wire.OpeningMessage;
import network.assay.contracts.wire.OracleIngressGrpc;
import network.assay.contracts.wire.OracleStatus;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.StatusQuery;
import network.assay.contracts.wire.TelemetryBatchMessage;
import network.assay.contracts.wire.TelemetryNonceRequest;
import network.assay.oracle.node.Metrics;
import network.assay.oracle.node.Refusal;
import network.assay.oracle.node.evidence.EvidenceIntake;

/**
 * Open to anybody; every message that changes anything carries the signature of a device that the
 * chain knows. Runs on virtual threads.
 */
public final class IngressService extends OracleIngressGrpc.OracleIngressImplBase {
  /** Each upload may hold 4 MiB. */
  private static final int UPLOADS_MAX = 16;

  private final EvidenceIntake intake;
  private final JobViews views;
  private final Supplier<OracleStatus> status;
  private final ScheduledExecutorService clock;
  private final Metrics metrics;
  private final Semaphore uploads = new Semaphore(UPLOADS_MAX);

  public IngressService(
      EvidenceIntake intake,
      JobViews views,
      Supplier<OracleStatus> status,
      ScheduledExecutorService clock,
      Metrics metrics) {
    this.intake = intake;
    this.views = views;
    this.status = status;
    this.clock = clock;
    this.metrics = metrics;
    metrics.gauge("uploads_running", () -> UPLOADS_MAX - uploads.availablePermits());
  }

  @Override
  public void getTelemetryNonce(
      TelemetryNonceRequest request, StreamObserver<SignedStruct> answer) {
    answer(answer, () -> intake.nonce(request.getJobId(), request.getDevice().toByteArray()));
  }

  @Override
  public void putTelemetry(TelemetryBatchMessage message, StreamObserver<Accepted> answer) {
    answer(
        answer,
        () -> {
          intake.telemetry(message);
          return Accepted.getDefaultInstance();
        });
  }

  @Override
  public StreamObserver<BundleChunk> putBundle(StreamObserver<SignedStruct> answer) {
    return new BundleUpload(
        intake, (ServerCallStreamObserver<SignedStruct>) answer, uploads, clock);
  }

  @Override
  public void putCertificate(AckCertificate certificate, StreamObserver<SignedStruct> answer) {
    answer(answer, () -> intake.certificate(certificate));
  }

  @Override
  public void putOpening(OpeningMessage message, StreamObserver<Accepted> answer) {
    answer(
        answer,
        () -> {
          intake.ownOpening(message);
          return Accepted.getDefaultInstance();
        });
  }

  @Override
  public void getJob(JobQuery query, StreamObserver<JobView> answer) {
    answer(answer, () -> views.of(query.getJobId()));
  }

  @Override
  public void getStatus(StatusQuery query, StreamObserver<OracleStatus> answer) {
    answer(answer, status);
  }

  private <T> void answer(StreamObserver<T> answer, Supplier<T> body) {
    try {
      answer.onNext(body.get());
      answer.onCompleted();
    } catch (RuntimeException e) {
      metrics.count("ingress_refused");
      answer.onError(Refusal.toStatus(e));
    }
  }
}
