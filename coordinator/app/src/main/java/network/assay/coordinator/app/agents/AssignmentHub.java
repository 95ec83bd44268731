package network.assay.coordinator.app.agents;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.wire.Assignment;
import network.assay.contracts.wire.SignedStruct;
import network.assay.coordinator.app.flow.Agents;
import network.assay.coordinator.app.store.ChainEvents;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Lost;
import network.assay.coordinator.app.store.Offers;

/**
 * Streams to each connected agent what it has to do. A stream begins with all that is open, so an
 * agent that was away misses nothing; within a stream each job is sent once.
 */
public final class AssignmentHub implements Agents {
  /** One stream a device; beyond this an agent is told to come back later. */
  private static final int STREAMS_MAX = 10_000;

  private final Database database;
  private final Map<Address, Watch> watches = new ConcurrentHashMap<>();

  public AssignmentHub(Database database) {
    this.database = database;
  }

  private static final class Watch {
    final ServerCallStreamObserver<Assignment> stream;
    final Set<Long> sent = new HashSet<>();

    Watch(ServerCallStreamObserver<Assignment> stream) {
      this.stream = stream;
    }
  }

  /** Effects: the device's earlier stream ends, this one takes its place. */
  void watch(Address device, ServerCallStreamObserver<Assignment> stream) {
    if (watches.size() >= STREAMS_MAX && !watches.containsKey(device)) {
      stream.onError(
          Status.RESOURCE_EXHAUSTED.withDescription("too many agents").asRuntimeException());
      return;
    }
    Watch watch = new Watch(stream);
    Watch earlier = watches.put(device, watch);
    if (earlier != null) {
      synchronized (earlier) {
        if (!earlier.stream.isCancelled()) {
          earlier.stream.onError(
              Status.ABORTED.withDescription("the device connected again").asRuntimeException());
        }
      }
    }
    deliver(device, watch);
  }

  /** Tells the devices' agents what is new for them. */
  public void changed(Set<Address> devices) {
    devices.forEach(device -> {
      Watch watch = watches.get(device);
      if (watch != null) {
        deliver(device, watch);
      }
    });
  }

  /** Also what a lost wake-up left behind; called now and then. */
  public void sweep() {
    watches.forEach(this::deliver);
  }

  private void deliver(Address device, Watch watch) {
    List<Assignment> open =
        database.transaction(tx -> {
          List<Assignment> out = new java.util.ArrayList<>();
          for (Attempt attempt : Jobs.assigned(tx, device)) {
            assignment(tx, attempt).ifPresent(out::add);
          }
          return out;
        });
    synchronized (watch) {
      if (watch.stream.isCancelled()) {
        watches.remove(device, watch);
        return;
      }
      for (Assignment assignment : open) {
        if (watch.sent.add(assignment.getJobId())) {
          watch.stream.onNext(assignment);
        }
      }
    }
  }

  private static Optional<Assignment> assignment(java.sql.Connection tx, Attempt attempt)
      throws java.sql.SQLException {
    Bytes32 offerHash = attempt.offerHash();
    Optional<Jobs.Job> job = Jobs.find(tx, attempt.orderHash());
    Optional<Offers.Signed> offer =
        offerHash == null ? Optional.empty() : Offers.joined(tx, offerHash);
    if (job.isEmpty() || offer.isEmpty() || Lost.wantsSpec(job.get())) {
      return Optional.empty();
    }
    long block =
        ChainEvents.of(tx, attempt.jobId()).stream()
            .filter(dated ->
                dated.event().name().equals("JobAssigned")
                    || dated.event().name().equals("JobOpened"))
            .mapToLong(dated -> dated.event().block())
            .max()
            .orElse(0);
    return Optional.of(
        Assignment.newBuilder()
            .setJobId(attempt.jobId())
            .setOrder(
                SignedStruct.newBuilder().setWords(ByteString.copyFrom(job.get().order().words())))
            .setOffer(
                SignedStruct.newBuilder()
                    .setWords(ByteString.copyFrom(offer.get().offer().words()))
                    .setSignature(ByteString.copyFrom(offer.get().signature().toArray())))
            .setSpec(ByteString.copyFrom(job.get().spec()))
            .setTxBlock(block)
            .build());
  }

  @Override
  public boolean isConnected(Address device) {
    Watch watch = watches.get(device);
    return watch != null && !watch.stream.isCancelled();
  }

  /** Sent beside the assignments: the same job is assigned once it is on chain. */
  @Override
  public void ask(long jobId) {
    Optional<Attempt> attempt = database.transaction(tx -> Jobs.attempt(tx, jobId));
    Address device = attempt.map(Attempt::device).orElse(null);
    Watch watch = device == null ? null : watches.get(device);
    if (watch == null) {
      return;
    }
    Optional<Assignment> asked = database.transaction(tx -> assignment(tx, attempt.orElseThrow()));
    synchronized (watch) {
      if (!watch.stream.isCancelled()) {
        asked.ifPresent(each -> watch.stream.onNext(each.toBuilder().setAsked(true).build()));
      }
    }
  }

  /** Agents connected now. */
  public int connected() {
    return watches.size();
  }

  /** Ends all streams; agents come back to whoever serves them next. */
  public void close() {
    watches.forEach((device, watch) -> {
      synchronized (watch) {
        if (!watch.stream.isCancelled()) {
          watch.stream.onError(
              Status.UNAVAILABLE.withDescription("the coordinator stops").asRuntimeException());
        }
      }
    });
    watches.clear();
  }
}
