package network.assay.oracle.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.Observation;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.Prepare;
import network.assay.contracts.protocol.Proposal;
import network.assay.contracts.protocol.RoundChange;
import network.assay.contracts.protocol.TypedStruct;

/**
 * QBFT for one (epoch, seq): PROPOSAL, PREPARE, COMMIT, ROUND-CHANGE; docs/PROTOCOL.md §6. Source:
 * H. Moniz, "The Istanbul BFT Consensus Algorithm" (2020), with the certificates carried in full.
 *
 * <p>What a hostile leader may do: stay silent, or propose two values, a value without support, or
 * one that ignores a lock; all of it costs a round. What it cannot do with at most f accomplices:
 * have two values decided.
 *
 * <p>Not thread-safe; every method returns the effects of that input, in order.
 */
public final class OutcomeAgreement {
  /**
   * Values proposed or certified that are remembered, so that a commit quorum finds its bytes; 22
   * KB each at most.
   */
  private static final int OUTCOMES_MAX = 16;

  /** What the agreement is about; the log knows. */
  public interface Values {
    /** What this node would propose now; empty while there is nothing to decide. */
    Optional<Candidate> toPropose();

    /**
     * Why this node does not PREPARE the value; empty where it does. Never asked about a value that
     * a lock binds.
     */
    Optional<String> objection(Outcome outcome, List<Signed<Observation>> observations);
  }

  /** A value with its support. */
  public record Candidate(Outcome outcome, List<Signed<Observation>> observations) {
    public Candidate {
      observations = List.copyOf(observations);
    }
  }

  private record Accepted(Outcome outcome, Bytes32 hash) {}

  private final CommitteeView view;
  private final long seq;
  private final Signatures signatures;
  private final Certificates certificates;
  private final Values values;
  private final Timings timings;

  private final Ballots ballots;
  private final Votes<Proposal> proposals;
  private final Votes<Prepare> prepares;
  private final Votes<Commit> commits;
  private final RoundChanges changes;
  private final Map<Bytes32, Outcome> outcomes = new LinkedHashMap<>();
  private final long[] helpedAtRound;

  private long round;
  private boolean running;
  private boolean outcomeMissing;
  private Optional<Accepted> accepted = Optional.empty();
  private Optional<PreparedCertificate> lock = Optional.empty();
  private Optional<Decision> decision = Optional.empty();

  public OutcomeAgreement(
      CommitteeView view, long seq, Signatures signatures, Values values, Timings timings) {
    this.view = view;
    this.seq = seq;
    this.signatures = signatures;
    this.certificates = new Certificates(view, signatures);
    this.values = values;
    this.timings = timings;
    this.ballots = new Ballots(signatures);
    this.proposals = new Votes<>(view.n(), Proposal::round);
    this.prepares = new Votes<>(view.n(), Prepare::round);
    this.commits = new Votes<>(view.n(), Commit::round);
    this.changes = new RoundChanges(view.n());
    this.helpedAtRound = new long[view.n()];
  }

  public long seq() {
    return seq;
  }

  public long round() {
    return round;
  }

  /** What this node is locked on. */
  public Optional<PreparedCertificate> lock() {
    return lock;
  }

  public Optional<Decision> decision() {
    return decision;
  }

  /** 2f+1 have committed to a value whose bytes never came: the decision has to be fetched. */
  public boolean outcomeMissing() {
    return outcomeMissing && decision.isEmpty();
  }

  /**
   * Takes back one record of this seq that was persisted before a crash; in the order of writing,
   * before any input.
   */
  public void restore(Durable record) {
    switch (record) {
      case Durable.Voted(var vote) when Ballots.seq(vote.body()) == seq -> restoreVote(vote);
      case Durable.Locked(var certificate) when certificate.outcome().seq() == seq -> {
        lock = Certificates.higher(lock, Optional.of(certificate));
        learn(certificate.outcome());
      }
      default -> {}
    }
  }

  private void restoreVote(Signed<? extends TypedStruct> vote) {
    ballots.restore(vote);
    round = Math.max(round, ballots.roundMax());
    switch (vote.body()) {
      case Prepare prepare -> prepares.add(view.self(), new Signed<>(prepare, vote.signature()));
      case Commit commit -> commits.add(view.self(), new Signed<>(commit, vote.signature()));
      case Proposal proposal ->
          proposals.add(view.self(), new Signed<>(proposal, vote.signature()));
      default -> {}
    }
  }

