package network.assay.oracle.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import network.assay.contracts.protocol.Observation;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;

/**
 * One epoch's log: heights one after the other, each decided by an {@link OutcomeAgreement}; what
 * to propose, what to accept, and how to catch up with decisions that others made.
 */
public final class CommitteeLog implements OutcomeAgreement.Values {
  /** Heights ahead of ours whose messages are kept; who is further behind asks for decisions. */
  private static final long AHEAD_MAX = 2;

  /** Messages kept of each peer for those heights: two rounds of four votes each, and room. */
  private static final int EARLY_MAX = 16;

  /**
   * Decisions that one peer is sent between two blocks: an answer weighs a hundred times the
   * question.
   */
  private static final int ANSWERS_MAX = 32;

  /**
   * Decided heights that the chain has not shown; with more, nothing new is proposed until the
   * chain takes reports again.
   */
  static final int UNREPORTED_MAX = 256;

  /** The proposer waits longer than validators demand, so that their clocks do not matter. */
  static final long REDECIDE_MARGIN_S = 2 * OutcomeRules.OBSERVED_SKEW_MAX_S;

  private record Early(int from, PeerMessage message) {}

  private final CommitteeView view;
  private final Signatures signatures;
  private final Timings timings;
  private final DecidedHeights decided;
  private final OutcomeRules rules;
  private final Supplier<List<JobObservations.Supported>> supported;
  private final List<Deque<Early>> early = new ArrayList<>();
  private final long[] seenHeight;
  private final int[] answersLeft;
  private OutcomeAgreement agreement;
  private boolean catchingUp;
  private int askNext;
  private long chainTimeS;
  private List<Effect> out = new ArrayList<>();

  /**
   * @param supported the jobs on which 2f+1 agree, oldest first; may contain decided ones
   */
  CommitteeLog(
      CommitteeView view,
      Signatures signatures,
      Timings timings,
      DecidedHeights decided,
      Supplier<List<JobObservations.Supported>> supported) {
    this.view = view;
    this.signatures = signatures;
    this.timings = timings;
    this.decided = decided;
    this.supported = supported;
    this.rules = new OutcomeRules(view, signatures, decided);
    this.seenHeight = new long[view.n()];
    this.answersLeft = new int[view.n()];
    for (int i = 0; i < view.n(); i++) {
      early.add(new ArrayDeque<>());
    }
    this.agreement = next();
  }

  private OutcomeAgreement next() {
    return new OutcomeAgreement(view, decided.height(), signatures, this, timings);
  }

  DecidedHeights decidedHeights() {
    return decided;
  }

  /** The height being decided. */
  public long height() {
    return decided.height();
  }

  public long round() {
    return agreement.round();
  }

  public Optional<PreparedCertificate> lock() {
    return agreement.lock();
  }

  /** Takes back a decision made before a crash. Decisions come first, in sequence. */
  void restoreDecision(Decision decision) {
    decided.add(decision);
    agreement = next();
  }

  /** Takes back a vote or lock; those of decided heights are ignored. */
  void restoreVote(Durable record) {
    agreement.restore(record);
  }

  /**
   * After a start: takes up the open height, and asks f+1 peers whether they have decided it
   * meanwhile.
   */
  List<Effect> resume() {
    absorb(agreement.resume());
    for (int i = 1; i <= view.weakQuorum(); i++) {
      out.add(new Effect.RequestDecision((view.self() + i) % view.n(), height()));
    }
    return drain();
  }

  /** A new block, by its time. */
  List<Effect> onBlock(long blockTimeS) {
    chainTimeS = Math.max(chainTimeS, blockTimeS);
    Arrays.fill(answersLeft, ANSWERS_MAX);
    return onReady();
  }

  /** Something may have become ready to be decided. */
  List<Effect> onReady() {
    wake();
    return drain();
  }

  private void wake() {
    if (anythingToDecide()) {
      absorb(agreement.onReady());
    }
  }

