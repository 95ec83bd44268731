package network.assay.oracle.node.committee;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.oracle.node.Metrics;
import network.assay.oracle.node.chain.Chain;
import network.assay.oracle.node.chain.ChainException;
import network.assay.oracle.node.evidence.Cases;
import network.assay.oracle.node.evidence.PeerOut;
import network.assay.oracle.node.loop.EventLoop;
import network.assay.oracle.node.loop.HaltException;
import network.assay.oracle.node.loop.Turn;
import network.assay.oracle.node.store.CommitteeStore;
import network.assay.oracle.report.CommitteeView;
import network.assay.oracle.report.Decision;
import network.assay.oracle.report.Effect;
import network.assay.oracle.report.PeerMessage;
import network.assay.oracle.report.QuorumReport;
import network.assay.oracle.report.Timings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link Seat} for each epoch in which this node is a member, and what their effects mean for
 * the rest of the node. On the event loop.
 */
public final class CommitteeDesk {
  private static final Logger LOG = LoggerFactory.getLogger(CommitteeDesk.class);

  /** Asks a member for a decision, off the loop. */
  @FunctionalInterface
  public interface DecisionSource {
    Optional<Decision> ask(long epoch, int index, long seq);
  }

  /** Told when the committee wants a job judged anew. */
  @FunctionalInterface
  public interface Again {
    void judgeAgain(Turn turn, long jobId, int attempt);
  }

  /** Told when a height was decided here whose report was on chain already. */
  @FunctionalInterface
  public interface LateDecision {
    void reported(Turn turn, long epoch, long seq);
  }

  private record Height(long epoch, long seq) {}

  /**
   * What a node that is far behind may be told before it has caught up; a restart reads it all
   * again.
   */
  private static final int REPORTED_EARLY_MAX = 100_000;

  /** What the node gives to every seat. */
  public record Parts(
      EventLoop loop,
      Chain chain,
      Cases cases,
      PeerOut peers,
      DecisionSource decisions,
      Executor background,
      Secp256k1.PrivateKey key,
      Timings timings,
      Metrics metrics) {}

  private final Parts parts;
  private final Map<Long, Seat> seats = new HashMap<>();
  private final Set<Height> reportedEarly = new HashSet<>();
  private @Nullable Again again;
  private @Nullable LateDecision lateDecision;
  private volatile @Nullable String alarm;
  private volatile long height;
  private volatile long round;
  private volatile long epoch;

  public CommitteeDesk(Parts parts) {
    this.parts = parts;
  }

  public void onDisagreement(Again listener) {
    this.again = listener;
  }

  /**
   * Something that cannot happen while at most f lie and the store is intact; null while there is
   * none.
   */
  public @Nullable String alarm() {
    return alarm;
  }

  /** Height being decided in the newest epoch; from any thread. */
  public long height() {
    return height;
  }

  public long round() {
    return round;
  }

  public long epoch() {
    return epoch;
  }

  /**
   * Takes this node's seat in an epoch, restored from the store; does nothing where it has none or
   * sits already.
   */
  public void sit(Turn turn, Committee committee) {
    int self = committee.indexOf(parts.key().address());
    if (self < 0 || seats.containsKey(committee.epoch())) {
      return;
    }
    Seat seat = new Seat(new CommitteeView(committee, self), parts, turn, this::outward);
    seats.put(committee.epoch(), seat);
    LOG.info("sitting in epoch {} as {} of {}", committee.epoch(), self, committee.n());
    seat.start(turn, parts.chain().head().timestampS());
    shown();
  }

  private Seat seat(Turn turn, Committee committee) {
    sit(turn, committee);
    Seat seat = seats.get(committee.epoch());
    if (seat == null) {
      throw new IllegalStateException("no seat in epoch " + committee.epoch());
    }
    return seat;
  }

  /** This node's own judgement. */
  public void observe(Turn turn, long epochOfJob, PackedVerdict verdict, Bytes32 leafHash) {
    seat(turn, parts.chain().committee(epochOfJob)).observe(turn, verdict, leafHash);
    shown();
  }

  /** A message over the authenticated connection of member {@code from}. */
  public void message(Turn turn, Committee committee, int from, PeerMessage message) {
    seat(turn, committee).message(turn, from, message);
    shown();
  }

  public void block(Turn turn, long blockTimeS) {
    seats.values().forEach(seat -> seat.block(turn, blockTimeS));
    shown();
  }

  /**
   * The chain shows the report of this height for good. Others may have decided and sent it before
   * this node has heard of the decision: then it is taken up again with the decision.
   */
  public void reported(Turn turn, long ofEpoch, long seq) {
    if (CommitteeStore.decision(turn.tx(), ofEpoch, seq).isEmpty()) {
      if (reportedEarly.size() < REPORTED_EARLY_MAX) {
        reportedEarly.add(new Height(ofEpoch, seq));
      }
      return;
    }
    CommitteeStore.markReported(turn.tx(), ofEpoch, seq);
    Seat seat = seats.get(ofEpoch);
    if (seat != null) {
      seat.reported(seq);
    }
  }

