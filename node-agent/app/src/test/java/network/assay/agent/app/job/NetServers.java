package network.assay.agent.app.job;

import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import network.assay.agent.app.link.Endpoint;
import network.assay.agent.execute.NodeHardware;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Signed;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.AgentHello;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Opening;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.service.NodeCertificate;
import network.assay.contracts.service.Tls;
import network.assay.contracts.wire.AcceptMessage;
import network.assay.contracts.wire.Accepted;
import network.assay.contracts.wire.AckCertificate;
import network.assay.contracts.wire.Assignment;
import network.assay.contracts.wire.BundleChunk;
import network.assay.contracts.wire.CoordinatorAgentsGrpc;
import network.assay.contracts.wire.DataChunk;
import network.assay.contracts.wire.InputQuery;
import network.assay.contracts.wire.JobProgress;
import network.assay.contracts.wire.OfferMessage;
import network.assay.contracts.wire.OfferReply;
import network.assay.contracts.wire.OpeningMessage;
import network.assay.contracts.wire.OracleIngressGrpc;
import network.assay.contracts.wire.ResultChunk;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.TelemetryBatchMessage;
import network.assay.contracts.wire.TelemetryNonceRequest;
import network.assay.contracts.wire.WatchRequest;

/**
 * A {@link FakeNet} behind real gRPC servers with TLS on loopback; checks what the wire promises,
 * such as a fresh hello.
 */
public final class NetServers implements AutoCloseable {
  private static final int CHUNK_BYTES_MAX = 256 * 1024;
  private static final long HELLO_MS_MAX = 60_000;

  private final List<Server> servers = new ArrayList<>();
  final Map<Address, Endpoint> oracles = new HashMap<>();
  final Endpoint coordinator;

  static List<NodeCertificate> certificates() {
    return IntStream.range(0, 5).mapToObj(i -> NodeCertificate.generate()).toList();
  }

  static List<Bytes32> oraclePins(List<NodeCertificate> certificates) {
    return certificates.subList(0, 4).stream().map(NodeCertificate::pin).toList();
  }

  NetServers(FakeNet net, List<NodeCertificate> certificates) throws IOException {
    for (int i = 0; i < 4; i++) {
      Address oracle = net.committee.keys().get(i);
      oracles.put(oracle, start(certificates.get(i), new OracleServer(net, oracle)));
    }
    coordinator = start(certificates.get(4), new CoordinatorServer(net));
  }

