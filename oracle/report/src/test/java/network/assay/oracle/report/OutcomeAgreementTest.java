package network.assay.oracle.report;

import static network.assay.oracle.report.Fixture.SEQ;
import static network.assay.oracle.report.Fixture.certificate;
import static network.assay.oracle.report.Fixture.change;
import static network.assay.oracle.report.Fixture.commit;
import static network.assay.oracle.report.Fixture.decision;
import static network.assay.oracle.report.Fixture.only;
import static network.assay.oracle.report.Fixture.prepare;
import static network.assay.oracle.report.Fixture.propose;
import static network.assay.oracle.report.Fixture.refusals;
import static network.assay.oracle.report.Fixture.said;
import static network.assay.oracle.report.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Observation;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.Prepare;
import org.junit.jupiter.api.Test;

/**
 * One height as member 3 sees it; members 0, 1, 2 lead rounds 0, 1, 2 and are played by the test.
 */
class OutcomeAgreementTest {
  private static final Outcome A = value(1);
  private static final Outcome B = value(2);

  private static final class Values implements OutcomeAgreement.Values {
    Optional<Outcome> mine = Optional.empty();
    Optional<Outcome> bad = Optional.empty();

    @Override
    public Optional<OutcomeAgreement.Candidate> toPropose() {
      return mine.map(outcome -> new OutcomeAgreement.Candidate(outcome, List.of()));
    }

    @Override
    public Optional<String> objection(Outcome outcome, List<Signed<Observation>> observations) {
      return bad.filter(outcome::equals).map(o -> "unsupported");
    }
  }

  private final Values values = new Values();
  private final OutcomeAgreement node = agreement(3);

  private OutcomeAgreement agreement(int self) {
    return new OutcomeAgreement(
        Fixture.view(self), SEQ, Fixture.signatures(self), values, Fixture.TIMINGS);
  }

  private List<Effect> locked(Outcome outcome) {
    List<Effect> out = new ArrayList<>(node.onPropose(0, propose(0, 0, outcome, List.of())));
    out.addAll(node.onPrepare(0, prepare(0, 0, outcome)));
    out.addAll(node.onPrepare(1, prepare(1, 0, outcome)));
    return out;
  }

  @Test
  void a_vote_is_persisted_before_it_is_sent() {
    List<Effect> out = locked(A);
    List<Durable> persisted = new ArrayList<>();
    int votes = 0;
    for (Effect effect : out) {
      if (effect instanceof Effect.Persist(Durable record)) {
        persisted.add(record);
      } else if (effect instanceof Effect.Broadcast(PeerMessage.PrepareVote m)) {
        assertThat(persisted).contains(new Durable.Voted(m.prepare()));
        votes++;
      } else if (effect instanceof Effect.Broadcast(PeerMessage.CommitVote m)) {
        assertThat(persisted).contains(new Durable.Voted(m.commit()));
        assertThat(persisted).contains(new Durable.Locked(node.lock().orElseThrow()));
        votes++;
      }
    }
    assertThat(votes).isEqualTo(2);
  }

  @Test
  void two_proposals_of_one_leader_get_one_prepare_and_are_named() {
    List<Effect> first = node.onPropose(0, propose(0, 0, A, List.of()));
    List<Effect> second = node.onPropose(0, propose(0, 0, B, List.of()));
    assertThat(said(PeerMessage.PrepareVote.class, first)).hasSize(1);
    assertThat(said(PeerMessage.PrepareVote.class, second)).isEmpty();
    Effect.Evidence evidence = only(Effect.Equivocated.class, second).getFirst().evidence();
    assertThat(evidence.signer()).isZero();
    assertThat(evidence.first().body()).isNotEqualTo(evidence.second().body());
  }

  @Test
  void who_does_not_lead_the_round_cannot_propose() {
    List<Effect> out = node.onPropose(1, propose(1, 0, A, List.of()));
    assertThat(refusals(out)).singleElement().asString().contains("does not lead");
    assertThat(said(PeerMessage.PrepareVote.class, out)).isEmpty();
  }

  @Test
  void a_proposal_has_to_be_signed_by_who_delivers_it() {
    List<Effect> out = node.onPropose(1, propose(0, 0, A, List.of()));
    assertThat(refusals(out)).singleElement().asString().contains("not signed by its sender");
  }

