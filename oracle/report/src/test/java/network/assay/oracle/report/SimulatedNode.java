package network.assay.oracle.report;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.protocol.VerdictCode;

/**
 * An honest node: a disk that survives, a process that does not, and the checks that any node must
 * always pass.
 */
class SimulatedNode {
  final Simulation world;
  final int index;
  final CommitteeView view;
  private final List<byte[]> disk = new ArrayList<>();
  private final Map<Long, Bytes32> claims = new HashMap<>();
  private final Map<Long, Decision> decisions = new HashMap<>();
  private final Set<TypedStruct> persistedVotes = new HashSet<>();
  private final Map<String, TypedStruct> said = new HashMap<>();
  private final Set<Long> toObserve = new HashSet<>();
  private final Map<TimerId, Long> timers = new HashMap<>();
  private long incarnation;
  private boolean up;
  private CommitteeMember member;

  SimulatedNode(Simulation world, int index) {
    this.world = world;
    this.index = index;
    this.view = new CommitteeView(world.committee, index);
    this.member = fresh(List.of());
  }

  private CommitteeMember fresh(List<Durable> persisted) {
    return new CommitteeMember(
        view,
        FakeScheme.DOMAINS,
        new CommitteeMember.Ports(FakeScheme.signer(index), FakeScheme::check, this::claim),
        Simulation.TIMINGS,
        persisted);
  }

  boolean honest() {
    return true;
  }

  boolean closed(long jobId) {
    return up && member.closed(jobId);
  }

  String describe() {
    return "node "
        + index
        + (honest() ? "" : " (liar)")
        + (up ? "" : " down")
        + " height "
        + member.height()
        + " round "
        + member.round();
  }

  private SignOnce.Claim claim(long epoch, long seq, Bytes32 digest) {
    Bytes32 before = claims.putIfAbsent(seq, digest);
    if (honest()) {
      world.claimed(seq, digest);
    }
    return before == null || before.equals(digest)
        ? new SignOnce.Granted()
        : new SignOnce.Refused(before);
  }

  void boot() {
    up = true;
    incarnation++;
    timers.clear();
    List<Durable> persisted = disk.stream().map(DurableCodec::decode).toList();
    member = fresh(persisted);
    world.chain.keySet().forEach(member::onReported);
    perform(member.start(world.chainTimeS()));
    List.copyOf(toObserve).forEach(jobId -> willObserve(jobId, member.attempt(jobId)));
  }

  void crash() {
    if (up) {
      up = false;
      world.at(200 + world.random.nextInt(3_000), this::boot);
    }
  }

  /**
   * Evidence reaches this node some time soon; what it makes of it may differ from others in a
   * first attempt.
   */
  void willObserve(long jobId, long attempt) {
    toObserve.add(jobId);
    long life = incarnation;
    world.at(
        1 + world.random.nextInt(800),
        () -> {
          if (up && life == incarnation && !member.closed(jobId)) {
            PackedVerdict verdict = opinion(jobId, attempt);
            perform(member.observe(jobId, attempt, verdict, Simulation.leaf(verdict), salt()));
          }
        });
  }

  PackedVerdict opinion(long jobId, long attempt) {
    boolean mistaken = attempt == 1 && Long.remainderUnsigned(jobId, 5) == 0 && index % 3 == 2;
    return mistaken
        ? new PackedVerdict(jobId, VerdictCode.INCONCLUSIVE, BigInteger.ZERO, Bytes32.ZERO)
        : Simulation.truth(jobId);
  }

  private Bytes32 salt() {
    byte[] salt = new byte[32];
    world.random.nextBytes(salt);
    return Bytes32.of(salt);
  }

  void onBlock(long timeS) {
    if (up) {
      perform(member.onBlock(timeS));
    }
  }

  void onReported(long seq) {
    if (up) {
      member.onReported(seq);
    }
  }

  void receive(int from, PeerMessage message) {
    if (up) {
      perform(member.onMessage(from, message));
    }
  }

