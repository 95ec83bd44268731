package network.assay.oracle.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Report;
import network.assay.contracts.protocol.Signature;

/**
 * From a decision to a report on chain: derives the Report, signs it once, gathers 2f+1 signatures,
 * and sends it when it is this node's turn. Nothing here chooses anything: whoever signs for one
 * seq signs the same bytes.
 */
public final class ReportSigning {
  /**
   * Heights whose reports are being gathered; beyond, the oldest is given up and will be decided
   * again.
   */
  static final int OPEN_MAX = 2 * CommitteeLog.UNREPORTED_MAX;

  /** Shares kept of each peer for heights that are not decided here yet. */
  static final int EARLY_MAX = 16;

  private static final class Gathering {
    final Outcome outcome;
    final Report report;
    final Bytes32 digest;
    final SortedMap<Integer, Signature> shares = new TreeMap<>();
    Optional<QuorumReport> complete = Optional.empty();
    Optional<Signature> own = Optional.empty();
    long resends;

    Gathering(Outcome outcome, Report report, Bytes32 digest) {
      this.outcome = outcome;
      this.report = report;
      this.digest = digest;
    }
  }

  private final CommitteeView view;
  private final Signatures signatures;
  private final Signer signer;
  private final SignOnce signOnce;
  private final Timings timings;
  private final TreeMap<Long, Gathering> open = new TreeMap<>();
  private final List<TreeMap<Long, Signature>> early = new ArrayList<>();
  private long decidedSeq;
  private long chainTimeS;
  private List<Effect> out = new ArrayList<>();

  /**
   * @param signatures of the Settlement domain, which Reports are signed in
   */
  public ReportSigning(
      CommitteeView view,
      Signatures signatures,
      Signer signer,
      SignOnce signOnce,
      Timings timings) {
    this.view = view;
    this.signatures = signatures;
    this.signer = signer;
    this.signOnce = signOnce;
    this.timings = timings;
    for (int i = 0; i < view.n(); i++) {
      early.add(new TreeMap<>());
    }
  }

  public void onBlock(long blockTimeS) {
    chainTimeS = Math.max(chainTimeS, blockTimeS);
  }

  /** The reports that are complete and not known to be on chain. */
  public Optional<QuorumReport> complete(long seq) {
    return Optional.ofNullable(open.get(seq)).flatMap(gathering -> gathering.complete);
  }

  /** A decision with its certificate, checked: the Report follows from it. */
  public List<Effect> onDecided(Decision decision) {
    gather(decision.outcome());
    return drain();
  }

  /**
   * An outcome decided before a crash that the chain has not shown: signs it again, which is the
   * same signature's claim.
   */
  public List<Effect> onRestored(Outcome outcome) {
    gather(outcome);
    return drain();
  }

  private void gather(Outcome outcome) {
    decidedSeq = Math.max(decidedSeq, outcome.seq());
    if (!expired(outcome) && !open.containsKey(outcome.seq())) {
      Report report = outcome.report();
      Bytes32 digest = signatures.digest(report);
      Gathering gathering = new Gathering(outcome, report, digest);
      open.put(outcome.seq(), gathering);
      signOwn(gathering);
      takeEarly(gathering);
      completeIfQuorum(gathering);
      if (open.size() > OPEN_MAX) {
        open.pollFirstEntry();
      }
    }
  }

  private void signOwn(Gathering gathering) {
    Report report = gathering.report;
    switch (signOnce.claim(report.epoch(), report.seq(), gathering.digest)) {
      case SignOnce.Granted granted -> {
        Signature signature = signer.sign(gathering.digest);
        gathering.own = Optional.of(signature);
        gathering.shares.put(view.self(), signature);
        share(gathering, signature);
      }
      case SignOnce.Refused(Bytes32 before) ->
          out.add(
              new Effect.Alarm(
                  "report of epoch "
                      + report.epoch()
                      + " seq "
                      + report.seq()
                      + ": want to sign "
                      + gathering.digest
                      + ", got a claim for "
                      + before
                      + "; not signed"));
    }
  }

