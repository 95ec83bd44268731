package network.assay.coordinator.app.agents;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Acceptance;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.wire.AcceptMessage;
import network.assay.contracts.wire.Accepted;
import network.assay.contracts.wire.Assignment;
import network.assay.contracts.wire.CoordinatorAgentsGrpc;
import network.assay.contracts.wire.DataChunk;
import network.assay.contracts.wire.InputQuery;
import network.assay.contracts.wire.JobLog;
import network.assay.contracts.wire.JobProgress;
import network.assay.contracts.wire.LogLine;
import network.assay.contracts.wire.OfferMessage;
import network.assay.contracts.wire.OfferReply;
import network.assay.contracts.wire.ResultChunk;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.WatchRequest;
import network.assay.coordinator.app.flow.Chain.ChainUnavailable;
import network.assay.coordinator.app.flow.EarlyAccepts;
import network.assay.coordinator.app.flow.OfferDesk;
import network.assay.coordinator.app.store.Acceptances;
import network.assay.coordinator.app.store.Bell;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.JobLogs;
import network.assay.coordinator.app.store.JobLogs.Line;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.NodeSays;
import network.assay.coordinator.app.store.Notes;
import network.assay.coordinator.app.store.Notes.Note;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agents' interface; see coordinator.proto. What is refused says its name in the status. */
public final class AgentService extends CoordinatorAgentsGrpc.CoordinatorAgentsImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(AgentService.class);
  private static final int CHUNK_BYTES = 256 * 1024;
  private static final int MESSAGE_CHARS_MAX = 512;
  private static final int LINES_AT_ONCE_MAX = 500;
  private static final Set<String> LOG_KINDS = Set.of("stdout", "stderr", "metric");
  private static final Set<String> PHASES =
      Set.of("FETCHING", "ACCEPTED", "EXECUTING", "EVIDENCE", "OPENING", "DONE", "FAILED");

  private final Database database;
  private final OfferDesk desk;
  private final AssignmentHub hub;
  private final AgentDoor door;
  private final Bell bell;
  private final LongSupplier clockMs;
  private final EarlyAccepts accepts;

  public AgentService(
      Database database,
      OfferDesk desk,
      AssignmentHub hub,
      EarlyAccepts accepts,
      Bell bell,
      network.assay.contracts.protocol.Eip712Domain marketDomain,
      LongSupplier clockMs) {
    this.database = database;
    this.desk = desk;
    this.hub = hub;
    this.bell = bell;
    this.accepts = accepts;
    this.door = new AgentDoor(database, marketDomain, clockMs);
    this.clockMs = clockMs;
  }

  static StatusRuntimeException refusal(RuntimeException e) {
    return switch (e) {
      case StatusRuntimeException status -> status;
      case ProtocolException p ->
          Status.FAILED_PRECONDITION.withDescription(p.getMessage()).asRuntimeException();
      case ChainUnavailable c ->
          Status.UNAVAILABLE.withDescription(c.getMessage()).asRuntimeException();
      default -> {
        LOG.error("an agent's call failed", e);
        yield Status.INTERNAL.withDescription("the coordinator failed").asRuntimeException();
      }
    };
  }

  private static <T> void answer(StreamObserver<T> reply, Supplier<T> work) {
    T value;
    try {
      value = work.get();
    } catch (RuntimeException e) {
      reply.onError(refusal(e));
      return;
    }
    reply.onNext(value);
    reply.onCompleted();
  }

  private Address greet(SignedStruct hello) {
    return door.greet(hello.getWords().toByteArray(), hello.getSignature().toByteArray());
  }

  @Override
  public void putOffer(OfferMessage message, StreamObserver<OfferReply> reply) {
    answer(
        reply,
        () -> {
          if (message.getModelsCount() > OfferDesk.MODELS_MAX) {
            throw new ProtocolException(
                "TOO_MANY", OfferDesk.MODELS_MAX + " models", message.getModelsCount());
          }
          Set<Bytes32> models = new HashSet<>();
          message.getModelsList().forEach(model -> models.add(Bytes32.fromHex(model)));
          Bytes32 hash =
              desk.put(
                  Offer.fromWords(message.getOffer().getWords().toByteArray()),
                  Signature.of(message.getOffer().getSignature().toByteArray()),
                  message.getDeviceName(),
                  models,
                  message.hasHardware()
                      ? HardwareClaims.of(message.getHardware())
                      : NodeSays.NOTHING,
                  clockMs.getAsLong());
          return OfferReply.newBuilder().setOfferHash(ByteString.copyFrom(hash.toArray())).build();
        });
  }

  @Override
  public void putAccept(AcceptMessage message, StreamObserver<Accepted> reply) {
    answer(
        reply,
        () -> {
          accepts.take(
              Accept.fromWords(message.getAccept().getWords().toByteArray()),
              Signature.of(message.getAccept().getSignature().toByteArray()));
          return Accepted.getDefaultInstance();
        });
  }

  @Override
  public void watchAssignments(WatchRequest request, StreamObserver<Assignment> reply) {
    try {
      Address device = greet(request.getHello());
      ServerCallStreamObserver<Assignment> stream = (ServerCallStreamObserver<Assignment>) reply;
      stream.setOnCancelHandler(() -> {}); // without one, a late onNext would throw
      hub.watch(device, stream);
    } catch (RuntimeException e) {
      reply.onError(refusal(e));
    }
  }

  @Override
  public void getInput(InputQuery query, StreamObserver<DataChunk> reply) {
    byte[] input;
    try {
      Attempt attempt = door.own(query.getJobId(), greet(query.getHello()));
      input =
          database
              .transaction(tx -> Jobs.input(tx, attempt.orderHash()))
              .orElseThrow(() ->
                  new ProtocolException(
                      "INPUT_LOST", "an input that we have", "a database that lost it"));
    } catch (RuntimeException e) {
      reply.onError(refusal(e));
      return;
    }
    for (int at = 0; at == 0 || at < input.length; at += CHUNK_BYTES) {
      DataChunk.Builder chunk = DataChunk.newBuilder();
      if (at == 0) {
        chunk.setTotalBytes(input.length);
      }
      int length = Math.min(CHUNK_BYTES, input.length - at);
      reply.onNext(chunk.setData(ByteString.copyFrom(input, at, length)).build());
    }
    reply.onCompleted();
  }

  @Override
  public void getAcceptance(InputQuery query, StreamObserver<SignedStruct> reply) {
    answer(
        reply,
        () -> {
          Attempt attempt = door.own(query.getJobId(), greet(query.getHello()));
          Acceptance.Signed signed =
              database
                  .transaction(tx -> Acceptances.find(tx, attempt.jobId()))
                  .orElseThrow(() ->
                      Status.NOT_FOUND
                          .withDescription("the consumer has not accepted the result yet")
                          .asRuntimeException());
          return SignedStruct.newBuilder()
              .setWords(ByteString.copyFrom(signed.message().words()))
              .setSignature(ByteString.copyFrom(signed.signature().toArray()))
              .build();
        });
  }

  @Override
  public StreamObserver<ResultChunk> putResult(StreamObserver<Accepted> reply) {
    return new ResultReceiver(door, reply);
  }

  @Override
  public void putProgress(JobProgress progress, StreamObserver<Accepted> reply) {
    answer(
        reply,
        () -> {
          Attempt attempt = door.own(progress.getJobId(), greet(progress.getHello()));
          if (!PHASES.contains(progress.getPhase())
              || progress.getMessage().length() > MESSAGE_CHARS_MAX) {
            throw new ProtocolException(
                "MALFORMED_PROGRESS",
                "a phase of " + PHASES + " and at most " + MESSAGE_CHARS_MAX + " characters",
                progress.getMessage().length() + " characters");
          }
          Note note =
              new Note(
                  clockMs.getAsLong(),
                  "agent",
                  progress.getPhase(),
                  printable(progress.getMessage()));
          database.transaction(tx -> {
            Notes.add(tx, attempt.jobId(), note);
            return true;
          });
          bell.ring("job", Set.of(JobIds.text(attempt.jobId())));
          return Accepted.getDefaultInstance();
        });
  }

  @Override
  public void putLog(JobLog log, StreamObserver<Accepted> reply) {
    answer(
        reply,
        () -> {
          Attempt attempt = door.own(log.getJobId(), greet(log.getHello()));
          if (log.getLinesCount() > LINES_AT_ONCE_MAX) {
            throw new ProtocolException(
                "TOO_MANY", LINES_AT_ONCE_MAX + " lines at once", log.getLinesCount());
          }
          List<Line> lines = log.getLinesList().stream().map(AgentService::line).toList();
          database.transaction(tx -> {
            JobLogs.add(tx, attempt.jobId(), lines);
            return true;
          });
          bell.ring("job", Set.of(JobIds.text(attempt.jobId())));
          return Accepted.getDefaultInstance();
        });
  }

  private static Line line(LogLine line) {
    boolean known = LOG_KINDS.contains(line.getKind());
    if (!known
        || line.getSeq() < 0
        || line.getSeq() >= JobLogs.LINES_MAX
        || line.getText().length() > JobLogs.LINE_CHARS_MAX) {
      throw new ProtocolException(
          "MALFORMED_LOG",
          "a kind of %s, a number below %d and at most %d characters"
              .formatted(LOG_KINDS, JobLogs.LINES_MAX, JobLogs.LINE_CHARS_MAX),
          "line " + line.getSeq() + " with " + line.getText().length() + " characters");
    }
    return new Line(line.getSeq(), line.getAtMs(), line.getKind(), printable(line.getText()));
  }

  /** PostgreSQL takes no NUL, and no terminal should take what an agent sends as commands. */
  private static String printable(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
