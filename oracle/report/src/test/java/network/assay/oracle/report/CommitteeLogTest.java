package network.assay.oracle.report;

import static network.assay.oracle.report.Fixture.CHAIN_TIME_S;
import static network.assay.oracle.report.Fixture.EPOCH;
import static network.assay.oracle.report.Fixture.decision;
import static network.assay.oracle.report.Fixture.only;
import static network.assay.oracle.report.Fixture.outcome;
import static network.assay.oracle.report.Fixture.reveal;
import static network.assay.oracle.report.Fixture.said;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Observation;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.RoundChange;
import network.assay.contracts.protocol.VerdictCode;
import org.junit.jupiter.api.Test;

/** The log as member 3 keeps it. */
class CommitteeLogTest {
  private final List<JobObservations.Supported> supported = new ArrayList<>();
  private final DecidedHeights decided = new DecidedHeights();
  private final CommitteeLog log =
      new CommitteeLog(
          Fixture.view(3), Fixture.signatures(3), Fixture.TIMINGS, decided, () -> supported);

  CommitteeLogTest() {
    var _ = log.onBlock(CHAIN_TIME_S);
  }

  private static List<Signed<Observation>> support(long jobId, long attempt, int... members) {
    List<Signed<Observation>> out = new ArrayList<>();
    for (int member : members) {
      out.add(reveal(member, attempt, Fixture.verdict(jobId)).observation());
    }
    return out;
  }

  private static JobObservations.Supported agreed(long jobId) {
    return new JobObservations.Supported(
        jobId,
        1,
        new ObservationRound.Agreement(
            Fixture.verdict(jobId).hash(), Fixture.leaf(jobId), support(jobId, 1, 0, 1, 3)),
        Optional.of(
            new Durable.Observed(
                EPOCH, jobId, 1, Fixture.verdict(jobId), Fixture.leaf(jobId), Fixture.salt(3))));
  }

  private void decide(Outcome outcome) {
    var _ = log.onMessage(0, decision(0, outcome, 0, 1, 2));
    assertThat(log.height()).isEqualTo(outcome.seq() + 1);
  }

  @Test
  void a_verdict_with_a_quorum_of_observations_is_accepted() {
    Outcome one = outcome(1, CHAIN_TIME_S, 1);
    assertThat(log.objection(one, support(1, 1, 0, 1, 2))).isEmpty();
  }

  @Test
  void support_has_to_be_of_one_attempt_by_distinct_members_for_this_very_verdict() {
    Outcome one = outcome(1, CHAIN_TIME_S, 1);
    List<Signed<Observation>> twoAttempts = new ArrayList<>(support(1, 1, 0, 1));
    twoAttempts.addAll(support(1, 2, 2));
    assertThat(log.objection(one, twoAttempts)).isPresent();
    assertThat(log.objection(one, support(1, 1, 0, 1, 1))).isPresent();
    assertThat(log.objection(one, support(1, 1, 0, 1, 9))).isPresent();
    assertThat(log.objection(one, support(2, 1, 0, 1, 2))).isPresent();
    assertThat(log.objection(one, List.of())).isPresent();
    List<Signed<Observation>> otherEpoch = new ArrayList<>(support(1, 1, 0, 1));
    otherEpoch.add(
        Fixture.signed(
            2,
            new Observation(
                EPOCH + 1, 1, 1, Fixture.verdict(1).hash(), Fixture.leaf(1), Fixture.salt(2))));
    assertThat(log.objection(one, otherEpoch)).isPresent();
    Outcome otherLeaf =
        new Outcome(
            EPOCH,
            1,
            CHAIN_TIME_S,
            CHAIN_TIME_S + 3_600,
            List.of(new Outcome.Entry(Fixture.verdict(1), Fixture.leaf(2))));
    assertThat(log.objection(otherLeaf, support(1, 1, 0, 1, 2))).isPresent();
  }

