package network.assay.oracle.report;

import static network.assay.oracle.report.Fixture.commitment;
import static network.assay.oracle.report.Fixture.only;
import static network.assay.oracle.report.Fixture.refusals;
import static network.assay.oracle.report.Fixture.reveal;
import static network.assay.oracle.report.Fixture.said;
import static network.assay.oracle.report.Fixture.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.VerdictCode;
import org.junit.jupiter.api.Test;

/** The jobs as member 3 sees them. */
class ObservationsTest {
  private static final PackedVerdict FRAUD =
      new PackedVerdict(1, VerdictCode.FRAUD, BigInteger.ZERO, Bytes32.ZERO);

  private final Set<Long> closed = new HashSet<>();
  private final Observations node = fresh();

  private Observations fresh() {
    return new Observations(
        Fixture.view(3), Fixture.signatures(3), Fixture.TIMINGS, closed::contains);
  }

  private List<Effect> observe(long jobId, long attempt) {
    return node.observe(jobId, attempt, verdict(jobId), Fixture.leaf(jobId), Fixture.salt(3));
  }

  private List<Effect> quorumOfCommits(long attempt) {
    List<Effect> out = new ArrayList<>(node.onCommitment(0, commitment(0, attempt, verdict(1))));
    out.addAll(node.onCommitment(1, commitment(1, attempt, verdict(1))));
    return out;
  }

  @Test
  void the_observation_is_durable_before_its_commitment_is_sent_and_hidden_until_a_quorum() {
    List<Effect> out = observe(1, 1);
    assertThat(out.get(0)).isInstanceOf(Effect.Persist.class);
    assertThat(out.get(1)).isInstanceOf(Effect.Broadcast.class);
    assertThat(said(PeerMessage.Reveal.class, out)).isEmpty();
    assertThat(said(PeerMessage.Reveal.class, node.onCommitment(0, commitment(0, 1, FRAUD))))
        .isEmpty();
    assertThat(said(PeerMessage.Reveal.class, node.onCommitment(1, commitment(1, 1, FRAUD))))
        .hasSize(1);
  }

  @Test
  void two_f_plus_one_agree() {
    observe(1, 1);
    quorumOfCommits(1);
    node.onReveal(0, reveal(0, 1, verdict(1)));
    assertThat(node.takeNewlySupported()).isFalse();
    List<Effect> out = node.onReveal(1, reveal(1, 1, verdict(1)));
    assertThat(only(Effect.Agreed.class, out)).hasSize(1);
    assertThat(node.takeNewlySupported()).isTrue();
    assertThat(node.supported().getFirst().own()).isPresent();
  }

  @Test
  void who_saw_something_else_knows_the_agreement_but_cannot_propose_it() {
    observe(1, 1);
    for (int i = 0; i < 3; i++) {
      node.onCommitment(i, commitment(i, 1, FRAUD));
      node.onReveal(i, reveal(i, 1, FRAUD));
    }
    assertThat(node.supported()).singleElement().satisfies(s -> assertThat(s.own()).isEmpty());
  }

  @Test
  void observations_signed_by_no_member_are_refused_and_open_nothing() {
    assertThat(refusals(node.onCommitment(0, commitment(9, 1, verdict(1))))).hasSize(1);
    assertThat(refusals(node.onReveal(0, reveal(9, 1, verdict(1))))).hasSize(1);
    assertThat(node.supported()).isEmpty();
  }

  @Test
  void disagreement_is_observed_again() {
    observe(1, 1);
    quorumOfCommits(1);
    node.onCommitment(2, commitment(2, 1, FRAUD));
    node.onReveal(0, reveal(0, 1, verdict(1)));
    node.onReveal(2, reveal(2, 1, FRAUD));
    List<Effect> out = node.onAttemptTimer(1, 1);
    assertThat(out).contains(new Effect.ObserveAgain(1, 2));
    assertThat(node.attempt(1)).isEqualTo(2);
    assertThat(refusals(observe(1, 1))).hasSize(1);
    assertThat(said(PeerMessage.Commitment.class, observe(1, 2))).hasSize(1);
  }

