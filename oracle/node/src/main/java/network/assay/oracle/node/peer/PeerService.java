package network.assay.oracle.node.peer;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.assay.contracts.client.store.Transactions;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.wire.Accepted;
import network.assay.contracts.wire.BundleChunk;
import network.assay.contracts.wire.BundleQuery;
import network.assay.contracts.wire.Decision;
import network.assay.contracts.wire.DecisionQuery;
import network.assay.contracts.wire.OraclePeerGrpc;
import network.assay.contracts.wire.PeerMessage;
import network.assay.oracle.node.Refusal;
import network.assay.oracle.node.chain.Chain;
import network.assay.oracle.node.chain.ChainException;
import network.assay.oracle.node.committee.CommitteeDesk;
import network.assay.oracle.node.committee.WireCodec;
import network.assay.oracle.node.evidence.EvidenceIntake;
import network.assay.oracle.node.evidence.Wire;
import network.assay.oracle.node.loop.EventLoop;
import network.assay.oracle.node.store.CommitteeStore;
import network.assay.oracle.node.store.EvidenceStore;

/**
 * What other oracles may ask. A delivery is answered after its effects are durable here, so a
 * peer's speed is bounded by ours. Runs on virtual threads.
 */
public final class PeerService extends OraclePeerGrpc.OraclePeerImplBase {
  private static final int CHUNK_BYTES = 256 * 1024;
  private static final long ANSWER_MS_MAX = 15_000;

  private final EvidenceIntake intake;
  private final CommitteeDesk desk;
  private final EventLoop loop;
  private final Chain chain;
  private final Directory directory;
  private final Transactions store;
  private final Address self;

  public PeerService(
      EvidenceIntake intake,
      CommitteeDesk desk,
      EventLoop loop,
      Chain chain,
      Directory directory,
      Transactions store,
      Address self) {
    this.intake = intake;
    this.desk = desk;
    this.loop = loop;
    this.chain = chain;
    this.directory = directory;
    this.store = store;
    this.self = self;
  }

  @Override
  public void deliver(PeerMessage message, StreamObserver<Accepted> answer) {
    try {
      Optional<WireCodec.Addressed> addressed = WireCodec.decode(message);
      if (addressed.isPresent()) {
        toCommittee(addressed.get());
      } else {
        intake.passedOn(message);
      }
      answer.onNext(Accepted.getDefaultInstance());
      answer.onCompleted();
    } catch (RuntimeException e) {
      answer.onError(Refusal.toStatus(e));
    }
  }

  private void toCommittee(WireCodec.Addressed addressed) {
    Committee committee = committee(addressed.epoch());
    int from = committee.indexOf(SenderInterceptor.SENDER.get());
    if (from < 0 || committee.indexOf(self) < 0 || from == committee.indexOf(self)) {
      throw new Refusal(
          Status.Code.PERMISSION_DENIED,
          "NOT_A_MEMBER",
          "no two members of epoch " + addressed.epoch() + " speak here");
    }
    try {
      boolean done =
          loop.<Boolean>call(
                  turn -> {
                    desk.message(turn, committee, from, addressed.message());
                    return true;
                  })
              .get(ANSWER_MS_MAX, TimeUnit.MILLISECONDS);
      assert done;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw Refusal.busy("BUSY", "not decided in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.unavailable("STOPPING", "this oracle is stopping");
    }
  }

  private Committee committee(long epoch) {
    try {
      if (epoch < 1 || epoch > chain.currentEpoch()) {
        throw Refusal.notNow(
            "UNKNOWN_EPOCH", "the chain has no epoch " + Long.toUnsignedString(epoch) + " yet");
      }
      Committee committee = chain.committee(epoch);
      directory.learn(committee);
      return committee;
    } catch (ChainException e) {
      throw Refusal.unavailable(
          "CHAIN_UNAVAILABLE", "this oracle cannot read the chain at the moment");
    }
  }

  @Override
  public void getBundle(BundleQuery query, StreamObserver<BundleChunk> answer) {
    try {
      Bytes32 hash = Wire.bytes32(query.getBundleHash());
      byte[] bytes =
          store
              .inTransaction(tx -> EvidenceStore.bundle(tx, query.getJobId(), hash))
              .orElseThrow(() ->
                  new Refusal(Status.Code.NOT_FOUND, "UNKNOWN_BUNDLE", "no such bundle here"));
      stream(query.getJobId(), bytes, (ServerCallStreamObserver<BundleChunk>) answer);
    } catch (RuntimeException e) {
      answer.onError(Refusal.toStatus(e));
    }
  }

  /**
   * Hands out a chunk whenever the connection takes one, so that a slow reader holds one bundle and
   * no more.
   */
  private static void stream(
      long jobId, byte[] bytes, ServerCallStreamObserver<BundleChunk> answer) {
    var next =
        new Runnable() {
          private int at;

          @Override
          public void run() {
            while (answer.isReady() && at < bytes.length) {
              int length = Math.min(CHUNK_BYTES, bytes.length - at);
              BundleChunk.Builder chunk =
                  BundleChunk.newBuilder().setData(ByteString.copyFrom(bytes, at, length));
              if (at == 0) {
                chunk.setJobId(jobId).setTotalBytes(bytes.length);
              }
              answer.onNext(chunk.build());
              at += length;
              if (at == bytes.length) {
                answer.onCompleted();
              }
            }
          }
        };
    answer.setOnReadyHandler(next);
    next.run();
  }

  @Override
  public void getDecision(DecisionQuery query, StreamObserver<Decision> answer) {
    try {
      byte[] stored =
          store
              .inTransaction(tx -> CommitteeStore.decision(tx, query.getEpoch(), query.getSeq()))
              .orElseThrow(
                  () -> new Refusal(Status.Code.NOT_FOUND, "UNDECIDED", "not decided here"))
              .message();
      answer.onNext(PeerLinks.parse(stored));
      answer.onCompleted();
    } catch (RuntimeException e) {
      answer.onError(Refusal.toStatus(e));
    }
  }
}