  /** After {@link #restore}: says again what was said last, and goes on from that round. */
  public List<Effect> resume() {
    if (ballots.isEmpty() || decision.isPresent()) {
      return ballots.drain();
    }
    enter(round);
    ballots
        .of(RoundChange.TYPE.name(), round)
        .ifPresent(vote -> sayAgain((RoundChange) vote.body(), vote));
    ballots
        .of(Prepare.TYPE.name(), round)
        .ifPresent(vote ->
            ballots.broadcast(
                new PeerMessage.PrepareVote(
                    new Signed<>((Prepare) vote.body(), vote.signature()))));
    ballots
        .of(Commit.TYPE.name(), round)
        .ifPresent(vote ->
            ballots.broadcast(
                new PeerMessage.CommitVote(new Signed<>((Commit) vote.body(), vote.signature()))));
    return ballots.drain();
  }

  private void sayAgain(RoundChange body, Signed<? extends TypedStruct> vote) {
    Optional<PreparedCertificate> shown =
        lock.filter(held ->
            held.round() == body.preparedRound()
                && held.outcome().hash().equals(body.preparedHash()));
    if (shown.isPresent() || body.preparedHash().isZero()) {
      PeerMessage.ChangeRound change =
          new PeerMessage.ChangeRound(new Signed<>(body, vote.signature()), shown);
      changes.add(view.self(), change);
      ballots.broadcast(change);
    }
  }

  /** There is something to decide: starts the clock, and proposes where it is this node's turn. */
  public List<Effect> onReady() {
    if (decision.isEmpty()) {
      if (!running) {
        enter(round);
      }
      proposeIfLeader();
    }
    return ballots.drain();
  }

  /** The round's time is over. */
  public List<Effect> onTimer(long timedRound) {
    if (decision.isEmpty() && running && timedRound == round) {
      moveTo(round + 1);
    }
    return ballots.drain();
  }

  public List<Effect> onPropose(int from, PeerMessage.Propose message) {
    if (decision.isEmpty() && authentic(from, message.proposal())) {
      consider(from, message);
    }
    return ballots.drain();
  }

  private void consider(int from, PeerMessage.Propose message) {
    Proposal body = message.proposal().body();
    if (from != view.leader(seq, body.round())) {
      ballots.refuse(
          from, "PROPOSAL of round " + body.round() + " by " + from + ", who does not lead it");
      return;
    }
    Optional<Signed<Proposal>> before = proposals.contradicted(from, message.proposal());
    if (before.isPresent()) {
      ballots.equivocated(from, "two PROPOSALs in one round", before.get(), message.proposal());
      return;
    }
    proposals.add(from, message.proposal());
    if (body.round() < round || (body.round() == round && accepted.isPresent())) {
      return; // late or repeated: nothing wrong with it
    }
    Optional<String> objection = objection(message);
    if (objection.isPresent()) {
      ballots.refuse(from, "PROPOSAL of round " + body.round() + ": " + objection.get());
      return;
    }
    accept(message.outcome(), body.round());
  }

  private Optional<String> objection(PeerMessage.Propose message) {
    Proposal body = message.proposal().body();
    Outcome outcome = message.outcome();
    if (!outcome.hash().equals(body.outcomeHash())) {
      return Optional.of("carries another outcome than it signs");
    }
    if (outcome.epoch() != view.epoch() || outcome.seq() != seq) {
      return Optional.of("outcome of seq " + outcome.seq() + ", want " + seq);
    }
    Certificates.Justification justification =
        body.round() == 0
            ? new Certificates.Justification.Free()
            : certificates.justify(message.justification(), seq, body.round());
    return switch (justification) {
      case Certificates.Justification.Missing(String reason) -> Optional.of(reason);
      case Certificates.Justification.Bound(Bytes32 hash) ->
          hash.equals(body.outcomeHash())
              ? Optional.empty()
              : Optional.of("ignores the highest prepared value " + hash);
      case Certificates.Justification.Free free ->
          values.objection(outcome, message.observations());
    };
  }

  private void accept(Outcome outcome, long inRound) {
    if (!running || inRound > round) {
      enter(inRound); // 2f+1 ROUND-CHANGEs justify it: the committee is there already
    }
    Bytes32 hash = outcome.hash();
    accepted = Optional.of(new Accepted(outcome, hash));
    learn(outcome);
    Prepare body = new Prepare(view.epoch(), seq, round, hash);
    Optional<Signed<Prepare>> vote = ballots.cast(body);
    if (vote.isPresent()) {
      ballots.broadcast(new PeerMessage.PrepareVote(vote.get()));
      prepares.add(view.self(), vote.get());
    }
    countPrepares(body);
    countKnownCommits(body.outcomeHash());
  }

