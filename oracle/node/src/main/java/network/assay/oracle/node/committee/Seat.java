package network.assay.oracle.node.committee;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.oracle.node.chain.Domains;
import network.assay.oracle.node.loop.Turn;
import network.assay.oracle.node.store.CommitteeStore;
import network.assay.oracle.report.CommitteeMember;
import network.assay.oracle.report.CommitteeView;
import network.assay.oracle.report.Effect;
import network.assay.oracle.report.PeerMessage;
import network.assay.oracle.report.SignOnce;
import network.assay.oracle.report.SignatureChecker;
import network.assay.oracle.report.TimerId;
import org.jspecify.annotations.Nullable;

/**
 * This node's {@link CommitteeMember} of one epoch. Whatever the machine wants persisted goes into
 * the running turn's transaction, and whatever it wants sent leaves after that transaction: so
 * nothing is said that a restart would not know.
 */
final class Seat {
  /** Takes the effects that concern the rest of the node. */
  @FunctionalInterface
  interface Outward {
    void carryOut(Turn turn, Committee committee, Effect effect);
  }

  private final CommitteeView view;
  private final CommitteeDesk.Parts parts;
  private final Outward outward;
  private final CommitteeMember member;
  private final Map<TimerId, Long> timers = new HashMap<>();
  private final SecureRandom random = new SecureRandom();
  private long timerCount;

  /** The turn whose input the machine is working on: its claims are written there. */
  private @Nullable Turn current;

  Seat(CommitteeView view, CommitteeDesk.Parts parts, Turn turn, Outward outward) {
    this.view = view;
    this.parts = parts;
    this.outward = outward;
    Domains domains = parts.chain().domains();
    this.current = turn;
    this.member =
        new CommitteeMember(
            view,
            new CommitteeMember.Domains(domains.ofCommittee(), domains.ofSettlement()),
            new CommitteeMember.Ports(parts.key()::sign, SignatureChecker.secp256k1(), this::claim),
            parts.timings(),
            CommitteeStore.records(turn.tx(), view.epoch()));
    CommitteeStore.reportedSeqs(turn.tx(), view.epoch()).forEach(member::onReported);
  }

  /**
   * The claim is written in the transaction before which no signature leaves; a failed commit stops
   * the node with the signature still inside.
   */
  private SignOnce.Claim claim(long epoch, long seq, Bytes32 digest) {
    Turn turn = current;
    if (turn == null) {
      throw new IllegalStateException("a claim outside a turn");
    }
    Bytes32 owner = CommitteeStore.claim(turn.tx(), epoch, seq, digest);
    return owner.equals(digest) ? new SignOnce.Granted() : new SignOnce.Refused(owner);
  }

  void start(Turn turn, long blockTimeS) {
    input(turn, () -> member.start(blockTimeS));
  }

  void observe(Turn turn, PackedVerdict verdict, Bytes32 leafHash) {
    byte[] salt = new byte[Bytes32.SIZE];
    random.nextBytes(salt);
    long attempt = member.attempt(verdict.jobId());
    input(
        turn, () -> member.observe(verdict.jobId(), attempt, verdict, leafHash, Bytes32.of(salt)));
  }

  void message(Turn turn, int from, PeerMessage message) {
    input(turn, () -> member.onMessage(from, message));
  }

  void block(Turn turn, long blockTimeS) {
    input(turn, () -> member.onBlock(blockTimeS));
  }

  void reported(long seq) {
    member.onReported(seq);
  }

  void forget(long jobId) {
    member.forget(jobId);
  }

  long height() {
    return member.height();
  }

  long round() {
    return member.round();
  }

  /**
   * The machine's state is ahead of the store until its effects are carried out: where that fails,
   * nothing may go on.
   */
  private void input(Turn turn, Supplier<List<Effect>> step) {
    try {
      current = turn;
      step.get().forEach(effect -> carryOut(turn, effect));
    } catch (RuntimeException e) {
      throw CommitteeDesk.halt("the committee's machine failed in epoch " + view.epoch(), e);
    } finally {
      current = null;
    }
  }

  private void carryOut(Turn turn, Effect effect) {
    switch (effect) {
      case Effect.Persist(var record) -> CommitteeStore.append(turn.tx(), view.epoch(), record);
      case Effect.Broadcast(PeerMessage message) -> {
        var wire = WireCodec.encode(message);
        turn.afterCommit(() -> parts.peers().broadcast(view.epoch(), wire));
      }
      case Effect.Send(int to, PeerMessage message) -> {
        var wire = WireCodec.encode(message);
        turn.afterCommit(() -> parts.peers().send(view.epoch(), to, wire));
      }
      case Effect.SetTimer(TimerId id, long delayMs) -> setTimer(id, delayMs);
      default -> outward.carryOut(turn, view.committee(), effect);
    }
  }

  private void setTimer(TimerId id, long delayMs) {
    long generation = ++timerCount;
    timers.put(id, generation);
    parts
        .loop()
        .after(
            delayMs,
            turn -> {
              if (timers.remove(id, generation)) {
                input(turn, () -> member.onTimer(id));
              }
            });
  }
}
