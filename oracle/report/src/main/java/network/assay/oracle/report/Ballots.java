package network.assay.oracle.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.Prepare;
import network.assay.contracts.protocol.Proposal;
import network.assay.contracts.protocol.RoundChange;
import network.assay.contracts.protocol.TypedStruct;

/**
 * What this node has signed at one height, at most one value a kind and round over restarts; and
 * the effects of the input at hand. A vote's {@link Effect.Persist} is emitted here, at signing, so
 * it always precedes the vote's sending.
 */
final class Ballots {
  private record Slot(String kind, long round) {}

  private final Map<Slot, Signed<? extends TypedStruct>> cast = new HashMap<>();
  private final Set<String> reported = new HashSet<>();
  private final Signatures signatures;
  private List<Effect> effects = new ArrayList<>();
  private long roundMax;

  Ballots(Signatures signatures) {
    this.signatures = signatures;
  }

  /**
   * Signs and persists a vote; empty where another value was signed in its place before, in this
   * life or an earlier one. The same value again is no new vote.
   */
  @SuppressWarnings("unchecked") // a vote with an equal body has its type
  <T extends TypedStruct> Optional<Signed<T>> cast(T body) {
    Optional<Signed<? extends TypedStruct>> before = of(body.type().name(), round(body));
    if (before.isPresent()) {
      return before.filter(vote -> vote.body().equals(body)).map(vote -> (Signed<T>) vote);
    }
    Signed<T> vote = signatures.sign(body);
    put(vote);
    effects.add(new Effect.Persist(new Durable.Voted(vote)));
    return Optional.of(vote);
  }

  void effect(Effect effect) {
    effects.add(effect);
  }

  void broadcast(PeerMessage message) {
    effects.add(new Effect.Broadcast(message));
  }

  void refuse(int from, String reason) {
    effects.add(new Effect.Refused(from, reason));
  }

  /** Reports the proof once a member and kind: one is enough, and a liar could make thousands. */
  void equivocated(
      int member,
      String kind,
      Signed<? extends TypedStruct> first,
      Signed<? extends TypedStruct> second) {
    if (reported.add(member + kind)) {
      effects.add(new Effect.Equivocated(new Effect.Evidence(member, kind, first, second)));
    }
  }

  List<Effect> drain() {
    List<Effect> drained = effects;
    effects = new ArrayList<>();
    return drained;
  }

  void restore(Signed<? extends TypedStruct> vote) {
    put(vote);
  }

  private void put(Signed<? extends TypedStruct> vote) {
    long round = round(vote.body());
    cast.putIfAbsent(new Slot(vote.body().type().name(), round), vote);
    roundMax = Math.max(roundMax, round);
  }

  /** The vote of this kind and round, whatever it says. */
  Optional<Signed<? extends TypedStruct>> of(String kind, long round) {
    return Optional.ofNullable(cast.get(new Slot(kind, round)));
  }

  boolean isEmpty() {
    return cast.isEmpty();
  }

  /**
   * The highest round in which anything was signed: a restarted node goes on from there, never
   * below.
   */
  long roundMax() {
    return roundMax;
  }

  static long round(TypedStruct body) {
    return switch (body) {
      case Proposal p -> p.round();
      case Prepare p -> p.round();
      case Commit c -> c.round();
      case RoundChange r -> r.round();
      default -> throw new IllegalArgumentException("not a vote: " + body.type().name());
    };
  }

  static long seq(TypedStruct body) {
    return switch (body) {
      case Proposal p -> p.seq();
      case Prepare p -> p.seq();
      case Commit c -> c.seq();
      case RoundChange r -> r.seq();
      default -> throw new IllegalArgumentException("not a vote: " + body.type().name());
    };
  }

  static long epoch(TypedStruct body) {
    return switch (body) {
      case Proposal p -> p.epoch();
      case Prepare p -> p.epoch();
      case Commit c -> c.epoch();
      case RoundChange r -> r.epoch();
      default -> throw new IllegalArgumentException("not a vote: " + body.type().name());
    };
  }
}