  List<Effect> onRoundTimer(TimerId.Round timer) {
    if (timer.seq() == height()) {
      absorb(agreement.onTimer(timer.round()));
    }
    return drain();
  }

  /** An agreement message or a decision. */
  List<Effect> onMessage(int from, PeerMessage message) {
    receive(from, message);
    return drain();
  }

  private void receive(int from, PeerMessage message) {
    long seq = seq(message);
    int order = Long.compareUnsigned(seq, height());
    if (order == 0) {
      absorb(deliver(from, message));
      if (message instanceof Decision && seq < height() && from != view.self()) {
        out.add(new Effect.RequestDecision(from, height())); // what it had, it may have more of
      }
    } else if (order < 0) {
      if (message instanceof PeerMessage.ChangeRound) {
        answer(from, seq);
      }
    } else if (seq > 0) {
      keepEarly(from, seq, message);
    }
  }

  private List<Effect> deliver(int from, PeerMessage message) {
    return switch (message) {
      case PeerMessage.Propose propose -> agreement.onPropose(from, propose);
      case PeerMessage.PrepareVote prepare -> agreement.onPrepare(from, prepare);
      case PeerMessage.CommitVote commit -> agreement.onCommit(from, commit);
      case PeerMessage.ChangeRound change -> agreement.onChangeRound(from, change);
      case Decision decision -> agreement.onDecision(from, decision);
      case PeerMessage.Commitment m -> List.of();
      case PeerMessage.Reveal m -> List.of();
      case PeerMessage.ReportShare m -> List.of();
    };
  }

  private static long seq(PeerMessage message) {
    return switch (message) {
      case PeerMessage.Propose m -> m.proposal().body().seq();
      case PeerMessage.PrepareVote m -> m.prepare().body().seq();
      case PeerMessage.CommitVote m -> m.commit().body().seq();
      case PeerMessage.ChangeRound m -> m.roundChange().body().seq();
      case Decision m -> m.seq();
      case PeerMessage.ReportShare m -> m.seq();
      case PeerMessage.Commitment m -> 0;
      case PeerMessage.Reveal m -> 0;
    };
  }

  private void keepEarly(int from, long seq, PeerMessage message) {
    sawHeight(from, message instanceof Decision ? seq + 1 : seq);
    if (seq - height() <= AHEAD_MAX) {
      Deque<Early> queue = early.get(from);
      if (message instanceof PeerMessage.Propose) { // large: one a height is enough
        queue.removeIf(e -> e.message() instanceof PeerMessage.Propose && seq(e.message()) == seq);
      }
      queue.addLast(new Early(from, message));
      if (queue.size() > EARLY_MAX) {
        queue.removeFirst();
      }
    }
  }

  /** A peer claims to be at this height. It may lie: then a question to it is all that is lost. */
  private void sawHeight(int from, long seq) {
    seenHeight[from] = Math.max(seenHeight[from], seq);
    if (seq > height() && !catchingUp) {
      catchingUp = true;
      out.add(new Effect.SetTimer(new TimerId.CatchUp(), timings.catchUpMs()));
    }
  }

  /** A peer has shown its share of the report of this height, so it has decided it. */
  List<Effect> onShareSeen(int from, long seq) {
    if (seq > 0 && seq < Long.MAX_VALUE) {
      sawHeight(from, seq + 1);
    }
    return drain();
  }

  /** Still behind after waiting: asks one peer after the other, each that claims to be ahead. */
  List<Effect> onCatchUpTimer() {
    catchingUp = false;
    for (int i = 0; i < view.n(); i++) {
      int peer = (askNext + i) % view.n();
      boolean ahead = seenHeight[peer] > height();
      if (peer != view.self() && (ahead || agreement.outcomeMissing())) {
        askNext = peer + 1;
        catchingUp = true;
        out.add(new Effect.RequestDecision(peer, height()));
        out.add(new Effect.SetTimer(new TimerId.CatchUp(), timings.catchUpMs()));
        break;
      }
    }
    return drain();
  }

