package network.assay.oracle.report;

import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Observation;
import network.assay.contracts.protocol.ObservationCommit;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Prepare;
import network.assay.contracts.protocol.Proposal;
import network.assay.contracts.protocol.RoundChange;
import network.assay.contracts.protocol.Signature;

/**
 * What oracles of one committee say to each other about observations, outcomes and reports: decoded
 * and bounded, but neither authenticated nor believed. The node maps them to and from {@code
 * assay.v1.PeerMessage}.
 */
public sealed interface PeerMessage
    permits PeerMessage.Commitment,
        PeerMessage.Reveal,
        PeerMessage.Propose,
        PeerMessage.PrepareVote,
        PeerMessage.CommitVote,
        PeerMessage.ChangeRound,
        PeerMessage.ReportShare,
        Decision {

  /** A salted commitment to an observation. May be passed on by others than its signer. */
  record Commitment(Signed<ObservationCommit> commit) implements PeerMessage {}

  /** An observation opened. May be passed on by others than its signer. */
  record Reveal(Signed<Observation> observation) implements PeerMessage {}

  /**
   * A leader's proposal.
   *
   * @param observations the support of the outcome's entries, at most n an entry
   * @param justification in a round above 0, 2f+1 ROUND-CHANGEs to that round
   */
  record Propose(
      Signed<Proposal> proposal,
      Outcome outcome,
      List<Signed<Observation>> observations,
      List<ChangeRound> justification)
      implements PeerMessage {
    /** 256 entries, each seen by 31 oracles. */
    public static final int OBSERVATIONS_MAX = PackedVerdict.COUNT_MAX * Committee.SIZE_MAX;

    public Propose {
      observations = List.copyOf(observations);
      justification = List.copyOf(justification);
      if (observations.size() > OBSERVATIONS_MAX) {
        throw new IllegalArgumentException(
            "observations: want at most " + OBSERVATIONS_MAX + ", got " + observations.size());
      }
      if (justification.size() > Committee.SIZE_MAX) {
        throw new IllegalArgumentException(
            "justification: want at most " + Committee.SIZE_MAX + ", got " + justification.size());
      }
    }
  }

  /** First vote. */
  record PrepareVote(Signed<Prepare> prepare) implements PeerMessage {}

  /** Second vote. */
  record CommitVote(Signed<Commit> commit) implements PeerMessage {}

  /** Gives up a round; carries the lock of its signer, where it has one. */
  record ChangeRound(Signed<RoundChange> roundChange, Optional<PreparedCertificate> prepared)
      implements PeerMessage {}

  /** One oracle's signature of the Report that follows from the decision of {@code seq}. */
  record ReportShare(long epoch, long seq, Signature signature) implements PeerMessage {}
}
