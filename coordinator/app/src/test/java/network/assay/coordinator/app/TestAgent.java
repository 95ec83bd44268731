package network.assay.coordinator.app;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import network.assay.contracts.protocol.AgentHello;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.service.Tls;
import network.assay.contracts.wire.Accepted;
import network.assay.contracts.wire.Assignment;
import network.assay.contracts.wire.CoordinatorAgentsGrpc;
import network.assay.contracts.wire.DataChunk;
import network.assay.contracts.wire.InputQuery;
import network.assay.contracts.wire.JobLog;
import network.assay.contracts.wire.JobProgress;
import network.assay.contracts.wire.LogLine;
import network.assay.contracts.wire.NodeHardware;
import network.assay.contracts.wire.OfferMessage;
import network.assay.contracts.wire.ResultChunk;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.WatchRequest;

/** An agent's side of the wire. */
final class TestAgent implements AutoCloseable {
  private final ManagedChannel channel;
  private final Eip712Domain domain;
  private final Secp256k1.PrivateKey key;

  TestAgent(int port, Bytes32 pin, Eip712Domain domain, Secp256k1.PrivateKey key) {
    this.channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .sslContext(Tls.anonymousClientTo(pin))
            .build();
    this.domain = domain;
    this.key = key;
  }

  private SignedStruct signed(TypedStruct struct) {
    return SignedStruct.newBuilder()
        .setWords(ByteString.copyFrom(struct.words()))
        .setSignature(ByteString.copyFrom(struct.sign(domain, key).toArray()))
        .build();
  }

  SignedStruct hello(long ageMs) {
    return signed(
        new AgentHello(
            key.address(), System.currentTimeMillis() - ageMs, Keccak.hashUtf8("hello")));
  }

  Bytes32 putOffer(Offer offer, String model) {
    return put(
        OfferMessage.newBuilder()
            .setOffer(signed(offer))
            .setDeviceName("test")
            .addModels(model)
            .build());
  }

  Bytes32 putOffer(Offer offer, String model, NodeHardware hardware) {
    return put(
        OfferMessage.newBuilder()
            .setOffer(signed(offer))
            .setDeviceName("test")
            .addModels(model)
            .setHardware(hardware)
            .build());
  }

  private Bytes32 put(OfferMessage message) {
    return Bytes32.of(
        CoordinatorAgentsGrpc.newBlockingStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .putOffer(message)
            .getOfferHash()
            .toByteArray());
  }

  /** What is assigned, waiting as long as 60 s for each; what is only asked is left unanswered. */
  Iterator<Assignment> watch() {
    Iterator<Assignment> all = watch(hello(0));
    return Stream.generate(all::next).filter(assignment -> !assignment.getAsked()).iterator();
  }

  Iterator<Assignment> watch(SignedStruct hello) {
    return CoordinatorAgentsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .watchAssignments(WatchRequest.newBuilder().setHello(hello).build());
  }

  byte[] input(long jobId) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Iterator<DataChunk> chunks =
        CoordinatorAgentsGrpc.newBlockingStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .getInput(InputQuery.newBuilder().setJobId(jobId).setHello(hello(0)).build());
    chunks.forEachRemaining(chunk -> out.writeBytes(chunk.getData().toByteArray()));
    return out.toByteArray();
  }

  void progress(long jobId, String phase, String message) {
    var _ =
        CoordinatorAgentsGrpc.newBlockingStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .putProgress(
                JobProgress.newBuilder()
                    .setHello(hello(0))
                    .setJobId(jobId)
                    .setPhase(phase)
                    .setMessage(message)
                    .build());
  }

  void log(long jobId, int seq, String kind, String text) {
    var _ =
        CoordinatorAgentsGrpc.newBlockingStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .putLog(
                JobLog.newBuilder()
                    .setHello(hello(0))
                    .setJobId(jobId)
                    .addLines(
                        LogLine.newBuilder()
                            .setSeq(seq)
                            .setAtMs(1_000 + seq)
                            .setKind(kind)
                            .setText(text))
                    .build());
  }

  /** Hands in a result; throws what the coordinator says. */
  void putResult(WorkCommit commit, Signature signature, byte[] ciphertext) throws Exception {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    StreamObserver<ResultChunk> out =
        CoordinatorAgentsGrpc.newStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .putResult(
                new StreamObserver<Accepted>() {
                  @Override
                  public void onNext(Accepted value) {}

                  @Override
                  public void onError(Throwable problem) {
                    done.completeExceptionally(problem);
                  }

                  @Override
                  public void onCompleted() {
                    done.complete(true);
                  }
                });
    out.onNext(
        ResultChunk.newBuilder()
            .setJobId(commit.jobId())
            .setTotalBytes(ciphertext.length)
            .setWorkCommit(
                SignedStruct.newBuilder()
                    .setWords(ByteString.copyFrom(commit.words()))
                    .setSignature(ByteString.copyFrom(signature.toArray())))
            .setData(ByteString.copyFrom(ciphertext))
            .build());
    out.onCompleted();
    done.get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
