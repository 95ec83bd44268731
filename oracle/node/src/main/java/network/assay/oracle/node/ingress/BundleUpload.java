package network.assay.oracle.node.ingress;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.wire.BundleChunk;
import network.assay.contracts.wire.SignedStruct;
import network.assay.oracle.node.Refusal;
import network.assay.oracle.node.evidence.EvidenceIntake;
import org.jspecify.annotations.Nullable;

/**
 * One upload. Nothing is kept before the first chunk has shown a job that this oracle judges and a
 * size within bounds; then exactly the announced bytes are taken, one chunk at a time, within a
 * time limit. gRPC calls the methods one after another.
 */
final class BundleUpload implements StreamObserver<BundleChunk> {
  static final int CHUNK_BYTES_MAX = 256 * 1024;
  private static final long UPLOAD_MS_MAX = 60_000;

  private final EvidenceIntake intake;
  private final ServerCallStreamObserver<SignedStruct> answer;
  private final Semaphore places;
  private final ScheduledFuture<?> limit;
  private byte @Nullable [] bytes;
  private long jobId;
  private int received;
  private boolean holdsPlace;
  private boolean ended;

  BundleUpload(
      EvidenceIntake intake,
      ServerCallStreamObserver<SignedStruct> answer,
      Semaphore places,
      ScheduledExecutorService clock) {
    this.intake = intake;
    this.answer = answer;
    this.places = places;
    this.limit =
        clock.schedule(
            () ->
                refuse(
                    Refusal.notNow(
                        "UPLOAD_TOO_SLOW", "not complete within " + UPLOAD_MS_MAX + " ms")),
            UPLOAD_MS_MAX,
            TimeUnit.MILLISECONDS);
    answer.disableAutoRequest();
    answer.setOnCancelHandler(this::end);
    answer.request(1);
  }

  @Override
  public void onNext(BundleChunk chunk) {
    try {
      if (isEnded()) {
        return;
      }
      byte[] into = bytes == null ? begin(chunk) : bytes;
      int length = chunk.getData().size();
      if (length > CHUNK_BYTES_MAX) {
        throw Refusal.invalid(
            "CHUNK_TOO_LARGE", "want at most " + CHUNK_BYTES_MAX + " bytes a chunk, got " + length);
      }
      if (length > into.length - received) {
        throw Refusal.invalid(
            "MORE_THAN_ANNOUNCED", "want " + into.length + " bytes in all, got more");
      }
      chunk.getData().copyTo(into, received);
      received += length;
      answer.request(1);
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  private byte[] begin(BundleChunk first) {
    long total = Integer.toUnsignedLong(first.getTotalBytes());
    if (total < 1 || total > EvidenceBundle.BYTES_MAX) {
      throw Refusal.invalid(
          "BUNDLE_TOO_LARGE", "want 1 to " + EvidenceBundle.BYTES_MAX + " bytes, got " + total);
    }
    jobId = first.getJobId();
    var _ = intake.requireJob(jobId);
    if (!places.tryAcquire()) {
      throw Refusal.busy("TOO_MANY_UPLOADS", "come back in a second");
    }
    synchronized (this) {
      holdsPlace = true;
      bytes = new byte[(int) total];
      return bytes;
    }
  }

  @Override
  public void onError(Throwable gone) {
    end();
  }

  @Override
  public void onCompleted() {
    try {
      byte[] whole = bytes;
      if (whole == null || received != whole.length) {
        throw Refusal.invalid(
            "LESS_THAN_ANNOUNCED",
            "want "
                + (whole == null ? "a first chunk" : whole.length + " bytes")
                + ", got "
                + received);
      }
      SignedStruct ack = intake.bundle(jobId, whole);
      if (end()) {
        answer.onNext(ack);
        answer.onCompleted();
      }
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  private void refuse(RuntimeException why) {
    if (end()) {
      answer.onError(Refusal.toStatus(why));
    }
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  /** True for the one caller who may still answer. */
  private synchronized boolean end() {
    if (ended) {
      return false;
    }
    ended = true;
    bytes = null;
    limit.cancel(false);
    if (holdsPlace) {
      places.release();
    }
    return true;
  }
}
