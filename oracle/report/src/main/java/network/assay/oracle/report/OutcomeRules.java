package network.assay.oracle.report;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.Observation;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;

/**
 * When a proposed outcome is valid. But for the two rules about time, every honest node comes to
 * the same answer: support is judged by what travels with the proposal, never by what a node
 * happens to have seen.
 */
final class OutcomeRules {
  /** Between the proposer's chain time and ours, either way. */
  static final long OBSERVED_SKEW_MAX_S = 60;

  static final long VALIDITY_S = 3_600;

  private record Claim(long jobId, Bytes32 verdictHash, Bytes32 leafHash) {}

  private final CommitteeView view;
  private final Signatures signatures;
  private final DecidedHeights decided;

  OutcomeRules(CommitteeView view, Signatures signatures, DecidedHeights decided) {
    this.view = view;
    this.signatures = signatures;
    this.decided = decided;
  }

  /**
   * Why the outcome is not to be PREPAREd; empty where it may be. {@code chainTimeS} 0 means not
   * known.
   */
  Optional<String> objection(
      Outcome outcome, List<Signed<Observation>> observations, long chainTimeS) {
    if (chainTimeS == 0) {
      return Optional.of("this node does not know the chain's time yet");
    }
    if (Math.abs(outcome.observedAt() - chainTimeS) > OBSERVED_SKEW_MAX_S) {
      return objection("observedAt", "within 60 s of " + chainTimeS, outcome.observedAt());
    }
    if (outcome.validUntil() != outcome.observedAt() + VALIDITY_S) {
      return objection("validUntil", outcome.observedAt() + VALIDITY_S, outcome.validUntil());
    }
    if (observations.size() > (long) outcome.entries().size() * view.n()) {
      return objection(
          "observations", "at most " + outcome.entries().size() * view.n(), observations.size());
    }
    Map<Claim, Map<Long, Set<Integer>>> support = support(observations);
    for (Outcome.Entry entry : outcome.entries()) {
      Optional<String> objection = objection(entry, support, chainTimeS);
      if (objection.isPresent()) {
        return objection;
      }
    }
    return Optional.empty();
  }

  private Optional<String> objection(
      Outcome.Entry entry, Map<Claim, Map<Long, Set<Integer>>> support, long chainTimeS) {
    PackedVerdict verdict = entry.verdict();
    Optional<DecidedHeights.Decided> before = decided.of(verdict.jobId());
    if (before.isPresent() && redecides(entry, before.get(), chainTimeS)) {
      return Optional.empty();
    }
    if (!undecided(verdict)) {
      return objection(
          "job " + JobIds.text(verdict.jobId()),
          "undecided",
          "decided at seq " + before.get().seq());
    }
    Claim claim = new Claim(verdict.jobId(), verdict.hash(), entry.leafHash());
    int most =
        support.getOrDefault(claim, Map.of()).values().stream().mapToInt(Set::size).max().orElse(0);
    return most >= view.quorum()
        ? Optional.empty()
        : objection(
            "support of job " + JobIds.text(verdict.jobId()),
            view.quorum() + " observations",
            most);
  }

  /**
   * Whether a verdict may be decided for the first time, or after a CHECKPOINT that it goes beyond.
   */
  boolean undecided(PackedVerdict verdict) {
    Optional<DecidedHeights.Decided> before = decided.of(verdict.jobId());
    if (before.isEmpty()) {
      return true;
    }
    Optional<BigInteger> paid = before.get().checkpointPaid();
    Optional<BigInteger> next = DecidedHeights.checkpointPaid(verdict);
    return paid.isPresent() && (next.isEmpty() || next.get().compareTo(paid.get()) > 0);
  }

  /**
   * Whether this is, unchanged, the last verdict of a job whose report has expired before any chain
   * showed it.
   */
  private boolean redecides(Outcome.Entry entry, DecidedHeights.Decided before, long chainTimeS) {
    Optional<Outcome> old = decided.unreported(before.seq());
    return old.isPresent()
        && chainTimeS > old.get().validUntil()
        && old.get().entries().contains(entry);
  }

  /**
   * Who observed what in which attempt; observations signed by no member are left out and support
   * nothing.
   */
  private Map<Claim, Map<Long, Set<Integer>>> support(List<Signed<Observation>> observations) {
    Map<Claim, Map<Long, Set<Integer>>> support = new HashMap<>();
    for (Signed<Observation> observation : observations) {
      Observation body = observation.body();
      OptionalInt signer =
          body.epoch() == view.epoch() ? signatures.signer(observation) : OptionalInt.empty();
      if (signer.isPresent()) {
        Claim claim = new Claim(body.jobId(), body.verdictHash(), body.leafHash());
        support
            .computeIfAbsent(claim, key -> new HashMap<>())
            .computeIfAbsent(body.attempt(), key -> new HashSet<>())
            .add(signer.getAsInt());
      }
    }
    return support;
  }

  private static Optional<String> objection(String what, Object want, Object got) {
    return Optional.of(what + ": want " + want + ", got " + got);
  }
}
