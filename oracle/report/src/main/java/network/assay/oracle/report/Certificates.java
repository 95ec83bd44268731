package network.assay.oracle.report;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.Prepare;
import network.assay.contracts.protocol.RoundChange;
import network.assay.contracts.protocol.TypedStruct;

/**
 * Checks what travels in place of trust: prepared certificates, commit certificates, and the
 * ROUND-CHANGEs that justify a proposal. Each check answers with the objection, or empty where
 * there is none.
 */
public final class Certificates {
  private final CommitteeView view;
  private final Signatures signatures;

  public Certificates(CommitteeView view, Signatures signatures) {
    this.view = view;
    this.signatures = signatures;
  }

  /** What a justification obliges the proposal to be. */
  public sealed interface Justification {
    /** Nobody was locked: any valid value. */
    record Free() implements Justification {}

    /** The value of the highest prepared certificate, and no other. */
    record Bound(Bytes32 outcomeHash) implements Justification {}

    record Missing(String reason) implements Justification {}
  }

  /** A commit certificate for the outcome it carries. */
  public Optional<String> objection(Decision decision) {
    Bytes32 hash = decision.outcome().hash();
    long round = decision.commits().getFirst().body().round();
    Commit want = new Commit(view.epoch(), decision.seq(), round, hash);
    if (decision.outcome().epoch() != view.epoch()) {
      return Optional.of(got("epoch of the decision", view.epoch(), decision.outcome().epoch()));
    }
    return quorum("commit certificate", decision.commits(), want);
  }

  /**
   * A prepared certificate for its outcome at {@code seq}, from a round below {@code roundBelow}.
   */
  public Optional<String> objection(PreparedCertificate certificate, long seq, long roundBelow) {
    if (certificate.round() >= roundBelow) {
      return Optional.of(
          got("round of the prepared certificate", "below " + roundBelow, certificate.round()));
    }
    if (certificate.outcome().epoch() != view.epoch() || certificate.outcome().seq() != seq) {
      return Optional.of(got("seq of the prepared outcome", seq, certificate.outcome().seq()));
    }
    Bytes32 hash = certificate.outcome().hash();
    Prepare want = new Prepare(view.epoch(), seq, certificate.round(), hash);
    return quorum("prepared certificate", certificate.prepares(), want);
  }

  /** A ROUND-CHANGE whose certificate, if any, is exactly what its signed part says. */
  public Optional<String> objection(PeerMessage.ChangeRound change, long seq) {
    RoundChange body = change.roundChange().body();
    if (body.epoch() != view.epoch() || body.seq() != seq || body.round() == 0) {
      return Optional.of(got("ROUND-CHANGE", "seq " + seq + ", a round above 0", body));
    }
    if (change.prepared().isEmpty()) {
      boolean none = body.preparedHash().isZero() && body.preparedRound() == 0;
      return none ? Optional.empty() : Optional.of("ROUND-CHANGE says prepared and shows nothing");
    }
    PreparedCertificate shown = change.prepared().get();
    if (shown.round() != body.preparedRound()
        || !shown.outcome().hash().equals(body.preparedHash())) {
      return Optional.of("ROUND-CHANGE shows another certificate than it signs");
    }
    return objection(shown, seq, body.round());
  }

  /** What 2f+1 distinct members' ROUND-CHANGEs to {@code round} oblige its leader to propose. */
  public Justification justify(List<PeerMessage.ChangeRound> changes, long seq, long round) {
    Set<Integer> members = new HashSet<>();
    Optional<PreparedCertificate> highest = Optional.empty();
    for (PeerMessage.ChangeRound change : changes) {
      if (change.roundChange().body().round() != round) {
        return new Justification.Missing(
            got("round of a ROUND-CHANGE", round, change.roundChange().body().round()));
      }
      OptionalInt signer = signatures.signer(change.roundChange());
      if (signer.isEmpty() || !members.add(signer.getAsInt())) {
        return new Justification.Missing("justification: a ROUND-CHANGE of nobody, or one twice");
      }
      Optional<String> objection = objection(change, seq);
      if (objection.isPresent()) {
        return new Justification.Missing(objection.get());
      }
      highest = higher(highest, change.prepared());
    }
    if (members.size() < view.quorum()) {
      return new Justification.Missing(got("ROUND-CHANGEs", view.quorum(), members.size()));
    }
    return highest
        .<Justification>map(lock -> new Justification.Bound(lock.outcome().hash()))
        .orElseGet(Justification.Free::new);
  }

  /** The certificate of the higher round. */
  static Optional<PreparedCertificate> higher(
      Optional<PreparedCertificate> one, Optional<PreparedCertificate> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isPresent() ? one : other;
    }
    return other.get().round() > one.get().round() ? other : one;
  }

  /**
   * At least a quorum of members signed exactly {@code want}, each once, and nothing else is among
   * them.
   */
  private <T extends TypedStruct> Optional<String> quorum(
      String what, List<Signed<T>> votes, T want) {
    Set<Integer> members = new HashSet<>();
    for (Signed<T> vote : votes) {
      if (!vote.body().equals(want)) {
        return Optional.of(got(what, want, vote.body()));
      }
      OptionalInt signer = signatures.signer(vote);
      if (signer.isEmpty() || !members.add(signer.getAsInt())) {
        return Optional.of(what + ": a vote of nobody, or one member's vote twice");
      }
    }
    return members.size() >= view.quorum()
        ? Optional.empty()
        : Optional.of(got(what, view.quorum() + " votes", members.size()));
  }

  private static String got(String what, Object want, Object got) {
    return what + ": want " + want + ", got " + got;
  }
}
