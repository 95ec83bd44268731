package network.assay.oracle.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Observation;
import network.assay.contracts.protocol.ObservationCommit;
import network.assay.contracts.protocol.TypedStruct;

/**
 * One attempt of the committee to see the same in one job: salted commitments first, so that
 * copying earns nothing, then reveals. Holds at most one commitment and one reveal a member.
 * Signatures have been checked by the caller.
 */
public final class ObservationRound {
  private final CommitteeView view;
  private final SortedMap<Integer, Signed<ObservationCommit>> commits = new TreeMap<>();
  private final SortedMap<Integer, Signed<Observation>> reveals = new TreeMap<>();
  private final SortedMap<Integer, Signed<Observation>> parked = new TreeMap<>();
  private final SortedMap<Integer, Effect.Evidence> liars = new TreeMap<>();

  public ObservationRound(CommitteeView view) {
    this.view = view;
  }

  /** What became of a message. */
  public sealed interface Added {
    record Counted() implements Added {}

    /** The same was here before. */
    record Known() implements Added {}

    /** A reveal that waits for its commitment. */
    record Parked() implements Added {}

    /** It contradicts what its signer signed before, and does not count. */
    record Contradiction(Effect.Evidence evidence) implements Added {}
  }

  /** What 2f+1 oracles saw alike, with the proof of it. */
  public record Agreement(
      Bytes32 verdictHash, Bytes32 leafHash, List<Signed<Observation>> observations) {
    public Agreement {
      observations = List.copyOf(observations);
    }
  }

  /** {@code H(salt ‖ oracle address ‖ verdictHash ‖ leafHash)}. */
  public static Bytes32 commitment(
      Bytes32 salt, Address oracle, Bytes32 verdictHash, Bytes32 leafHash) {
    return Keccak.hash(salt.toArray(), oracle.toArray(), verdictHash.toArray(), leafHash.toArray());
  }

  public Added addCommit(int member, Signed<ObservationCommit> commit) {
    Signed<ObservationCommit> before = commits.get(member);
    if (before != null) {
      return before.body().equals(commit.body())
          ? new Added.Known()
          : contradiction(member, "two commitments in one attempt", before, commit);
    }
    commits.put(member, commit);
    Signed<Observation> waiting = parked.remove(member);
    return waiting == null ? new Added.Counted() : count(member, waiting);
  }

  public Added addReveal(int member, Signed<Observation> reveal) {
    Signed<Observation> before = reveals.getOrDefault(member, parked.get(member));
    if (before != null) {
      return before.body().equals(reveal.body())
          ? new Added.Known()
          : contradiction(member, "two observations in one attempt", before, reveal);
    }
    if (!commits.containsKey(member)) {
      parked.put(member, reveal);
      return new Added.Parked();
    }
    return count(member, reveal);
  }

  private Added count(int member, Signed<Observation> reveal) {
    Signed<ObservationCommit> commit = commits.get(member);
    Observation body = reveal.body();
    Bytes32 opened = commitment(body.salt(), view.key(member), body.verdictHash(), body.leafHash());
    if (commit == null || !commit.body().commitment().equals(opened)) {
      return contradiction(
          member,
          "an observation that does not open its commitment",
          commit == null ? reveal : commit,
          reveal);
    }
    reveals.put(member, reveal);
    return new Added.Counted();
  }

  private Added contradiction(
      int member,
      String kind,
      Signed<? extends TypedStruct> first,
      Signed<? extends TypedStruct> second) {
    Effect.Evidence evidence = new Effect.Evidence(member, kind, first, second);
    return liars.putIfAbsent(member, evidence) == null
        ? new Added.Contradiction(evidence)
        : new Added.Known();
  }

  public Optional<Signed<ObservationCommit>> commit(int member) {
    return Optional.ofNullable(commits.get(member));
  }

  /** Whether 2f+1 have committed, this node among them: only then may it reveal. */
  public boolean mayReveal() {
    return commits.size() >= view.quorum() && commits.containsKey(view.self());
  }

  /** The value of 2f+1 reveals. */
  public Optional<Agreement> agreed() {
    for (List<Signed<Observation>> alike : alike()) {
      if (alike.size() >= view.quorum()) {
        Observation body = alike.getFirst().body();
        return Optional.of(new Agreement(body.verdictHash(), body.leafHash(), alike));
      }
    }
    return Optional.empty();
  }

  /** Whether no value can reach 2f+1 any more, whatever those say who have not revealed. */
  public boolean hopeless() {
    int most = alike().stream().mapToInt(List::size).max().orElse(0);
    long silent = 0;
    for (int i = 0; i < view.n(); i++) {
      silent += reveals.containsKey(i) || liars.containsKey(i) ? 0 : 1;
    }
    return most + silent < view.quorum();
  }

  private Collection<List<Signed<Observation>>> alike() {
    Map<List<Bytes32>, List<Signed<Observation>>> byValue = new HashMap<>();
    reveals
        .values()
        .forEach(reveal ->
            byValue
                .computeIfAbsent(
                    List.of(reveal.body().verdictHash(), reveal.body().leafHash()),
                    key -> new ArrayList<>())
                .add(reveal));
    return byValue.values();
  }
}