  @Test
  void an_unsupported_value_is_not_prepared() {
    values.bad = Optional.of(A);
    List<Effect> out = node.onPropose(0, propose(0, 0, A, List.of()));
    assertThat(refusals(out)).singleElement().asString().contains("unsupported");
    assertThat(said(PeerMessage.PrepareVote.class, out)).isEmpty();
  }

  @Test
  void a_proposal_carries_the_outcome_it_signs() {
    PeerMessage.Propose signedA = propose(0, 0, A, List.of());
    List<Effect> out =
        node.onPropose(0, new PeerMessage.Propose(signedA.proposal(), B, List.of(), List.of()));
    assertThat(refusals(out)).singleElement().asString().contains("another outcome");
  }

  @Test
  void a_proposal_of_a_round_that_is_over_is_ignored() {
    node.onReady();
    node.onTimer(0);
    List<Effect> out = node.onPropose(0, propose(0, 0, A, List.of()));
    assertThat(node.round()).isEqualTo(1);
    assertThat(said(PeerMessage.PrepareVote.class, out)).isEmpty();
  }

  @Test
  void a_later_round_needs_a_quorum_of_round_changes() {
    List<List<PeerMessage.ChangeRound>> tooLittle =
        List.of(
            List.of(),
            List.of(change(0, 1), change(1, 1)),
            List.of(change(0, 1), change(1, 1), change(1, 1)),
            List.of(change(0, 1), change(1, 1), change(9, 1)),
            List.of(change(0, 1), change(1, 1), change(2, 2)));
    for (List<PeerMessage.ChangeRound> justification : tooLittle) {
      List<Effect> out = node.onPropose(1, propose(1, 1, A, justification));
      assertThat(refusals(out)).as(justification.toString()).hasSize(1);
      assertThat(said(PeerMessage.PrepareVote.class, out)).isEmpty();
    }
    List<Effect> enough =
        node.onPropose(1, propose(1, 1, A, List.of(change(0, 1), change(1, 1), change(2, 1))));
    assertThat(said(PeerMessage.PrepareVote.class, enough)).hasSize(1);
    assertThat(node.round()).isEqualTo(1);
  }

  @Test
  void the_highest_prepared_value_binds_the_leader() {
    List<PeerMessage.ChangeRound> justification =
        List.of(
            change(0, 2, certificate(0, A, 0, 1, 2)),
            change(1, 2, certificate(1, B, 0, 1, 2)),
            change(2, 2));
    assertThat(refusals(node.onPropose(2, propose(2, 2, A, justification))))
        .singleElement()
        .asString()
        .contains("ignores the highest prepared value");
    List<Effect> right = agreement(3).onPropose(2, propose(2, 2, B, justification));
    assertThat(said(PeerMessage.PrepareVote.class, right)).hasSize(1);
  }

  @Test
  void a_bound_value_needs_no_support_of_its_own_and_no_fresh_time() {
    values.bad = Optional.of(A);
    List<PeerMessage.ChangeRound> justification =
        List.of(change(0, 1, certificate(0, A, 0, 1, 2)), change(1, 1), change(2, 1));
    List<Effect> out = node.onPropose(1, propose(1, 1, A, justification));
    assertThat(said(PeerMessage.PrepareVote.class, out)).hasSize(1);
  }

  @Test
  void forged_prepared_certificates_are_refused() {
    Outcome elsewhere = Fixture.outcome(SEQ + 1, Fixture.CHAIN_TIME_S, 1);
    PreparedCertificate mixed =
        new PreparedCertificate(
            A,
            List.of(
                Fixture.prepared(0, 0, A), Fixture.prepared(1, 0, A), Fixture.prepared(2, 0, B)));
    List<Signed<Prepare>> forThisSeq = new ArrayList<>();
    for (int member = 0; member < 3; member++) {
      forThisSeq.add(Fixture.signed(member, new Prepare(Fixture.EPOCH, SEQ, 0, elsewhere.hash())));
    }
    List<PreparedCertificate> forged =
        List.of(
            certificate(0, A, 0, 1),
            certificate(0, A, 0, 1, 1),
            certificate(0, A, 0, 1, 9),
            certificate(2, A, 0, 1, 2),
            certificate(0, elsewhere, 0, 1, 2),
            new PreparedCertificate(elsewhere, forThisSeq),
            mixed);
    for (PreparedCertificate certificate : forged) {
      assertThat(refusals(node.onChangeRound(0, change(0, 2, certificate)))).hasSize(1);
      assertThat(
              refusals(
                  node.onPropose(
                      2,
                      propose(
                          2,
                          2,
                          A,
                          List.of(change(0, 2, certificate), change(1, 2), change(2, 2))))))
          .hasSize(1);
    }
    assertThat(node.round()).isZero();
  }