  @Test
  void a_late_reveal_still_completes_an_old_attempt() {
    observe(1, 1);
    quorumOfCommits(1);
    node.onReveal(0, reveal(0, 1, verdict(1)));
    node.onAttemptTimer(1, 1);
    assertThat(node.attempt(1)).isEqualTo(2);
    node.onReveal(1, reveal(1, 1, verdict(1)));
    assertThat(node.supported()).hasSize(1);
  }

  @Test
  void one_member_cannot_hurry_us_but_f_plus_one_can() {
    observe(1, 1);
    node.onCommitment(0, commitment(0, 60, verdict(1)));
    assertThat(node.attempt(1)).isEqualTo(1);
    node.onAttemptTimer(1, 1);
    assertThat(node.attempt(1)).as("by one, and only when ours had its time").isEqualTo(2);
    List<Effect> out = node.onCommitment(1, commitment(1, 5, verdict(1)));
    assertThat(out).contains(new Effect.ObserveAgain(1, 5));
  }

  @Test
  void with_an_agreement_nobody_moves_us() {
    observe(1, 1);
    quorumOfCommits(1);
    node.onReveal(0, reveal(0, 1, verdict(1)));
    node.onReveal(1, reveal(1, 1, verdict(1)));
    quorumOfCommits(7);
    node.onAttemptTimer(1, 1);
    assertThat(node.attempt(1)).isEqualTo(1);
  }

  @Test
  void a_peer_can_open_only_so_many_jobs_and_takes_no_room_from_others() {
    observe(5, 1);
    for (long job = 1; job <= Observations.OPENED_BY_PEER_MAX + 10; job++) {
      node.onCommitment(0, commitment(0, 1, verdict(job)));
    }
    assertThat(node.size()).isEqualTo(Observations.OPENED_BY_PEER_MAX + 1);
    long fresh = 1_000_000;
    node.onCommitment(1, commitment(1, 1, verdict(fresh)));
    assertThat(node.size()).isEqualTo(Observations.OPENED_BY_PEER_MAX + 2);
    List<Effect> ours = node.onCommitment(1, commitment(1, 1, verdict(5)));
    assertThat(said(PeerMessage.Reveal.class, ours)).as("ours was not pushed out").hasSize(1);
  }

  @Test
  void what_makes_an_agreement_is_passed_on_until_the_job_is_decided() {
    observe(1, 1);
    quorumOfCommits(1);
    node.onReveal(0, reveal(0, 1, verdict(1)));
    node.onReveal(1, reveal(1, 1, verdict(1)));
    List<Effect> again = node.onResendTimer(1);
    assertThat(said(PeerMessage.Commitment.class, again)).hasSize(3);
    assertThat(said(PeerMessage.Reveal.class, again)).hasSize(3);
    closed.add(1L);
    node.decided(1, VerdictCode.OK);
    assertThat(node.onResendTimer(1)).isEmpty();
    assertThat(node.onCommitment(2, commitment(2, 1, verdict(1)))).isEmpty();
  }

  @Test
  void after_a_checkpoint_the_next_observation_is_a_later_attempt() {
    observe(1, 1);
    node.decided(1, VerdictCode.CHECKPOINT);
    assertThat(node.attempt(1)).isEqualTo(2);
  }

  @Test
  void a_restarted_node_stands_by_its_observation() {
    Durable written = only(Effect.Persist.class, observe(1, 1)).getFirst().record();
    PeerMessage.Commitment before = commitment(3, 1, verdict(1));
    Observations next = fresh();
    next.restore((Durable.Observed) DurableCodec.decode(DurableCodec.encode(written)));
    assertThat(said(PeerMessage.Commitment.class, next.resume())).containsExactly(before);
    List<Effect> other = next.observe(1, 1, FRAUD, Fixture.leaf(1), Fixture.salt(3));
    assertThat(refusals(other)).hasSize(1);
  }
}
