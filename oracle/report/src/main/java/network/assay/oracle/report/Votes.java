package network.assay.oracle.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import network.assay.contracts.protocol.TypedStruct;

/**
 * One kind of vote at one height: at most one a member and round, and a bounded number of rounds a
 * member, of which the newest stay. So a member can only push out votes of its own.
 */
final class Votes<T extends TypedStruct> {
  /**
   * Rounds kept a member. Honest members are rarely more than a few rounds apart; later rounds make
   * up for what is lost.
   */
  static final int ROUNDS_MAX = 8;

  private final List<TreeMap<Long, Signed<T>>> byMember = new ArrayList<>();
  private final ToLongFunction<T> round;

  Votes(int members, ToLongFunction<T> round) {
    this.round = round;
    for (int i = 0; i < members; i++) {
      byMember.add(new TreeMap<>());
    }
  }

  /** The different vote that this member has cast in that round before, if it has. */
  Optional<Signed<T>> contradicted(int member, Signed<T> vote) {
    return of(member, round.applyAsLong(vote.body()))
        .filter(before -> !before.body().equals(vote.body()));
  }

  /** Keeps the first vote of a member and round. */
  void add(int member, Signed<T> vote) {
    TreeMap<Long, Signed<T>> rounds = byMember.get(member);
    rounds.putIfAbsent(round.applyAsLong(vote.body()), vote);
    if (rounds.size() > ROUNDS_MAX) {
      rounds.pollFirstEntry();
    }
  }

  Optional<Signed<T>> of(int member, long inRound) {
    return Optional.ofNullable(byMember.get(member).get(inRound));
  }

  /** The votes exactly like {@code body}, ascending by member. */
  List<Signed<T>> like(T body) {
    List<Signed<T>> out = new ArrayList<>();
    for (int i = 0; i < byMember.size(); i++) {
      of(i, round.applyAsLong(body)).filter(vote -> vote.body().equals(body)).ifPresent(out::add);
    }
    return out;
  }

  /** The members whose vote in that round is {@code body}. */
  List<Integer> members(T body) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < byMember.size(); i++) {
      if (of(i, round.applyAsLong(body)).filter(vote -> vote.body().equals(body)).isPresent()) {
        out.add(i);
      }
    }
    return out;
  }
}