  @Test
  void a_round_change_cannot_sign_one_lock_and_show_another() {
    PeerMessage.ChangeRound none = change(0, 2);
    PeerMessage.ChangeRound some = change(0, 2, certificate(0, A, 0, 1, 2));
    PeerMessage.ChangeRound hidden =
        new PeerMessage.ChangeRound(some.roundChange(), Optional.empty());
    PeerMessage.ChangeRound added =
        new PeerMessage.ChangeRound(none.roundChange(), some.prepared());
    assertThat(refusals(node.onChangeRound(0, hidden))).hasSize(1);
    assertThat(refusals(node.onChangeRound(0, added))).hasSize(1);
  }

  @Test
  void prepares_of_others_alone_lock_nothing() {
    node.onPrepare(0, prepare(0, 0, A));
    node.onPrepare(1, prepare(1, 0, A));
    List<Effect> out = node.onPrepare(2, prepare(2, 0, A));
    assertThat(node.lock()).isEmpty();
    assertThat(out).isEmpty();
    out = node.onPropose(0, propose(0, 0, A, List.of()));
    assertThat(said(PeerMessage.CommitVote.class, out)).hasSize(1);
  }

  @Test
  void prepares_for_different_values_or_rounds_do_not_add_up() {
    node.onPropose(0, propose(0, 0, A, List.of()));
    node.onPrepare(0, prepare(0, 0, A));
    node.onPrepare(1, prepare(1, 0, B));
    node.onPrepare(2, prepare(2, 1, A));
    assertThat(node.lock()).isEmpty();
  }

  @Test
  void a_lock_travels_with_the_round_change() {
    locked(A);
    List<Effect> out = node.onTimer(0);
    PeerMessage.ChangeRound said = said(PeerMessage.ChangeRound.class, out).getFirst();
    assertThat(said.prepared()).isEqualTo(node.lock());
    assertThat(said.roundChange().body().preparedHash()).isEqualTo(A.hash());
  }

  @Test
  void a_quorum_of_commits_decides_whatever_round_we_are_in() {
    locked(A);
    node.onTimer(0);
    node.onCommit(0, commit(0, 0, A));
    List<Effect> out = node.onCommit(1, commit(1, 0, A));
    Decision made = only(Effect.Decide.class, out).getFirst().decision();
    assertThat(made.outcome()).isEqualTo(A);
    assertThat(out.indexOf(new Effect.Persist(new Durable.Decided(made))))
        .isLessThan(out.indexOf(new Effect.Decide(made)))
        .isNotNegative();
  }

  @Test
  void commits_of_different_rounds_do_not_add_up() {
    node.onPropose(0, propose(0, 0, A, List.of()));
    node.onCommit(0, commit(0, 0, A));
    node.onCommit(1, commit(1, 1, A));
    node.onCommit(2, commit(2, 2, A));
    assertThat(node.decision()).isEmpty();
  }

  @Test
  void a_decided_value_that_never_came_is_asked_for() {
    node.onCommit(0, commit(0, 0, A));
    node.onCommit(1, commit(1, 0, A));
    List<Effect> out = node.onCommit(2, commit(2, 0, A));
    assertThat(only(Effect.RequestDecision.class, out)).hasSize(1);
    assertThat(node.outcomeMissing()).isTrue();
    node.onDecision(1, decision(0, A, 0, 1, 2));
    assertThat(node.decision()).isPresent();
  }

  @Test
  void forged_decisions_are_refused() {
    Decision mixed =
        new Decision(
            A,
            List.of(
                Fixture.committed(0, 0, A),
                Fixture.committed(1, 0, A),
                Fixture.committed(2, 1, A)));
    Decision foreign = new Decision(B, decision(0, A, 0, 1, 2).commits());
    List<Decision> forged =
        List.of(
            decision(0, A, 0, 1),
            decision(0, A, 0, 1, 1),
            decision(0, A, 0, 1, 9),
            mixed,
            foreign,
            decision(0, Fixture.outcome(SEQ + 1, 1, 1), 0, 1, 2));
    for (Decision decision : forged) {
      assertThat(refusals(node.onDecision(0, decision))).as(decision.toString()).hasSize(1);
    }
    assertThat(node.decision()).isEmpty();
  }

