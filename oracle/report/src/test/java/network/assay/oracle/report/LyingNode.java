package network.assay.oracle.report;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Prepare;
import network.assay.contracts.protocol.Proposal;
import network.assay.contracts.protocol.RoundChange;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.protocol.VerdictCode;

/**
 * A liar that knows the protocol: it forgets its locks, votes for every value it sees and for
 * values nobody proposed, proposes different valid values to the two halves of the committee,
 * denies that anything was prepared, shows foreign certificates, claims heights that do not exist,
 * and reveals differently to each half. It speaks with its own key only.
 */
final class LyingNode extends SimulatedNode {
  private final Signatures signatures;

  LyingNode(Simulation world, int index) {
    super(world, index);
    this.signatures =
        new Signatures(
            view,
            FakeScheme.DOMAINS.oracleCommittee(),
            FakeScheme.signer(index),
            FakeScheme::check);
  }

  @Override
  boolean honest() {
    return false;
  }

  private boolean chance(int percent) {
    return world.random.nextInt(100) < percent;
  }

  private <T extends TypedStruct> Signed<T> sign(T body) {
    return signatures.sign(body);
  }

  /**
   * What the honest machine inside would say is dropped, denied, or told differently to each half.
   */
  @Override
  void send(int to, PeerMessage message) {
    if (chance(10)) {
      return;
    }
    if (message instanceof PeerMessage.Propose propose && to % 2 == 0) {
      super.send(to, twin(propose));
    } else if (message instanceof PeerMessage.PrepareVote vote) {
      prepare(to, vote.prepare().body());
    } else if (message instanceof PeerMessage.CommitVote vote) {
      commit(to, vote.commit().body());
    } else if (message instanceof PeerMessage.ChangeRound change && chance(50)) {
      super.send(to, denial(change.roundChange().body()));
    } else {
      super.send(to, message);
    }
  }

  /** Another value that every rule allows: a second later. */
  private PeerMessage.Propose twin(PeerMessage.Propose first) {
    Outcome o = first.outcome();
    Outcome later =
        new Outcome(o.epoch(), o.seq(), o.observedAt() + 1, o.validUntil() + 1, o.entries());
    world.twins.put(o.hash(), later.hash());
    Proposal body = new Proposal(o.epoch(), o.seq(), first.proposal().body().round(), later.hash());
    List<PeerMessage.ChangeRound> freed =
        first.justification().stream()
            .filter(change -> change.prepared().isEmpty() || chance(30))
            .toList();
    return new PeerMessage.Propose(sign(body), later, first.observations(), freed);
  }

  private PeerMessage.ChangeRound denial(RoundChange body) {
    return new PeerMessage.ChangeRound(
        sign(new RoundChange(body.epoch(), body.seq(), body.round(), 0, Bytes32.ZERO)),
        Optional.empty());
  }

  @Override
  void receive(int from, PeerMessage message) {
    super.receive(from, message);
    switch (message) {
      case PeerMessage.Propose m -> applaud(m);
      case PeerMessage.PrepareVote m -> echo(m.prepare().body());
      case PeerMessage.ChangeRound m -> meddle(m);
      default -> {}
    }
  }

  /** Votes for it at once, whatever was voted before; sometimes commits to something else. */
  private void applaud(PeerMessage.Propose m) {
    Proposal p = m.proposal().body();
    Bytes32 other = chance(10) ? Keccak.hashUtf8("nothing") : p.outcomeHash();
    for (int to = 0; to < view.n(); to++) {
      if (to != index) {
        prepare(to, new Prepare(p.epoch(), p.seq(), p.round(), p.outcomeHash()));
        commit(to, new Commit(p.epoch(), p.seq(), p.round(), other));
      }
    }
  }

  private void echo(Prepare p) {
    int to = world.random.nextInt(view.n());
    if (to != index) {
      prepare(to, p);
      commit(to, new Commit(p.epoch(), p.seq(), p.round(), p.outcomeHash()));
    }
  }

  /** Each half hears votes for the value that it was shown. */
  private Bytes32 shown(int to, Bytes32 hash) {
    return to % 2 == 0 ? world.twins.getOrDefault(hash, hash) : hash;
  }

  private void prepare(int to, Prepare p) {
    Prepare body = new Prepare(p.epoch(), p.seq(), p.round(), shown(to, p.outcomeHash()));
    world.send(index, to, new PeerMessage.PrepareVote(sign(body)));
  }

  private void commit(int to, Commit c) {
    Commit body = new Commit(c.epoch(), c.seq(), c.round(), shown(to, c.outcomeHash()));
    world.send(index, to, new PeerMessage.CommitVote(sign(body)));
  }

  /** Joins every round change with a lie, leads where it can, and claims to be far ahead. */
  private void meddle(PeerMessage.ChangeRound m) {
    RoundChange body = m.roundChange().body();
    int to = world.random.nextInt(view.n());
    if (to == index) {
      return;
    }
    world.send(index, to, chance(50) ? denial(body) : stolen(m));
    if (chance(5)) {
      RoundChange far =
          new RoundChange(body.epoch(), body.seq() + 1, 4_000_000_000L, 0, Bytes32.ZERO);
      world.send(index, to, new PeerMessage.ChangeRound(sign(far), Optional.empty()));
    }
  }

  /** Signs another's round change as its own, with a certificate bent to claim a higher round. */
  private PeerMessage.ChangeRound stolen(PeerMessage.ChangeRound m) {
    RoundChange b = m.roundChange().body();
    long claimed = chance(50) ? b.preparedRound() : Math.max(0, b.round() - 1);
    return new PeerMessage.ChangeRound(
        sign(new RoundChange(b.epoch(), b.seq(), b.round(), claimed, b.preparedHash())),
        m.prepared());
  }

  @Override
  PackedVerdict opinion(long jobId, long attempt) {
    return chance(50)
        ? Simulation.truth(jobId)
        : new PackedVerdict(jobId, VerdictCode.FRAUD, BigInteger.ZERO, Bytes32.ZERO);
  }
}
