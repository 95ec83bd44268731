package network.assay.oracle.report;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.VerdictCode;

/**
 * What an epoch's log has decided: for each job its last verdict's height, the outcomes that the
 * chain has not shown yet, and the newest decisions in full. Some 100 bytes a job: an epoch of a
 * million jobs takes 100 MB.
 */
final class DecidedHeights {
  /** Decisions kept in memory for peers that lag; older ones come from the node's store. */
  static final int RECENT_MAX = 64;

  /** What was last decided of a job. */
  record Decided(long seq, Optional<BigInteger> checkpointPaid) {}

  private final Map<Long, Decided> byJob = new HashMap<>();
  private final TreeMap<Long, Outcome> unreported = new TreeMap<>();
  private final SequencedMap<Long, Decision> recent = new LinkedHashMap<>();
  private long height = 1;

  /** The height that is being decided: one above the last decided. */
  long height() {
    return height;
  }

  /** Takes the decision of exactly {@link #height}. */
  void add(Decision decision) {
    if (decision.seq() != height) {
      throw new IllegalStateException(
          "decision: want seq " + height + ", got " + decision.seq() + "; a height is missing");
    }
    height++;
    unreported.put(decision.seq(), decision.outcome());
    recent.put(decision.seq(), decision);
    if (recent.size() > RECENT_MAX) {
      recent.pollFirstEntry();
    }
    for (Outcome.Entry entry : decision.outcome().entries()) {
      PackedVerdict verdict = entry.verdict();
      Decided now = new Decided(decision.seq(), checkpointPaid(verdict));
      Decided before = byJob.put(verdict.jobId(), now);
      if (before != null) {
        forgetIfSuperseded(before.seq());
      }
    }
  }

  /** An old height of which every job has been decided again need not reach the chain any more. */
  private void forgetIfSuperseded(long seq) {
    Outcome old = unreported.get(seq);
    if (old != null
        && old.entries().stream()
            .noneMatch(
                entry -> of(entry.verdict().jobId()).filter(d -> d.seq() == seq).isPresent())) {
      unreported.remove(seq);
    }
  }

  static Optional<BigInteger> checkpointPaid(PackedVerdict verdict) {
    return verdict.code() == VerdictCode.CHECKPOINT
        ? Optional.of(verdict.cumulativePaid())
        : Optional.empty();
  }

  Optional<Decided> of(long jobId) {
    return Optional.ofNullable(byJob.get(jobId));
  }

  /** Whether a job has its last verdict. */
  boolean closed(long jobId) {
    Decided decided = byJob.get(jobId);
    return decided != null && decided.checkpointPaid().isEmpty();
  }

  Optional<Decision> decision(long seq) {
    return Optional.ofNullable(recent.get(seq));
  }

  /** The outcome of a height that the chain has not shown, as far as this node knows. */
  Optional<Outcome> unreported(long seq) {
    return Optional.ofNullable(unreported.get(seq));
  }

  SequencedMap<Long, Outcome> unreported() {
    return unreported;
  }

  void reported(long seq) {
    unreported.remove(seq);
  }
}
