package network.assay.oracle.report;

import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that is known of one job's observations until it is decided: a window of attempts, of which
 * one is current.
 */
final class JobObservations {
  /**
   * Attempts ahead of ours that are kept: honest oracles are rarely further apart, and they repeat
   * themselves.
   */
  private static final long AHEAD_MAX = 2;

  /** Old attempts kept, because a late reveal may still complete one. */
  private static final long BEHIND_MAX = 2;

  /** After so many attempts without agreement the job is left to its deadline on chain. */
  static final long ATTEMPTS_MAX = 64;

  /** What 2f+1 agree on, and what it is made of if our own observation was the same. */
  record Supported(
      long jobId,
      long attempt,
      ObservationRound.Agreement agreement,
      Optional<Durable.Observed> own) {}

  final long jobId;

  /** The peer whose message opened the record, or -1 for this node itself. */
  int openedBy;

  long resends;
  boolean announced;

  /** This attempt has had its time: it may be left as soon as there is a reason to. */
  boolean patienceOver;

  private final CommitteeView view;
  private final TreeMap<Long, ObservationRound> rounds = new TreeMap<>();
  private final TreeMap<Long, Durable.Observed> own = new TreeMap<>();
  private long attempt = 1;
  private long firstAttempt = 1;
  private final long[] newestAttempt;
  private boolean revealed;
  private Optional<Supported> supported = Optional.empty();

  JobObservations(CommitteeView view, long jobId, int openedBy) {
    this.view = view;
    this.jobId = jobId;
    this.openedBy = openedBy;
    this.newestAttempt = new long[view.n()];
  }

  long attempt() {
    return attempt;
  }

  boolean inWindow(long wanted) {
    return allowed(wanted) && wanted >= attempt - BEHIND_MAX && wanted <= attempt + AHEAD_MAX;
  }

  ObservationRound round(long wanted) {
    return rounds.computeIfAbsent(wanted, key -> new ObservationRound(view));
  }

  ObservationRound round() {
    return round(attempt);
  }

  Optional<Durable.Observed> own() {
    return Optional.ofNullable(own.get(attempt));
  }

  void own(Durable.Observed observed) {
    own.put(observed.attempt(), observed);
  }

  boolean revealed() {
    return revealed;
  }

  void setRevealed() {
    revealed = true;
  }

  /** A member has committed in this attempt, whether or not that lies in our window. */
  void sawAttempt(int member, long seen) {
    newestAttempt[member] = Math.max(newestAttempt[member], seen);
  }

  /** The highest attempt that {@code members} members have all reached. */
  long reachedBy(int members) {
    long[] sorted = newestAttempt.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - members];
  }

  boolean allowed(long wanted) {
    return wanted >= 1 && wanted < firstAttempt + ATTEMPTS_MAX;
  }

  /** Goes on to a later attempt; what lies too far behind is forgotten. */
  void moveTo(long next) {
    attempt = next;
    revealed = false;
    patienceOver = false;
    rounds.headMap(next - BEHIND_MAX).clear();
    own.headMap(next - BEHIND_MAX).clear();
  }

  /** The lowest attempt with an agreement; found once, kept until the job is decided. */
  Optional<Supported> supported() {
    if (supported.isEmpty()) {
      for (var entry : rounds.entrySet()) {
        Optional<ObservationRound.Agreement> agreed = entry.getValue().agreed();
        if (agreed.isPresent()) {
          supported = Optional.of(support(entry.getKey(), agreed.get()));
          break;
        }
      }
    }
    return supported;
  }

  private Supported support(long inAttempt, ObservationRound.Agreement agreement) {
    Optional<Durable.Observed> same =
        own.values().stream()
            .filter(mine -> mine.leafHash().equals(agreement.leafHash()))
            .filter(mine -> mine.verdict().hash().equals(agreement.verdictHash()))
            .findFirst();
    return new Supported(jobId, inAttempt, agreement, same);
  }

  /** After a CHECKPOINT was decided: the next observation is a new attempt with a clean table. */
  void checkpointed() {
    announced = false;
    supported = Optional.empty();
    rounds.clear();
    own.clear();
    moveTo(attempt + 1);
    firstAttempt = attempt;
  }
}