  @Test
  void f_members_cannot_move_us_but_f_plus_one_can() {
    node.onChangeRound(0, change(0, 5));
    assertThat(node.round()).isZero();
    List<Effect> out = node.onChangeRound(1, change(1, 3));
    assertThat(node.round()).isEqualTo(3);
    assertThat(said(PeerMessage.ChangeRound.class, out))
        .singleElement()
        .satisfies(said -> assertThat(said.roundChange().body().round()).isEqualTo(3));
  }

  @Test
  void round_times_double_and_old_timers_are_ignored() {
    List<Effect> first = node.onReady();
    List<Effect> second = node.onTimer(0);
    assertThat(only(Effect.SetTimer.class, first).getFirst().delayMs()).isEqualTo(2_000);
    assertThat(only(Effect.SetTimer.class, second).getFirst().delayMs()).isEqualTo(4_000);
    assertThat(node.onTimer(0)).isEmpty();
    assertThat(node.round()).isEqualTo(1);
  }

  @Test
  void without_anything_to_decide_no_clock_runs() {
    assertThat(node.onTimer(0)).isEmpty();
    assertThat(node.round()).isZero();
  }

  @Test
  void the_leader_of_a_later_round_is_free_where_nobody_is_locked() {
    values.mine = Optional.of(B);
    OutcomeAgreement leader = agreement(1);
    List<Effect> out = new ArrayList<>();
    out.addAll(leader.onChangeRound(0, change(0, 1)));
    assertThat(said(PeerMessage.Propose.class, out)).isEmpty();
    out.addAll(leader.onChangeRound(2, change(2, 1)));
    out.addAll(leader.onChangeRound(3, change(3, 1)));
    assertThat(said(PeerMessage.Propose.class, out))
        .singleElement()
        .satisfies(m -> assertThat(m.outcome()).isEqualTo(B));
  }

  @Test
  void the_leader_of_a_later_round_proposes_the_highest_lock() {
    values.mine = Optional.of(B);
    OutcomeAgreement leader = agreement(2);
    List<Effect> out = new ArrayList<>();
    out.addAll(leader.onChangeRound(0, change(0, 2, certificate(0, B, 0, 1, 3))));
    out.addAll(leader.onChangeRound(1, change(1, 2, certificate(1, A, 0, 1, 3))));
    out.addAll(leader.onChangeRound(3, change(3, 2)));
    assertThat(said(PeerMessage.Propose.class, out))
        .singleElement()
        .satisfies(m -> assertThat(m.outcome()).isEqualTo(A));
  }

  @Test
  void one_who_votes_twice_is_named_and_counted_once() {
    node.onPropose(0, propose(0, 0, A, List.of()));
    List<Effect> out = new ArrayList<>(node.onPrepare(0, prepare(0, 0, B)));
    out.addAll(node.onPrepare(0, prepare(0, 0, A)));
    out.addAll(node.onPrepare(1, prepare(1, 0, A)));
    assertThat(only(Effect.Equivocated.class, out)).hasSize(1);
    assertThat(node.lock()).isEmpty();
    node.onCommit(1, commit(1, 0, A));
    assertThat(only(Effect.Equivocated.class, node.onCommit(1, commit(1, 0, B)))).hasSize(1);
    node.onChangeRound(2, change(2, 1));
    List<Effect> twice = node.onChangeRound(2, change(2, 1, certificate(0, A, 0, 1, 2)));
    assertThat(only(Effect.Equivocated.class, twice)).hasSize(1);
  }

  @Test
  void votes_of_another_epoch_or_height_are_refused() {
    Prepare otherEpoch = new Prepare(Fixture.EPOCH + 1, SEQ, 0, A.hash());
    Prepare otherSeq = new Prepare(Fixture.EPOCH, SEQ + 1, 0, A.hash());
    for (Prepare body : List.of(otherEpoch, otherSeq)) {
      PeerMessage.PrepareVote vote = new PeerMessage.PrepareVote(Fixture.signed(0, body));
      assertThat(refusals(node.onPrepare(0, vote))).hasSize(1);
    }
  }