  @Test
  void times_have_to_fit() {
    List<Signed<Observation>> good = support(1, 1, 0, 1, 2);
    assertThat(log.objection(outcome(1, CHAIN_TIME_S + 60, 1), good)).isEmpty();
    assertThat(log.objection(outcome(1, CHAIN_TIME_S + 61, 1), good)).isPresent();
    assertThat(log.objection(outcome(1, CHAIN_TIME_S - 61, 1), good)).isPresent();
    Outcome longLived =
        new Outcome(EPOCH, 1, CHAIN_TIME_S, CHAIN_TIME_S + 3_601, List.of(Fixture.entry(1)));
    assertThat(log.objection(longLived, good)).isPresent();
  }

  @Test
  void without_a_chain_time_nothing_is_accepted_or_proposed() {
    CommitteeLog blind =
        new CommitteeLog(
            Fixture.view(3),
            Fixture.signatures(3),
            Fixture.TIMINGS,
            new DecidedHeights(),
            () -> List.of(agreed(1)));
    assertThat(blind.objection(outcome(1, 0, 1), support(1, 1, 0, 1, 2))).isPresent();
    assertThat(blind.toPropose()).isEmpty();
  }

  @Test
  void too_many_observations_are_refused() {
    List<Signed<Observation>> many = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      many.addAll(support(1, i, 0));
    }
    assertThat(log.objection(outcome(1, CHAIN_TIME_S, 1), many)).isPresent();
  }

  @Test
  void a_decided_job_is_not_decided_again() {
    decide(outcome(1, CHAIN_TIME_S, 1));
    assertThat(log.objection(outcome(2, CHAIN_TIME_S, 1), support(1, 1, 0, 1, 2)))
        .get()
        .asString()
        .contains("decided at seq 1");
    supported.add(agreed(1));
    assertThat(log.toPropose()).isEmpty();
  }

  @Test
  void a_report_that_expired_off_chain_is_decided_again_with_the_same_verdicts_only() {
    decide(outcome(1, CHAIN_TIME_S, 1));
    long later = CHAIN_TIME_S + 3_601;
    assertThat(log.onBlock(later)).isEmpty();
    assertThat(log.objection(outcome(2, later, 1), List.of())).isEmpty();
    Outcome changed =
        new Outcome(
            EPOCH,
            2,
            later,
            later + 3_600,
            List.of(
                new Outcome.Entry(
                    new PackedVerdict(1, VerdictCode.FRAUD, BigInteger.ZERO, Bytes32.ZERO),
                    Fixture.leaf(1))));
    assertThat(log.objection(changed, List.of())).isPresent();
    assertThat(log.toPropose()).as("the proposer waits a margin longer").isEmpty();
    List<Effect> woken = log.onBlock(later + CommitteeLog.REDECIDE_MARGIN_S);
    assertThat(only(Effect.SetTimer.class, woken)).isNotEmpty();
    Outcome again = log.toPropose().orElseThrow().outcome();
    assertThat(again.entries()).containsExactly(Fixture.entry(1));
    assertThat(again.seq()).isEqualTo(2);
  }

  @Test
  void what_the_chain_shows_is_not_decided_again() {
    decide(outcome(1, CHAIN_TIME_S, 1));
    log.onReported(1);
    long later = CHAIN_TIME_S + 10_000;
    assertThat(log.onBlock(later)).isEmpty();
    assertThat(log.toPropose()).isEmpty();
    assertThat(log.objection(outcome(2, later, 1), List.of())).isPresent();
  }

  @Test
  void a_re_decided_height_replaces_the_old_one() {
    decide(outcome(1, CHAIN_TIME_S, 1));
    long later = CHAIN_TIME_S + 4_000;
    var _ = log.onBlock(later);
    decide(outcome(2, later, 1));
    assertThat(log.toPropose()).isEmpty();
    assertThat(decided.unreported().keySet()).containsExactly(2L);
  }

  @Test
  void a_checkpoint_is_followed_only_by_more() {
    decide(checkpoint(1, 5));
    for (int paid : new int[] {4, 5, 6}) {
      Outcome next = checkpoint(2, paid);
      List<Signed<Observation>> seen = new ArrayList<>();
      for (int member = 0; member < 3; member++) {
        seen.add(reveal(member, 1, next.entries().getFirst().verdict()).observation());
      }
      assertThat(log.objection(next, seen).isEmpty()).as("paid " + paid).isEqualTo(paid == 6);
    }
    assertThat(log.objection(outcome(2, CHAIN_TIME_S, 1), support(1, 2, 0, 1, 2))).isEmpty();
  }

  private static Outcome checkpoint(long seq, int paid) {
    PackedVerdict verdict =
        new PackedVerdict(1, VerdictCode.CHECKPOINT, BigInteger.valueOf(paid), Bytes32.ZERO);
    return new Outcome(
        EPOCH,
        seq,
        CHAIN_TIME_S,
        CHAIN_TIME_S + 3_600,
        List.of(new Outcome.Entry(verdict, Fixture.leaf(1))));
  }

  @Test
  void a_batch_takes_the_oldest_256_and_sorts_them_by_unsigned_job_id() {
    LongStream.rangeClosed(1, 300)
        .map(i -> -i)
        .mapToObj(CommitteeLogTest::agreed)
        .forEach(supported::add);
    supported.addFirst(agreed(7));
    Outcome batch = log.toPropose().orElseThrow().outcome();
    assertThat(batch.entries()).hasSize(256);
    assertThat(batch.entries().getFirst().verdict().jobId()).isEqualTo(7);
    assertThat(batch.entries().getLast().verdict().jobId()).isEqualTo(-1);
    assertThat(batch.observedAt()).isEqualTo(CHAIN_TIME_S);
    assertThat(log.objection(batch, log.toPropose().orElseThrow().observations())).isEmpty();
  }

  @Test
  void a_node_that_missed_a_height_asks_and_goes_on_from_one_decision_to_the_next() {
    List<Effect> out = log.onMessage(1, Fixture.prepare(1, 0, outcome(3, CHAIN_TIME_S, 3)));
    assertThat(only(Effect.SetTimer.class, out))
        .containsExactly(new Effect.SetTimer(new TimerId.CatchUp(), 500));
    assertThat(log.onCatchUpTimer()).contains(new Effect.RequestDecision(1, 1));
    out = log.onMessage(1, decision(0, outcome(1, CHAIN_TIME_S, 1), 0, 1, 2));
    assertThat(only(Effect.Decide.class, out)).hasSize(1);
    assertThat(out).contains(new Effect.RequestDecision(1, 2));
  }

  @Test
  void decisions_that_come_early_are_used_in_sequence() {
    var _ = log.onMessage(0, decision(0, outcome(2, CHAIN_TIME_S, 2), 0, 1, 2));
    assertThat(log.height()).isEqualTo(1);
    List<Effect> out = log.onMessage(0, decision(0, outcome(1, CHAIN_TIME_S, 1), 0, 1, 2));
    assertThat(only(Effect.Decide.class, out))
        .extracting(d -> d.decision().seq())
        .containsExactly(1L, 2L);
  }

  @Test
  void a_round_change_of_a_decided_height_is_answered_with_its_decision_but_not_endlessly() {
    decide(outcome(1, CHAIN_TIME_S, 1));
    PeerMessage.ChangeRound stuck =
        new PeerMessage.ChangeRound(
            Fixture.signed(2, new RoundChange(EPOCH, 1, 1, 0, Bytes32.ZERO)), Optional.empty());
    int answers = 0;
    for (int i = 0; i < 100; i++) {
      answers += only(Effect.Send.class, log.onMessage(2, stuck)).size();
    }
    assertThat(answers).isEqualTo(32);
    assertThat(said(PeerMessage.ChangeRound.class, log.onMessage(2, stuck))).isEmpty();
  }

  @Test
  void with_too_many_reports_off_chain_nothing_new_is_proposed() {
    for (int seq = 1; seq <= CommitteeLog.UNREPORTED_MAX; seq++) {
      decide(outcome(seq, CHAIN_TIME_S, seq));
    }
    supported.add(agreed(10_000));
    assertThat(log.toPropose()).isEmpty();
    log.onReported(1);
    assertThat(log.toPropose()).isPresent();
  }
}
