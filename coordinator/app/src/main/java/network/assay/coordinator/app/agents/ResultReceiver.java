package network.assay.coordinator.app.agents;

import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.wire.Accepted;
import network.assay.contracts.wire.ResultChunk;
import org.jspecify.annotations.Nullable;

/** Takes one result in chunks. The commitment comes first; no byte more than it names is kept. */
final class ResultReceiver implements StreamObserver<ResultChunk> {
  private final AgentDoor door;
  private final StreamObserver<Accepted> reply;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private @Nullable WorkCommit commit;
  private byte[] signature = new byte[0];
  private boolean over;

  ResultReceiver(AgentDoor door, StreamObserver<Accepted> reply) {
    this.door = door;
    this.reply = reply;
  }

  @Override
  public void onNext(ResultChunk chunk) {
    if (over) {
      return;
    }
    try {
      if (commit == null) {
        begin(chunk);
      }
      if (content.size() + chunk.getData().size() > commit().ciphertextBytes()) {
        throw new ProtocolException("TOO_LONG", commit().ciphertextBytes() + " bytes", "more");
      }
      content.writeBytes(chunk.getData().toByteArray());
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  private void begin(ResultChunk chunk) {
    int total = chunk.getTotalBytes();
    if (total < 1 || total > EvidenceBundle.CIPHERTEXT_BYTES_MAX) {
      throw new ProtocolException(
          "TOO_LONG", "1 to " + EvidenceBundle.CIPHERTEXT_BYTES_MAX + " bytes", total);
    }
    WorkCommit first = WorkCommit.fromWords(chunk.getWorkCommit().getWords().toByteArray());
    signature = chunk.getWorkCommit().getSignature().toByteArray();
    door.admit(first, signature, chunk.getJobId(), total);
    commit = first;
  }

  private WorkCommit commit() {
    WorkCommit known = commit;
    if (known == null) {
      throw new ProtocolException("NO_COMMIT", "a first chunk with the WorkCommit", "none");
    }
    return known;
  }

  @Override
  public void onError(Throwable problem) {
    over = true; // the agent went away; it will send the result again
  }

  @Override
  public void onCompleted() {
    if (over) {
      return;
    }
    try {
      door.keep(commit(), signature, content.toByteArray());
    } catch (RuntimeException e) {
      refuse(e);
      return;
    }
    over = true;
    reply.onNext(Accepted.getDefaultInstance());
    reply.onCompleted();
  }

  private void refuse(RuntimeException e) {
    over = true;
    reply.onError(AgentService.refusal(e));
  }
}