  /**
   * A peer speaks of a job that is decided: it has missed the height, unless it has shown that it
   * knows it.
   */
  List<Effect> onLateJob(int from, long jobId) {
    decided
        .of(jobId)
        .filter(done -> seenHeight[from] <= done.seq())
        .ifPresent(done -> answer(from, done.seq()));
    return drain();
  }

  private void answer(int to, long seq) {
    Optional<Decision> decision = decided.decision(seq);
    if (answersLeft[to] > 0 && decision.isPresent()) {
      answersLeft[to]--;
      out.add(new Effect.Send(to, decision.get()));
    }
  }

  /**
   * Takes the agreement's effects; on a decision goes on to the next height with what has come
   * early.
   */
  private void absorb(List<Effect> effects) {
    out.addAll(effects);
    if (agreement.decision().isEmpty()) {
      return;
    }
    decided.add(agreement.decision().get());
    agreement = next();
    List<Early> kept = new ArrayList<>();
    for (Deque<Early> queue : early) {
      kept.addAll(queue);
      queue.clear();
    }
    kept.forEach(message -> receive(message.from(), message.message()));
    wake();
  }

  private boolean anythingToDecide() {
    return !expired(REDECIDE_MARGIN_S).isEmpty()
        || supported.get().stream().anyMatch(job -> !decided.closed(job.jobId()));
  }

  @Override
  public Optional<OutcomeAgreement.Candidate> toPropose() {
    if (chainTimeS == 0) {
      return Optional.empty();
    }
    List<Outcome.Entry> entries = new ArrayList<>(expired(REDECIDE_MARGIN_S));
    Set<Long> jobs = new HashSet<>();
    entries.forEach(entry -> jobs.add(entry.verdict().jobId()));
    List<Signed<Observation>> observations = new ArrayList<>();
    boolean room = decided.unreported().size() < UNREPORTED_MAX;
    for (JobObservations.Supported job :
        room ? supported.get() : List.<JobObservations.Supported>of()) {
      if (entries.size() < PackedVerdict.COUNT_MAX && proposable(job) && jobs.add(job.jobId())) {
        entries.add(new Outcome.Entry(job.own().get().verdict(), job.agreement().leafHash()));
        observations.addAll(job.agreement().observations());
      }
    }
    if (entries.isEmpty()) {
      return Optional.empty();
    }
    entries.sort((a, b) -> Long.compareUnsigned(a.verdict().jobId(), b.verdict().jobId()));
    long validUntil = chainTimeS + OutcomeRules.VALIDITY_S;
    Outcome outcome = new Outcome(view.epoch(), height(), chainTimeS, validUntil, entries);
    return Optional.of(new OutcomeAgreement.Candidate(outcome, observations));
  }

  private boolean proposable(JobObservations.Supported job) {
    return job.own().isPresent() && rules.undecided(job.own().get().verdict());
  }

  /**
   * The entries, at most one batch, of reports that expired {@code marginS} ago or more and are not
   * on chain.
   */
  private List<Outcome.Entry> expired(long marginS) {
    List<Outcome.Entry> entries = new ArrayList<>();
    for (Map.Entry<Long, Outcome> old : decided.unreported().entrySet()) {
      if (chainTimeS <= old.getValue().validUntil() + marginS) {
        continue;
      }
      for (Outcome.Entry entry : old.getValue().entries()) {
        boolean last =
            decided.of(entry.verdict().jobId()).filter(d -> d.seq() == old.getKey()).isPresent();
        if (last && entries.size() < PackedVerdict.COUNT_MAX) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  @Override
  public Optional<String> objection(Outcome outcome, List<Signed<Observation>> observations) {
    return rules.objection(outcome, observations, chainTimeS);
  }

  /** The chain shows the report of this height. */
  void onReported(long seq) {
    decided.reported(seq);
  }

  private List<Effect> drain() {
    List<Effect> effects = out;
    out = new ArrayList<>();
    return effects;
  }
}
