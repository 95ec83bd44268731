package network.assay.oracle.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;

/**
 * One oracle's part in one epoch: observations, log and report signing joined. The node drives this
 * class and no other; see the package's description for how.
 *
 * <p>Not thread-safe: one thread gives it inputs, one after the other, and carries out the effects
 * of each before the next.
 */
public final class CommitteeMember {
  private final CommitteeView view;
  private final Observations observations;
  private final CommitteeLog log;
  private final ReportSigning reports;

  /** The EIP-712 domains of the two contracts whose messages are signed here. */
  public record Domains(Eip712Domain oracleCommittee, Eip712Domain settlement) {}

  /** What the machine may call, synchronously. */
  public record Ports(Signer signer, SignatureChecker checker, SignOnce signOnce) {}

  /**
   * @param persisted everything that was persisted for this epoch, in the order of writing; votes,
   *     locks and observations of what was decided later may be missing
   */
  public CommitteeMember(
      CommitteeView view, Domains domains, Ports ports, Timings timings, List<Durable> persisted) {
    this.view = view;
    Signatures committee =
        new Signatures(view, domains.oracleCommittee(), ports.signer(), ports.checker());
    Signatures settlement =
        new Signatures(view, domains.settlement(), ports.signer(), ports.checker());
    DecidedHeights decided = new DecidedHeights();
    this.observations = new Observations(view, committee, timings, decided::closed);
    this.log = new CommitteeLog(view, committee, timings, decided, observations::supported);
    this.reports = new ReportSigning(view, settlement, ports.signer(), ports.signOnce(), timings);
    restore(persisted);
  }

  private void restore(List<Durable> persisted) {
    for (Durable record : persisted) {
      if (record instanceof Durable.Decided(Decision decision)) {
        log.restoreDecision(decision);
      }
    }
    for (Durable record : persisted) {
      switch (record) {
        case Durable.Observed observed -> observations.restore(observed);
        case Durable.Voted voted -> log.restoreVote(voted);
        case Durable.Locked locked -> log.restoreVote(locked);
        case Durable.Decided decided -> {}
      }
    }
  }

  /**
   * The first call. What the chain already shows should have been told by {@link #onReported}
   * before; effects say again what a crash may have cut off.
   *
   * @param blockTimeS time of the newest block, Unix seconds
   */
  public List<Effect> start(long blockTimeS) {
    List<Effect> out = new ArrayList<>();
    reports.onBlock(blockTimeS);
    for (Outcome outcome : List.copyOf(log.decidedHeights().unreported().values())) {
      out.addAll(reports.onRestored(outcome));
    }
    take(out, observations.resume());
    take(out, log.resume());
    take(out, log.onBlock(blockTimeS));
    return List.copyOf(out);
  }

  /** A new head. Times that run backwards, after a reorganisation, are ignored. */
  public List<Effect> onBlock(long blockTimeS) {
    List<Effect> out = new ArrayList<>();
    reports.onBlock(blockTimeS);
    take(out, log.onBlock(blockTimeS));
    return List.copyOf(out);
  }

  /**
   * This node's verdict on a job in the attempt that {@link #attempt} or {@link
   * Effect.ObserveAgain} names.
   *
   * @param salt 32 fresh random bytes
   */
  public List<Effect> observe(
      long jobId, long attempt, PackedVerdict verdict, Bytes32 leafHash, Bytes32 salt) {
    List<Effect> out = new ArrayList<>();
    take(out, observations.observe(jobId, attempt, verdict, leafHash, salt));
    return List.copyOf(out);
  }

  /**
   * A message that the member {@code from} delivered over its own authenticated connection. Votes,
   * proposals and shares have to be signed by {@code from}; commitments, reveals and decisions may
   * be passed on.
   */
  public List<Effect> onMessage(int from, PeerMessage message) {
    if (from < 0 || from >= view.n() || from == view.self()) {
      throw new IllegalArgumentException("sender: want another member's index, got " + from);
    }
    List<Effect> out = new ArrayList<>();
    switch (message) {
      case PeerMessage.Commitment m -> {
        take(out, observations.onCommitment(from, m));
        take(out, log.onLateJob(from, m.commit().body().jobId()));
      }
      case PeerMessage.Reveal m -> take(out, observations.onReveal(from, m));
      case PeerMessage.ReportShare m -> {
        take(out, reports.onShare(from, m));
        take(out, log.onShareSeen(from, m.seq()));
      }
      default -> take(out, log.onMessage(from, message));
    }
    return List.copyOf(out);
  }

  /** A timer set by an effect has come due. Late and repeated ones do no harm. */
  public List<Effect> onTimer(TimerId timer) {
    List<Effect> out = new ArrayList<>();
    switch (timer) {
      case TimerId.Round round -> take(out, log.onRoundTimer(round));
      case TimerId.Resend(long jobId) -> take(out, observations.onResendTimer(jobId));
      case TimerId.Attempt(long jobId, long attempt) ->
          take(out, observations.onAttemptTimer(jobId, attempt));
      case TimerId.CatchUp catchUp -> take(out, log.onCatchUpTimer());
      case TimerId.Share(long seq) -> take(out, reports.onShareTimer(seq));
      case TimerId.Transmit(long seq) -> take(out, reports.onTransmitTimer(seq));
    }
    return List.copyOf(out);
  }

  /**
   * The chain shows the report of this height, deep enough that no reorganisation takes it back.
   */
  public void onReported(long seq) {
    log.onReported(seq);
    reports.onReported(seq);
  }

  /** The chain needs no verdict of this job any more: it was refunded, cancelled or expired. */
  public void forget(long jobId) {
    observations.forget(jobId);
  }

  /** Passes effects on; what one part decides, the others hear of. */
  private void take(List<Effect> out, List<Effect> effects) {
    for (Effect effect : effects) {
      out.add(effect);
      if (effect instanceof Effect.Decide(Decision decision)) {
        for (Outcome.Entry entry : decision.outcome().entries()) {
          observations.decided(entry.verdict().jobId(), entry.verdict().code());
        }
        out.addAll(reports.onDecided(decision));
      }
    }
    if (observations.takeNewlySupported()) {
      take(out, log.onReady());
    }
  }

  /** The attempt in which a job is to be observed next, from 1. */
  public long attempt(long jobId) {
    return observations.attempt(jobId);
  }

  /** Whether a job has its last verdict. */
  public boolean closed(long jobId) {
    return log.decidedHeights().closed(jobId);
  }

  /** The height that is being decided: one above the last decided. */
  public long height() {
    return log.height();
  }

  public long round() {
    return log.round();
  }

  /** A recent decision, to answer a peer's query; older ones are in the node's own store. */
  public Optional<Decision> decision(long seq) {
    return log.decidedHeights().decision(seq);
  }

  /** A report that has its quorum and is not known to be on chain. */
  public Optional<QuorumReport> report(long seq) {
    return reports.complete(seq);
  }
}