  public List<Effect> onPrepare(int from, PeerMessage.PrepareVote message) {
    Signed<Prepare> vote = message.prepare();
    if (decision.isEmpty() && authentic(from, vote)) {
      Optional<Signed<Prepare>> before = prepares.contradicted(from, vote);
      if (before.isPresent()) {
        ballots.equivocated(from, "two PREPAREs in one round", before.get(), vote);
      } else {
        prepares.add(from, vote);
        countPrepares(vote.body());
      }
    }
    return ballots.drain();
  }

  /** 2f+1 PREPAREs, our own among them, for the value accepted in this round: lock, then COMMIT. */
  private void countPrepares(Prepare like) {
    if (decision.isPresent() || like.round() != round || accepted.isEmpty()) {
      return;
    }
    if (!accepted.get().hash().equals(like.outcomeHash())
        || ballots.of(Commit.TYPE.name(), round).isPresent()
        || ballots.of(Prepare.TYPE.name(), round).filter(v -> v.body().equals(like)).isEmpty()) {
      return;
    }
    List<Signed<Prepare>> votes = prepares.like(like);
    if (votes.size() < view.quorum()) {
      return;
    }
    PreparedCertificate certificate = new PreparedCertificate(accepted.get().outcome(), votes);
    lock = Optional.of(certificate);
    ballots.effect(new Effect.Persist(new Durable.Locked(certificate)));
    Commit body = new Commit(view.epoch(), seq, round, like.outcomeHash());
    Optional<Signed<Commit>> vote = ballots.cast(body);
    if (vote.isPresent()) {
      ballots.broadcast(new PeerMessage.CommitVote(vote.get()));
      commits.add(view.self(), vote.get());
      countCommits(body);
    }
  }

  public List<Effect> onCommit(int from, PeerMessage.CommitVote message) {
    Signed<Commit> vote = message.commit();
    if (decision.isEmpty() && authentic(from, vote)) {
      Optional<Signed<Commit>> before = commits.contradicted(from, vote);
      if (before.isPresent()) {
        ballots.equivocated(from, "two COMMITs in one round", before.get(), vote);
      } else {
        commits.add(from, vote);
        countCommits(vote.body());
      }
    }
    return ballots.drain();
  }

  /** 2f+1 COMMITs of any one round decide, whatever round this node is in. */
  private void countCommits(Commit like) {
    List<Signed<Commit>> votes = commits.like(like);
    if (decision.isPresent() || votes.size() < view.quorum()) {
      return;
    }
    Optional<Outcome> outcome = known(like.outcomeHash());
    if (outcome.isEmpty()) {
      outcomeMissing = true;
      commits.members(like).stream()
          .filter(member -> member != view.self())
          .findFirst()
          .ifPresent(member -> ballots.effect(new Effect.RequestDecision(member, seq)));
      ballots.effect(new Effect.SetTimer(new TimerId.CatchUp(), timings.catchUpMs()));
      return;
    }
    decide(new Decision(outcome.get(), votes));
  }

  private void countKnownCommits(Bytes32 hash) {
    for (long r = Math.max(0, round - Votes.ROUNDS_MAX); r <= round; r++) {
      countCommits(new Commit(view.epoch(), seq, r, hash));
    }
  }

  /** A decision that a peer shows; it convinces by its certificate alone. */
  public List<Effect> onDecision(int from, Decision shown) {
    if (decision.isEmpty()) {
      Optional<String> objection =
          shown.seq() == seq
              ? certificates.objection(shown)
              : Optional.of("decision of seq " + shown.seq() + ", want " + seq);
      if (objection.isPresent()) {
        ballots.refuse(from, objection.get());
      } else {
        decide(shown);
      }
    }
    return ballots.drain();
  }

  private void decide(Decision made) {
    decision = Optional.of(made);
    ballots.effect(new Effect.Persist(new Durable.Decided(made)));
    ballots.effect(new Effect.Decide(made));
  }

