package network.assay.oracle.node.committee;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Observation;
import network.assay.contracts.protocol.ObservationCommit;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Prepare;
import network.assay.contracts.protocol.Proposal;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.RoundChange;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.wire.ProposalMessage;
import network.assay.contracts.wire.ReportSignature;
import network.assay.contracts.wire.RoundChangeMessage;
import network.assay.contracts.wire.SignedStruct;
import network.assay.oracle.node.evidence.SignedWords;
import network.assay.oracle.node.evidence.Wire;
import network.assay.oracle.report.Decision;
import network.assay.oracle.report.PeerMessage;
import network.assay.oracle.report.PreparedCertificate;
import network.assay.oracle.report.Signed;

/**
 * Between oracle/report's messages and those of {@code assay.v1}. Reading bounds every list before
 * it is walked and refuses with {@link ProtocolException}; it believes nothing.
 */
public final class WireCodec {
  /** A message with the epoch it speaks of, which it carries in its own signed words. */
  public record Addressed(long epoch, PeerMessage message) {}

  private WireCodec() {}

  public static network.assay.contracts.wire.PeerMessage encode(PeerMessage message) {
    var out = network.assay.contracts.wire.PeerMessage.newBuilder();
    switch (message) {
      case PeerMessage.Commitment m -> out.setObservationCommit(struct(m.commit()));
      case PeerMessage.Reveal m -> out.setObservation(struct(m.observation()));
      case PeerMessage.Propose m -> out.setProposal(encode(m));
      case PeerMessage.PrepareVote m -> out.setPrepare(struct(m.prepare()));
      case PeerMessage.CommitVote m -> out.setCommit(struct(m.commit()));
      case PeerMessage.ChangeRound m -> out.setRoundChange(encode(m));
      case PeerMessage.ReportShare m ->
          out.setReportSignature(
              ReportSignature.newBuilder()
                  .setEpoch(m.epoch())
                  .setSeq(m.seq())
                  .setSignature(ByteString.copyFrom(m.signature().toArray())));
      case Decision m -> out.setDecision(encode(m));
    }
    return out.build();
  }

  public static network.assay.contracts.wire.Decision encode(Decision decision) {
    var out =
        network.assay.contracts.wire.Decision.newBuilder()
            .setOutcome(ByteString.copyFrom(decision.outcome().encode()));
    decision.commits().forEach(commit -> out.addCommits(struct(commit)));
    return out.build();
  }

  private static ProposalMessage encode(PeerMessage.Propose m) {
    ProposalMessage.Builder out =
        ProposalMessage.newBuilder()
            .setProposal(struct(m.proposal()))
            .setOutcome(ByteString.copyFrom(m.outcome().encode()));
    m.observations().forEach(observation -> out.addObservations(struct(observation)));
    m.justification().forEach(change -> out.addJustification(encode(change)));
    return out.build();
  }

  private static RoundChangeMessage encode(PeerMessage.ChangeRound m) {
    RoundChangeMessage.Builder out =
        RoundChangeMessage.newBuilder().setRoundChange(struct(m.roundChange()));
    m.prepared()
        .ifPresent(certificate -> {
          var prepared =
              network.assay.contracts.wire.PreparedCertificate.newBuilder()
                  .setOutcome(ByteString.copyFrom(certificate.outcome().encode()));
          certificate.prepares().forEach(prepare -> prepared.addPrepares(struct(prepare)));
          out.setPrepared(prepared);
        });
    return out.build();
  }

  private static SignedStruct struct(Signed<? extends TypedStruct> signed) {
    return Wire.struct(signed.body(), signed.signature());
  }

