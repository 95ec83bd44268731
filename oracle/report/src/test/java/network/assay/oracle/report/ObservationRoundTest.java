package network.assay.oracle.report;

import static network.assay.oracle.report.Fixture.commitment;
import static network.assay.oracle.report.Fixture.reveal;
import static org.assertj.core.api.Assertions.assertThat;

import network.assay.contracts.protocol.PackedVerdict;
import org.junit.jupiter.api.Test;

class ObservationRoundTest {
  private static final PackedVerdict SEEN = Fixture.verdict(1);
  private static final PackedVerdict OTHER =
      new PackedVerdict(1, SEEN.code(), SEEN.cumulativePaid(), Fixture.salt(9));

  private final ObservationRound round = new ObservationRound(Fixture.view(3));

  private ObservationRound.Added commit(int by, PackedVerdict verdict) {
    return round.addCommit(by, commitment(by, 1, verdict).commit());
  }

  private ObservationRound.Added open(int by, PackedVerdict verdict) {
    return round.addReveal(by, reveal(by, 1, verdict).observation());
  }

  @Test
  void nothing_is_revealed_before_a_quorum_has_committed_ourselves_included() {
    commit(0, SEEN);
    commit(1, SEEN);
    commit(2, SEEN);
    assertThat(round.mayReveal()).isFalse();
    commit(3, SEEN);
    assertThat(round.mayReveal()).isTrue();
  }

  @Test
  void a_quorum_of_equal_reveals_agrees() {
    for (int i = 0; i < 3; i++) {
      commit(i, SEEN);
      assertThat(round.agreed()).isEmpty();
      assertThat(open(i, SEEN)).isInstanceOf(ObservationRound.Added.Counted.class);
    }
    assertThat(round.agreed().orElseThrow().observations()).hasSize(3);
  }

  @Test
  void a_reveal_that_does_not_open_its_commitment_is_named_and_not_counted() {
    commit(0, SEEN);
    assertThat(open(0, OTHER)).isInstanceOf(ObservationRound.Added.Contradiction.class);
    for (int i = 1; i < 3; i++) {
      commit(i, OTHER);
      open(i, OTHER);
    }
    assertThat(round.agreed()).isEmpty();
  }

  @Test
  void a_copy_of_another_s_commitment_opens_to_nothing() {
    round.addCommit(1, Fixture.signed(1, commitment(0, 1, SEEN).commit().body()));
    assertThat(round.addReveal(1, Fixture.signed(1, reveal(0, 1, SEEN).observation().body())))
        .isInstanceOf(ObservationRound.Added.Contradiction.class);
  }

  @Test
  void a_reveal_waits_for_its_commitment() {
    assertThat(open(0, SEEN)).isInstanceOf(ObservationRound.Added.Parked.class);
    assertThat(open(0, OTHER)).isInstanceOf(ObservationRound.Added.Contradiction.class);
    commit(0, SEEN);
    commit(1, SEEN);
    open(1, SEEN);
    commit(2, SEEN);
    open(2, SEEN);
    assertThat(round.agreed()).isPresent();
  }

  @Test
  void two_commitments_of_one_member_are_named() {
    commit(0, SEEN);
    assertThat(commit(0, SEEN)).isInstanceOf(ObservationRound.Added.Known.class);
    assertThat(commit(0, OTHER)).isInstanceOf(ObservationRound.Added.Contradiction.class);
  }

  @Test
  void hopeless_once_no_value_can_reach_a_quorum() {
    for (int i = 0; i < 4; i++) {
      assertThat(round.hopeless()).isFalse();
      commit(i, i < 2 ? SEEN : OTHER);
      open(i, i < 2 ? SEEN : OTHER);
    }
    assertThat(round.hopeless()).isTrue();
  }
}