  private Endpoint start(NodeCertificate certificate, BindableService service) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sslContext(Tls.serverForAll(certificate, pin -> false))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .addService(service)
            .build()
            .start();
    servers.add(server);
    return new Endpoint("127.0.0.1", server.getPort());
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
  }

  private interface Call<T> {
    T run() throws PortException;
  }

  private static <T> void answer(StreamObserver<T> out, Call<T> call) {
    try {
      out.onNext(call.run());
      out.onCompleted();
    } catch (PortException | RuntimeException e) {
      out.onError(Status.FAILED_PRECONDITION.withDescription(e.getMessage()).asRuntimeException());
    }
  }

  private static SignedStruct struct(Signed<?> signed) {
    return SignedStruct.newBuilder()
        .setWords(ByteString.copyFrom(signed.message().words()))
        .setSignature(ByteString.copyFrom(signed.signature().toArray()))
        .build();
  }

  private static Signature signature(SignedStruct struct) {
    return Signature.of(struct.getSignature().toByteArray());
  }

  private static <T extends TypedStruct> Signed<T> signed(T message, SignedStruct struct) {
    return new Signed<>(message, signature(struct));
  }

  /** Gathers a stream of chunks. */
  private abstract static class Gather<C, A> implements StreamObserver<C> {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final StreamObserver<A> out;

    Gather(StreamObserver<A> out) {
      this.out = out;
    }

    void add(ByteString data) {
      if (data.size() > CHUNK_BYTES_MAX) {
        throw new IllegalArgumentException("chunk of " + data.size());
      }
      bytes.writeBytes(data.toByteArray());
    }

    @Override
    public void onError(Throwable t) {
      // The caller went away.
    }
  }

  private static final class OracleServer extends OracleIngressGrpc.OracleIngressImplBase {
    private final FakeNet net;
    private final Address self;

    OracleServer(FakeNet net, Address self) {
      this.net = net;
      this.self = self;
    }

    @Override
    public void getTelemetryNonce(TelemetryNonceRequest request, StreamObserver<SignedStruct> out) {
      answer(out, () -> struct(net.nonce(net.committee, self, request.getJobId())));
    }

    @Override
    public void putTelemetry(TelemetryBatchMessage request, StreamObserver<Accepted> out) {
      answer(
          out,
          () -> {
            TelemetryBatch batch =
                TelemetryBatch.fromWords(request.getBatch().getWords().toByteArray());
            net.telemetry(
                net.committee,
                self,
                new EvidenceBundle.SignedBatch(
                    batch, signature(request.getBatch()), request.getSamples().toByteArray()));
            return Accepted.getDefaultInstance();
          });
    }

    @Override
    public StreamObserver<BundleChunk> putBundle(StreamObserver<SignedStruct> out) {
      return new Gather<>(out) {
        private long jobId;
        private int total = -1;

        @Override
        public void onNext(BundleChunk chunk) {
          if (total < 0) {
            jobId = chunk.getJobId();
            total = chunk.getTotalBytes();
          }
          add(chunk.getData());
        }

        @Override
        public void onCompleted() {
          answer(
              out,
              () -> {
                if (bytes.size() != total) {
                  throw new PortException("got " + bytes.size() + " bytes, want " + total);
                }
                return struct(net.bundle(net.committee, self, jobId, bytes.toByteArray()));
              });
        }
      };
    }

    @Override
    public void putCertificate(AckCertificate request, StreamObserver<SignedStruct> out) {
      answer(
          out,
          () -> {
            List<Signed<Ack>> acks =
                request.getAcksList().stream()
                    .map(a -> signed(Ack.fromWords(a.getWords().toByteArray()), a))
                    .toList();
            Bytes32 hash = Bytes32.of(request.getBundleHash().toByteArray());
            return struct(net.certificate(net.committee, self, request.getJobId(), hash, acks));
          });
    }

    @Override
    public void putOpening(OpeningMessage request, StreamObserver<Accepted> out) {
      answer(
          out,
          () -> {
            Opening opening = Opening.fromWords(request.getOpening().getWords().toByteArray());
            net.opening(
                net.committee,
                self,
                signed(opening, request.getOpening()),
                request.getContent().toByteArray());
            return Accepted.getDefaultInstance();
          });
    }
  }

  private static final class CoordinatorServer
      extends CoordinatorAgentsGrpc.CoordinatorAgentsImplBase {
    private final FakeNet net;

    CoordinatorServer(FakeNet net) {
      this.net = net;
    }

    private void hello(SignedStruct struct) throws PortException {
      AgentHello hello = AgentHello.fromWords(struct.getWords().toByteArray());
      long age = Math.abs(System.currentTimeMillis() - hello.timestampMs());
      if (!signed(hello, struct).signedBy(net.deviceKey.address(), net.market)
          || age > HELLO_MS_MAX) {
        throw new PortException("no fresh hello of the device");
      }
    }

    @Override
    public void putOffer(OfferMessage request, StreamObserver<OfferReply> out) {
      answer(
          out,
          () -> {
            Offer offer = Offer.fromWords(request.getOffer().getWords().toByteArray());
            Signed<Offer> signed = signed(offer, request.getOffer());
            if (!signed.signedBy(net.deviceKey.address(), net.market)) {
              throw new PortException("not the device's offer");
            }
            net.publish(
                signed,
                request.getModelsList().stream().map(Bytes32::fromHex).toList(),
                NodeHardware.UNKNOWN);
            net.toldHardware = request.getHardware();
            return OfferReply.newBuilder()
                .setOfferHash(ByteString.copyFrom(offer.digest(net.market).toArray()))
                .build();
          });
    }

    @Override
    public void watchAssignments(WatchRequest request, StreamObserver<Assignment> out) {
      try {
        hello(request.getHello());
        // Garbage first: it must not hide what comes after it.
        out.onNext(Assignment.newBuilder().setJobId(1).build());
        net.watch(
            assignment -> out.onNext(message(assignment, false)),
            assignment -> out.onNext(message(assignment, true)));
      } catch (PortException | RuntimeException e) {
        out.onError(Status.UNAUTHENTICATED.withDescription(e.getMessage()).asRuntimeException());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static Assignment message(
        network.assay.agent.execute.Assignment assignment, boolean asked) {
      return Assignment.newBuilder()
          .setJobId(assignment.jobId())
          .setOrder(
              SignedStruct.newBuilder().setWords(ByteString.copyFrom(assignment.order().words())))
          .setOffer(struct(assignment.offer()))
          .setSpec(ByteString.copyFrom(assignment.spec()))
          .setAsked(asked)
          .build();
    }

    @Override
    public void putAccept(AcceptMessage request, StreamObserver<Accepted> out) {
      answer(
          out,
          () -> {
            Accept accept = Accept.fromWords(request.getAccept().getWords().toByteArray());
            net.accept(signed(accept, request.getAccept()));
            return Accepted.getDefaultInstance();
          });
    }

    @Override
    public void getInput(InputQuery request, StreamObserver<DataChunk> out) {
      try {
        hello(request.getHello());
        byte[] input = net.input(request.getJobId(), Integer.MAX_VALUE);
        for (int at = 0; at < input.length; at += 7) {
          out.onNext(
              DataChunk.newBuilder()
                  .setData(ByteString.copyFrom(input, at, Math.min(7, input.length - at)))
                  .build());
        }
        out.onCompleted();
      } catch (PortException e) {
        out.onError(Status.UNAUTHENTICATED.withDescription(e.getMessage()).asRuntimeException());
      }
    }

    @Override
    public StreamObserver<ResultChunk> putResult(StreamObserver<Accepted> out) {
      return new Gather<>(out) {
        private ResultChunk first = ResultChunk.getDefaultInstance();

        @Override
        public void onNext(ResultChunk chunk) {
          first = bytes.size() == 0 ? chunk : first;
          add(chunk.getData());
        }

        @Override
        public void onCompleted() {
          answer(
              out,
              () -> {
                WorkCommit commit =
                    WorkCommit.fromWords(first.getWorkCommit().getWords().toByteArray());
                net.deliver(
                    first.getJobId(), signed(commit, first.getWorkCommit()), bytes.toByteArray());
                return Accepted.getDefaultInstance();
              });
        }
      };
    }

    @Override
    public void putProgress(JobProgress request, StreamObserver<Accepted> out) {
      answer(
          out,
          () -> {
            hello(request.getHello());
            net.progress(request.getJobId(), request.getPhase(), request.getMessage());
            return Accepted.getDefaultInstance();
          });
    }
  }
}