  /** Told again of reports that were on chain before their decision was here. */
  public void onLateDecision(LateDecision listener) {
    this.lateDecision = listener;
  }

  /** No verdict of this job is needed any more. */
  public void forget(long jobId) {
    seats.values().forEach(seat -> seat.forget(jobId));
  }

  private void shown() {
    seats.keySet().stream()
        .max(Long::compare)
        .ifPresent(newest -> {
          Seat seat = Objects.requireNonNull(seats.get(newest));
          epoch = newest;
          height = seat.height();
          round = seat.round();
        });
  }

  /** What an effect means outside its seat. */
  private void outward(Turn turn, Committee committee, Effect effect) {
    long ofEpoch = committee.epoch();
    switch (effect) {
      case Effect.Decide(Decision decision) -> decided(turn, decision);
      case Effect.RequestDecision(int from, long seq) ->
          turn.afterCommit(() -> ask(committee, from, seq));
      case Effect.ObserveAgain(long jobId, long attempt) -> {
        if (again != null) {
          again.judgeAgain(turn, jobId, Math.toIntExact(attempt));
        }
      }
      case Effect.Agreed agreed -> parts.metrics().count("jobs_agreed");
      case Effect.ReportReady ready -> parts.metrics().count("reports_ready");
      case Effect.Transmit(QuorumReport report) -> turn.afterCommit(() -> transmit(report));
      case Effect.Equivocated(Effect.Evidence evidence) -> equivocated(turn, committee, evidence);
      case Effect.Refused(int from, String reason) -> {
        parts.metrics().count("peer_refused");
        LOG.debug("epoch {}: refused of member {}: {}", ofEpoch, from, reason);
      }
      case Effect.Alarm(String what) -> {
        alarm = what;
        parts.metrics().count("alarm");
        LOG.error("ALARM in epoch {}: {}", ofEpoch, what);
      }
      case Effect.Persist p -> throw new IllegalArgumentException("the seat's own");
      case Effect.Broadcast b -> throw new IllegalArgumentException("the seat's own");
      case Effect.Send s -> throw new IllegalArgumentException("the seat's own");
      case Effect.SetTimer t -> throw new IllegalArgumentException("the seat's own");
    }
  }

  private void decided(Turn turn, Decision decision) {
    Outcome outcome = decision.outcome();
    CommitteeStore.putDecision(
        turn.tx(), outcome.epoch(), outcome.seq(), WireCodec.encode(decision).toByteArray());
    parts.cases().decided(turn, outcome);
    parts.metrics().count("heights_decided");
    LateDecision listener = lateDecision;
    if (reportedEarly.remove(new Height(outcome.epoch(), outcome.seq())) && listener != null) {
      // Not now: the machine is in the middle of this decision.
      parts.loop().after(0, later -> listener.reported(later, outcome.epoch(), outcome.seq()));
    }
  }

  private void equivocated(Turn turn, Committee committee, Effect.Evidence evidence) {
    Address signer = committee.keys().get(evidence.signer());
    CommitteeStore.putEquivocation(turn.tx(), signer, evidence, parts.chain().head().timestampS());
    parts.metrics().count("equivocation_seen");
    LOG.warn("oracle {} contradicted itself: {}", signer, evidence.kind());
  }

  private void ask(Committee committee, int from, long seq) {
    parts
        .background()
        .execute(() ->
            parts
                .decisions()
                .ask(committee.epoch(), from, seq)
                .ifPresent(decision ->
                    parts.loop().offer(turn -> message(turn, committee, from, decision))));
  }

  private void transmit(QuorumReport report) {
    parts
        .background()
        .execute(() -> {
          try {
            if (!parts.chain().reported(report.report().epoch(), report.seq())) {
              parts.chain().transmit(report);
              parts.metrics().count("reports_sent");
            }
          } catch (ChainException e) {
            // Its machine sets the next turn itself; until then this counts as a missed one.
            parts.metrics().count("reports_unsent");
            LOG.warn(
                "report {} of epoch {} not sent: {}",
                report.seq(),
                report.report().epoch(),
                e.getMessage());
          }
        });
  }

  /** A seat whose effects could not be carried out in full. */
  static HaltException halt(String what, RuntimeException cause) {
    return new HaltException(what + ": " + cause.getMessage(), cause);
  }

  /** The outcome of a stored decision. */
  public static Outcome outcome(byte[] stored) {
    try {
      return WireCodec.decode(network.assay.contracts.wire.Decision.parseFrom(stored)).outcome();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored decision cannot be read", e);
    }
  }
}