  public List<Effect> onChangeRound(int from, PeerMessage.ChangeRound message) {
    Signed<RoundChange> signed = message.roundChange();
    if (decision.isPresent() || !authentic(from, signed)) {
      return ballots.drain();
    }
    Optional<Signed<RoundChange>> before = changes.contradicted(from, signed);
    if (before.isPresent()) {
      ballots.equivocated(from, "two ROUND-CHANGEs to one round", before.get(), signed);
      return ballots.drain();
    }
    if (signed.body().round() < round) {
      helpLaggard(from);
      return ballots.drain();
    }
    Optional<String> objection = certificates.objection(message, seq);
    if (objection.isPresent()) {
      ballots.refuse(from, objection.get());
      return ballots.drain();
    }
    changes.add(from, message);
    message.prepared().ifPresent(certificate -> learn(certificate.outcome()));
    followOrPropose();
    return ballots.drain();
  }

  /** f+1 in higher rounds cannot all lie; a quorum in ours lets the leader propose. */
  private void followOrPropose() {
    long reached = changes.reachedBy(view.weakQuorum());
    if (reached > round) {
      moveTo(reached);
    } else {
      proposeIfLeader();
    }
  }

  /**
   * Tells a node in a lower round, once a round, where we are: what it missed may have been sent
   * before it was up.
   */
  private void helpLaggard(int from) {
    if (helpedAtRound[from] < round) {
      helpedAtRound[from] = round;
      changes
          .of(view.self(), round)
          .ifPresent(change -> ballots.effect(new Effect.Send(from, change)));
    }
  }

  private void enter(long next) {
    round = next;
    running = true;
    accepted = Optional.empty();
    ballots.effect(new Effect.SetTimer(new TimerId.Round(seq, round), timings.round(round)));
  }

  private void moveTo(long next) {
    enter(next);
    RoundChange body =
        lock.map(held ->
                new RoundChange(view.epoch(), seq, next, held.round(), held.outcome().hash()))
            .orElseGet(() -> new RoundChange(view.epoch(), seq, next, 0, Bytes32.ZERO));
    Optional<Signed<RoundChange>> vote = ballots.cast(body);
    if (vote.isPresent()) {
      PeerMessage.ChangeRound change = new PeerMessage.ChangeRound(vote.get(), lock);
      ballots.broadcast(change);
      changes.add(view.self(), change);
    }
    followOrPropose();
  }

  private void proposeIfLeader() {
    if (view.leader(seq, round) != view.self()
        || ballots.of(Proposal.TYPE.name(), round).isPresent()
        || accepted.isPresent()) {
      return;
    }
    List<PeerMessage.ChangeRound> justification = round == 0 ? List.of() : changes.to(round);
    if (round > 0 && justification.size() < view.quorum()) {
      return;
    }
    Optional<PreparedCertificate> highest = Optional.empty();
    for (PeerMessage.ChangeRound change : justification) {
      highest = Certificates.higher(highest, change.prepared());
    }
    Optional<Candidate> candidate =
        highest.isPresent()
            ? Optional.of(new Candidate(highest.get().outcome(), List.of()))
            : values.toPropose();
    candidate.ifPresent(value -> propose(value, justification));
  }

  private void propose(Candidate value, List<PeerMessage.ChangeRound> justification) {
    Optional<Signed<Proposal>> vote =
        ballots.cast(new Proposal(view.epoch(), seq, round, value.outcome().hash()));
    if (vote.isPresent()) {
      PeerMessage.Propose message =
          new PeerMessage.Propose(vote.get(), value.outcome(), value.observations(), justification);
      ballots.broadcast(message);
      consider(view.self(), message);
    }
  }

  /** Signed by the very member that delivered it, for this height. */
  private boolean authentic(int from, Signed<? extends TypedStruct> vote) {
    long itsSeq = Ballots.seq(vote.body());
    String name = vote.body().type().name();
    if (itsSeq != seq || Ballots.epoch(vote.body()) != view.epoch()) {
      ballots.refuse(from, name + ": want seq " + seq + " of this epoch, got seq " + itsSeq);
      return false;
    }
    if (!signatures.signer(vote).equals(OptionalInt.of(from))) {
      ballots.refuse(from, name + " is not signed by its sender " + from);
      return false;
    }
    return true;
  }

  private void learn(Outcome outcome) {
    outcomes.putIfAbsent(outcome.hash(), outcome);
    if (outcomes.size() > OUTCOMES_MAX) {
      outcomes.remove(outcomes.keySet().iterator().next());
    }
  }

  private Optional<Outcome> known(Bytes32 hash) {
    if (accepted.isPresent() && accepted.get().hash().equals(hash)) {
      return accepted.map(Accepted::outcome);
    }
    return Optional.ofNullable(outcomes.get(hash))
        .or(() -> lock.map(PreparedCertificate::outcome).filter(held -> held.hash().equals(hash)));
  }
}