  private static List<Durable> persisted(List<Effect> effects) {
    return only(Effect.Persist.class, effects).stream().map(Effect.Persist::record).toList();
  }

  private OutcomeAgreement restarted(List<Effect> before) {
    OutcomeAgreement next = agreement(3);
    persisted(before).stream()
        .map(record -> DurableCodec.decode(DurableCodec.encode(record)))
        .forEach(next::restore);
    return next;
  }

  @Test
  void a_restarted_node_does_not_prepare_another_value_in_the_same_round() {
    List<Effect> before = node.onPropose(0, propose(0, 0, A, List.of()));
    OutcomeAgreement next = restarted(before);
    assertThat(said(PeerMessage.PrepareVote.class, next.resume()))
        .singleElement()
        .satisfies(m -> assertThat(m.prepare().body().outcomeHash()).isEqualTo(A.hash()));
    List<Effect> out = next.onPropose(0, propose(0, 0, B, List.of()));
    assertThat(said(PeerMessage.PrepareVote.class, out)).isEmpty();
  }

  @Test
  void a_restarted_node_does_not_commit_to_a_value_it_did_not_prepare() {
    List<Effect> before = node.onPropose(0, propose(0, 0, A, List.of()));
    OutcomeAgreement next = restarted(before);
    next.resume();
    next.onPropose(0, propose(0, 0, B, List.of()));
    next.onPrepare(0, prepare(0, 0, B));
    next.onPrepare(1, prepare(1, 0, B));
    List<Effect> out = next.onPrepare(2, prepare(2, 0, B));
    assertThat(said(PeerMessage.CommitVote.class, out)).isEmpty();
    assertThat(next.lock()).isEmpty();
  }

  @Test
  void a_lock_outlives_a_crash() {
    List<Effect> before = locked(A);
    OutcomeAgreement next = restarted(before);
    assertThat(said(PeerMessage.CommitVote.class, next.resume())).hasSize(1);
    PeerMessage.ChangeRound said = said(PeerMessage.ChangeRound.class, next.onTimer(0)).getFirst();
    assertThat(said.prepared()).isEqualTo(node.lock());
  }

  @Test
  void a_restarted_node_goes_on_from_its_round_with_the_same_round_change() {
    List<Effect> before = new ArrayList<>(locked(A));
    before.addAll(node.onTimer(0));
    before.addAll(node.onTimer(1));
    OutcomeAgreement next = restarted(before);
    List<Effect> out = next.resume();
    assertThat(next.round()).isEqualTo(2);
    assertThat(said(PeerMessage.ChangeRound.class, out))
        .isEqualTo(said(PeerMessage.ChangeRound.class, before).subList(1, 2));
    assertThat(next.onTimer(0)).isEmpty();
  }

  @Test
  void a_restarted_leader_does_not_propose_twice_in_a_round() {
    values.mine = Optional.of(A);
    OutcomeAgreement leader = agreement(0);
    List<Effect> before = leader.onReady();
    assertThat(said(PeerMessage.Propose.class, before)).hasSize(1);
    values.mine = Optional.of(B);
    OutcomeAgreement next = agreement(0);
    persisted(before).forEach(next::restore);
    List<Effect> out = new ArrayList<>(next.resume());
    out.addAll(next.onReady());
    assertThat(said(PeerMessage.Propose.class, out)).isEmpty();
  }

  @Test
  void far_rounds_of_a_liar_push_out_only_its_own() {
    for (long round = 100; round < 200; round++) {
      node.onPrepare(2, prepare(2, round, A));
      node.onCommit(2, commit(2, round, A));
      node.onChangeRound(2, change(2, round));
    }
    assertThat(node.round()).isZero();
    locked(A);
    node.onCommit(0, commit(0, 0, A));
    node.onCommit(1, commit(1, 0, A));
    assertThat(node.decision()).isPresent();
  }

  @Test
  void a_laggard_is_told_our_round_once() {
    node.onChangeRound(0, change(0, 3));
    node.onChangeRound(1, change(1, 3));
    List<Effect> out = node.onChangeRound(2, change(2, 1));
    assertThat(only(Effect.Send.class, out))
        .singleElement()
        .satisfies(send -> assertThat(send.to()).isEqualTo(2));
    assertThat(node.onChangeRound(2, change(2, 2))).isEmpty();
  }
}