  /** Empty for a body that is not the committee's business: evidence and its passing on. */
  public static Optional<Addressed> decode(network.assay.contracts.wire.PeerMessage message) {
    return switch (message.getBodyCase()) {
      case OBSERVATION_COMMIT -> {
        Signed<ObservationCommit> signed =
            signed(message.getObservationCommit(), ObservationCommit::fromWords);
        yield addressed(signed.body().epoch(), new PeerMessage.Commitment(signed));
      }
      case OBSERVATION -> {
        Signed<Observation> signed = signed(message.getObservation(), Observation::fromWords);
        yield addressed(signed.body().epoch(), new PeerMessage.Reveal(signed));
      }
      case PROPOSAL -> {
        PeerMessage.Propose propose = decode(message.getProposal());
        yield addressed(propose.proposal().body().epoch(), propose);
      }
      case PREPARE -> {
        Signed<Prepare> signed = signed(message.getPrepare(), Prepare::fromWords);
        yield addressed(signed.body().epoch(), new PeerMessage.PrepareVote(signed));
      }
      case COMMIT -> {
        Signed<Commit> signed = signed(message.getCommit(), Commit::fromWords);
        yield addressed(signed.body().epoch(), new PeerMessage.CommitVote(signed));
      }
      case ROUND_CHANGE -> {
        PeerMessage.ChangeRound change = decode(message.getRoundChange());
        yield addressed(change.roundChange().body().epoch(), change);
      }
      case DECISION -> {
        Decision decision = decode(message.getDecision());
        yield addressed(decision.outcome().epoch(), decision);
      }
      case REPORT_SIGNATURE -> {
        ReportSignature share = message.getReportSignature();
        Signature signature = Signature.of(share.getSignature().toByteArray());
        yield addressed(
            share.getEpoch(),
            new PeerMessage.ReportShare(share.getEpoch(), share.getSeq(), signature));
      }
      case CERTIFICATE, DRAW_REVEAL, OPENING, TELEMETRY_CONFLICT, BODY_NOT_SET -> Optional.empty();
    };
  }

  private static Optional<Addressed> addressed(long epoch, PeerMessage message) {
    return Optional.of(new Addressed(epoch, message));
  }

  public static Decision decode(network.assay.contracts.wire.Decision message) {
    bound("commits", message.getCommitsCount(), Committee.SIZE_MAX);
    return new Decision(
        outcome(message.getOutcome()),
        message.getCommitsList().stream()
            .map(commit -> signed(commit, Commit::fromWords))
            .toList());
  }

  private static PeerMessage.Propose decode(ProposalMessage message) {
    bound("observations", message.getObservationsCount(), PeerMessage.Propose.OBSERVATIONS_MAX);
    bound("justification", message.getJustificationCount(), Committee.SIZE_MAX);
    return new PeerMessage.Propose(
        signed(message.getProposal(), Proposal::fromWords),
        outcome(message.getOutcome()),
        message.getObservationsList().stream().map(o -> signed(o, Observation::fromWords)).toList(),
        message.getJustificationList().stream().map(WireCodec::decode).toList());
  }

  private static PeerMessage.ChangeRound decode(RoundChangeMessage message) {
    Signed<RoundChange> change = signed(message.getRoundChange(), RoundChange::fromWords);
    if (!message.hasPrepared()) {
      return new PeerMessage.ChangeRound(change, Optional.empty());
    }
    List<SignedStruct> prepares = message.getPrepared().getPreparesList();
    bound("prepares", prepares.size(), Committee.SIZE_MAX);
    PreparedCertificate certificate =
        new PreparedCertificate(
            outcome(message.getPrepared().getOutcome()),
            prepares.stream().map(prepare -> signed(prepare, Prepare::fromWords)).toList());
    return new PeerMessage.ChangeRound(change, Optional.of(certificate));
  }

  private static void bound(String what, int got, int max) {
    if (got > max) {
      throw new ProtocolException("TOO_MANY", "at most " + max + " " + what, got);
    }
  }

  private static Outcome outcome(ByteString bytes) {
    if (bytes.size() > Outcome.BYTES_MAX) {
      throw new ProtocolException(
          "TOO_LONG", Outcome.BYTES_MAX + " bytes of outcome", bytes.size());
    }
    return Outcome.parse(bytes.toByteArray());
  }

  private static <T extends TypedStruct> Signed<T> signed(
      SignedStruct message, Function<byte[], T> parse) {
    SignedWords words = Wire.words(message);
    return new Signed<>(parse.apply(words.words()), words.signature());
  }

  /**
   * The largest message of a committee of n with quorum q: a full proposal with all its
   * justification.
   */
  public static int bytesMax(int n, int quorum) {
    int signed = 8 * 32 + Signature.SIZE + 16;
    int observations = PackedVerdict.COUNT_MAX * n * signed;
    int justification = n * (Outcome.BYTES_MAX + (quorum + 1) * signed + 64);
    return observations + justification + Outcome.BYTES_MAX + 64 * 1024;
  }
}
