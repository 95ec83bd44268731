package network.assay.oracle.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.contracts.protocol.RoundChange;

/** The ROUND-CHANGEs of one height, already checked: bounded a member like {@link Votes}. */
final class RoundChanges {
  /** A certificate weighs up to 30 KB: few are kept, the newest. */
  private static final int ROUNDS_MAX = 4;

  private final List<TreeMap<Long, PeerMessage.ChangeRound>> byMember = new ArrayList<>();

  RoundChanges(int members) {
    for (int i = 0; i < members; i++) {
      byMember.add(new TreeMap<>());
    }
  }

  Optional<Signed<RoundChange>> contradicted(int member, Signed<RoundChange> change) {
    return Optional.ofNullable(byMember.get(member).get(change.body().round()))
        .map(PeerMessage.ChangeRound::roundChange)
        .filter(before -> !before.body().equals(change.body()));
  }

  void add(int member, PeerMessage.ChangeRound change) {
    TreeMap<Long, PeerMessage.ChangeRound> rounds = byMember.get(member);
    rounds.putIfAbsent(change.roundChange().body().round(), change);
    if (rounds.size() > ROUNDS_MAX) {
      rounds.pollFirstEntry();
    }
  }

  Optional<PeerMessage.ChangeRound> of(int member, long round) {
    return Optional.ofNullable(byMember.get(member).get(round));
  }

  /** All that call for exactly this round. */
  List<PeerMessage.ChangeRound> to(long round) {
    List<PeerMessage.ChangeRound> out = new ArrayList<>();
    for (TreeMap<Long, PeerMessage.ChangeRound> rounds : byMember) {
      PeerMessage.ChangeRound change = rounds.get(round);
      if (change != null) {
        out.add(change);
      }
    }
    return out;
  }

  /**
   * The highest round that {@code members} members have all reached, going by each one's newest; 0
   * where too few spoke.
   */
  long reachedBy(int members) {
    List<Long> newest = new ArrayList<>();
    for (TreeMap<Long, PeerMessage.ChangeRound> rounds : byMember) {
      if (!rounds.isEmpty()) {
        newest.add(rounds.lastKey());
      }
    }
    newest.sort(Comparator.reverseOrder());
    return newest.size() < members ? 0 : newest.get(members - 1);
  }
}