  private void share(Gathering gathering, Signature signature) {
    Report report = gathering.report;
    out.add(
        new Effect.Broadcast(new PeerMessage.ReportShare(report.epoch(), report.seq(), signature)));
    out.add(
        new Effect.SetTimer(new TimerId.Share(report.seq()), timings.resend(gathering.resends)));
  }

  private void takeEarly(Gathering gathering) {
    for (int member = 0; member < view.n(); member++) {
      Signature share = early.get(member).remove(gathering.report.seq());
      early.get(member).headMap(gathering.report.seq()).clear();
      if (share != null) {
        add(gathering, member, share);
      }
    }
  }

  /** A member's share, from that member. */
  public List<Effect> onShare(int from, PeerMessage.ReportShare share) {
    Gathering gathering = open.get(share.seq());
    if (share.epoch() != view.epoch()) {
      refuse(from, "report share of epoch " + share.epoch() + ", want " + view.epoch());
    } else if (gathering != null) {
      add(gathering, from, share.signature());
      completeIfQuorum(gathering);
    } else if (share.seq() > decidedSeq) {
      TreeMap<Long, Signature> kept = early.get(from);
      kept.putIfAbsent(share.seq(), share.signature());
      if (kept.size() > EARLY_MAX) {
        kept.pollLastEntry(); // the lowest are needed first; a liar's far ones go
      }
    }
    return drain();
  }

  private void add(Gathering gathering, int member, Signature share) {
    if (gathering.shares.containsKey(member) || gathering.complete.isPresent()) {
      return;
    }
    OptionalInt signedBy = signatures.signer(gathering.digest, share);
    if (signedBy.equals(OptionalInt.of(member))) {
      gathering.shares.put(member, share);
    } else {
      refuse(
          member,
          "report share of seq "
              + gathering.report.seq()
              + " is not its sender's signature of "
              + gathering.digest);
    }
  }

  private void completeIfQuorum(Gathering gathering) {
    if (gathering.complete.isPresent() || gathering.shares.size() < view.quorum()) {
      return;
    }
    QuorumReport report =
        new QuorumReport(
            gathering.outcome,
            gathering.report,
            QuorumSignatures.pack(view.committee(), gathering.shares));
    gathering.complete = Optional.of(report);
    out.add(new Effect.ReportReady(report));
    long wait = view.transmissionRank(report.seq()) * timings.staggerMs();
    if (wait == 0) {
      transmit(report);
    } else {
      out.add(new Effect.SetTimer(new TimerId.Transmit(report.seq()), wait));
    }
  }

  private void transmit(QuorumReport report) {
    out.add(new Effect.Transmit(report));
    out.add(
        new Effect.SetTimer(new TimerId.Transmit(report.seq()), view.n() * timings.staggerMs()));
  }

  /** Our turn, unless the chain shows the report or would refuse it by now. */
  public List<Effect> onTransmitTimer(long seq) {
    Gathering gathering = open.get(seq);
    if (gathering != null && !dropIfExpired(gathering)) {
      gathering.complete.ifPresent(this::transmit);
    }
    return drain();
  }

  /** Until the chain shows the report, a peer may have missed our share. */
  public List<Effect> onShareTimer(long seq) {
    Gathering gathering = open.get(seq);
    if (gathering != null && !dropIfExpired(gathering) && gathering.own.isPresent()) {
      gathering.resends++;
      share(gathering, gathering.own.get());
    }
    return drain();
  }

  /** The chain shows the report of this seq. */
  public void onReported(long seq) {
    open.remove(seq);
  }

  private boolean dropIfExpired(Gathering gathering) {
    boolean expired = expired(gathering.outcome);
    if (expired) {
      open.remove(gathering.report.seq());
    }
    return expired;
  }

  private boolean expired(Outcome outcome) {
    return chainTimeS > outcome.validUntil();
  }

  private void refuse(int from, String reason) {
    out.add(new Effect.Refused(from, reason));
  }

  private List<Effect> drain() {
    List<Effect> effects = out;
    out = new ArrayList<>();
    return effects;
  }

  /** The heights being gathered, with how many signatures each has. */
  public Map<Long, Integer> gathering() {
    Map<Long, Integer> counts = new TreeMap<>();
    open.forEach((seq, gathering) -> counts.put(seq, gathering.shares.size()));
    return counts;
  }
}