  /** Carries out effects; a crash may come between any two of them. */
  private void perform(List<Effect> effects) {
    for (Effect effect : effects) {
      if (!world.stable() && world.random.nextInt(400) == 0) {
        crash();
      }
      if (!up) {
        return;
      }
      perform(effect);
    }
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Persist(Durable record) -> persist(record);
      case Effect.Broadcast(PeerMessage message) -> {
        check(message);
        broadcast(message);
      }
      case Effect.Send(int to, PeerMessage message) -> {
        check(message);
        send(to, message);
      }
      case Effect.SetTimer(TimerId id, long delayMs) -> setTimer(id, delayMs);
      case Effect.Decide(Decision decision) -> decide(decision);
      case Effect.RequestDecision(int from, long seq) -> world.nodes.get(from).asked(index, seq);
      case Effect.ObserveAgain(long jobId, long attempt) -> willObserve(jobId, attempt);
      case Effect.Transmit(QuorumReport report) -> world.transmit(report);
      case Effect.Equivocated(Effect.Evidence evidence) -> judge(evidence);
      case Effect.Alarm(String what) -> alarm(what);
      case Effect.ReportReady ready -> {}
      case Effect.Refused refused -> {}
      case Effect.Agreed agreed -> {}
    }
  }

  private void persist(Durable record) {
    byte[] bytes = DurableCodec.encode(record);
    disk.add(bytes);
    if (record instanceof Durable.Voted(var vote)) {
      persistedVotes.add(vote.body());
    }
    if (record instanceof Durable.Decided(Decision decision)) {
      decisions.put(decision.seq(), decision);
    }
  }

  private void decide(Decision decision) {
    if (honest()) {
      world.decided(index, decision);
    }
  }

  private void alarm(String what) {
    if (honest()) {
      throw new AssertionError("alarm at node " + index + ": " + what);
    }
  }

  /** SAFETY: nobody honest is ever accused. */
  private void judge(Effect.Evidence evidence) {
    world.equivocationsSeen++;
    if (honest() && world.nodes.get(evidence.signer()).honest()) {
      throw new AssertionError("an honest node is accused: " + evidence);
    }
  }

  /**
   * SAFETY: an honest node never says two things where one is allowed, over all its lives, and
   * persists before it sends.
   */
  private void check(PeerMessage message) {
    if (!honest()) {
      return;
    }
    switch (message) {
      case PeerMessage.Propose m ->
          once(m.proposal().body(), m.proposal().body().seq(), m.proposal().body().round());
      case PeerMessage.PrepareVote m ->
          once(m.prepare().body(), m.prepare().body().seq(), m.prepare().body().round());
      case PeerMessage.CommitVote m ->
          once(m.commit().body(), m.commit().body().seq(), m.commit().body().round());
      case PeerMessage.ChangeRound m ->
          once(
              m.roundChange().body(), m.roundChange().body().seq(), m.roundChange().body().round());
      default -> {}
    }
  }

  private void once(TypedStruct body, long seq, long round) {
    TypedStruct before = said.putIfAbsent(body.type().name() + " " + seq + " " + round, body);
    if (before != null && !before.equals(body)) {
      throw new AssertionError("node " + index + " said " + before + " and " + body);
    }
    if (!persistedVotes.contains(body)) {
      throw new AssertionError("node " + index + " sent before it persisted: " + body);
    }
  }

  void broadcast(PeerMessage message) {
    for (int to = 0; to < view.n(); to++) {
      if (to != index) {
        send(to, message);
      }
    }
  }

  void send(int to, PeerMessage message) {
    world.send(index, to, message);
  }

  /** A peer asks for a decision; the store answers. */
  void asked(int by, long seq) {
    Decision decision = decisions.get(seq);
    if (up && decision != null) {
      world.send(index, by, decision);
    }
  }

  private void setTimer(TimerId id, long delayMs) {
    long life = incarnation;
    long generation = timers.merge(id, 1L, Long::sum);
    world.at(
        delayMs,
        () -> {
          if (up && life == incarnation && timers.get(id) == generation) {
            perform(member.onTimer(id));
          }
        });
  }
}
