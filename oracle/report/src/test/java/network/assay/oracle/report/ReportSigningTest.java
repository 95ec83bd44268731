package network.assay.oracle.report;

import static network.assay.oracle.report.Fixture.CHAIN_TIME_S;
import static network.assay.oracle.report.Fixture.EPOCH;
import static network.assay.oracle.report.Fixture.decision;
import static network.assay.oracle.report.Fixture.only;
import static network.assay.oracle.report.Fixture.outcome;
import static network.assay.oracle.report.Fixture.refusals;
import static network.assay.oracle.report.Fixture.said;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Outcome;
import org.junit.jupiter.api.Test;

/**
 * The report of seq 5 as member 3 signs and sends it; its turn comes (3 − 5) mod 4 = 2 staggers
 * after the quorum.
 */
class ReportSigningTest {
  private static final Outcome OUTCOME = outcome(5, CHAIN_TIME_S, 1, 2);

  private final Map<Long, Bytes32> claims = new HashMap<>();
  private final Signatures settlement =
      new Signatures(
          Fixture.view(3),
          FakeScheme.DOMAINS.settlement(),
          FakeScheme.signer(3),
          FakeScheme::check);
  private final ReportSigning node =
      new ReportSigning(
          Fixture.view(3), settlement, FakeScheme.signer(3), this::claim, Fixture.TIMINGS);

  private SignOnce.Claim claim(long epoch, long seq, Bytes32 digest) {
    Bytes32 before = claims.putIfAbsent(seq, digest);
    return before == null || before.equals(digest)
        ? new SignOnce.Granted()
        : new SignOnce.Refused(before);
  }

  private PeerMessage.ReportShare share(int by, Outcome outcome) {
    Bytes32 digest = settlement.digest(outcome.report());
    return new PeerMessage.ReportShare(EPOCH, outcome.seq(), FakeScheme.signer(by).sign(digest));
  }

  private List<Effect> decide() {
    return node.onDecided(decision(0, OUTCOME, 0, 1, 2));
  }

  @Test
  void the_report_is_claimed_and_shared_after_the_decision() {
    List<Effect> out = decide();
    assertThat(claims).containsEntry(5L, settlement.digest(OUTCOME.report()));
    assertThat(said(PeerMessage.ReportShare.class, out)).containsExactly(share(3, OUTCOME));
  }

  @Test
  void another_claim_at_the_seq_stops_the_signature() {
    claims.put(5L, Keccak.hashUtf8("another"));
    List<Effect> out = decide();
    assertThat(said(PeerMessage.ReportShare.class, out)).isEmpty();
    assertThat(only(Effect.Alarm.class, out)).hasSize(1);
    assertThat(said(PeerMessage.ReportShare.class, node.onShareTimer(5))).isEmpty();
  }

  @Test
  void a_quorum_makes_the_report_whole_with_exactly_that_many_signatures() {
    decide();
    assertThat(only(Effect.ReportReady.class, node.onShare(2, share(2, OUTCOME)))).isEmpty();
    List<Effect> out = node.onShare(1, share(1, OUTCOME));
    QuorumReport report = only(Effect.ReportReady.class, out).getFirst().report();
    assertThat(report.signatures().bitmask()).isEqualTo(0b1110);
    assertThat(report.signatures().signatures()).hasSize(3 * 64);
    assertThat(report.report()).isEqualTo(OUTCOME.report());
    assertThat(node.onShare(0, share(0, OUTCOME))).isEmpty();
  }

  @Test
  void shares_that_come_before_the_decision_count_after_it() {
    node.onShare(1, share(1, OUTCOME));
    node.onShare(2, share(2, OUTCOME));
    assertThat(only(Effect.ReportReady.class, decide())).hasSize(1);
  }

  @Test
  void a_share_of_another_report_or_by_another_key_is_refused() {
    decide();
    PeerMessage.ReportShare foreign = share(2, OUTCOME);
    assertThat(refusals(node.onShare(1, foreign))).hasSize(1);
    Outcome other = outcome(5, CHAIN_TIME_S + 1, 1, 2);
    assertThat(refusals(node.onShare(1, share(1, other)))).hasSize(1);
    PeerMessage.ReportShare old =
        new PeerMessage.ReportShare(EPOCH - 1, 5, share(1, OUTCOME).signature());
    assertThat(refusals(node.onShare(1, old))).hasSize(1);
    assertThat(only(Effect.ReportReady.class, node.onShare(2, foreign))).isEmpty();
  }

  @Test
  void early_shares_are_bounded_and_the_next_heights_stay() {
    for (long seq = 1_000; seq > 5; seq--) {
      node.onShare(1, new PeerMessage.ReportShare(EPOCH, seq, share(1, OUTCOME).signature()));
    }
    node.onShare(1, share(1, OUTCOME));
    node.onShare(2, share(2, OUTCOME));
    assertThat(only(Effect.ReportReady.class, decide())).hasSize(1);
  }

  private List<Effect> complete() {
    List<Effect> out = new ArrayList<>(decide());
    out.addAll(node.onShare(1, share(1, OUTCOME)));
    out.addAll(node.onShare(2, share(2, OUTCOME)));
    return out;
  }

  @Test
  void oracles_send_one_after_the_other_until_the_chain_shows_it() {
    List<Effect> out = complete();
    assertThat(out).contains(new Effect.SetTimer(new TimerId.Transmit(5), 4_000));
    assertThat(only(Effect.Transmit.class, out)).isEmpty();
    assertThat(only(Effect.Transmit.class, node.onTransmitTimer(5))).hasSize(1);
    node.onReported(5);
    assertThat(node.onTransmitTimer(5)).isEmpty();
  }

  @Test
  void an_expired_report_is_neither_sent_nor_signed() {
    complete();
    node.onBlock(OUTCOME.validUntil() + 1);
    assertThat(node.onTransmitTimer(5)).isEmpty();
    assertThat(decide()).isEmpty();
  }

  @Test
  void shares_are_repeated_ever_more_slowly() {
    decide();
    for (long expected : new long[] {2_000, 4_000, 8_000, 15_000, 15_000}) {
      List<Effect> out = node.onShareTimer(5);
      assertThat(said(PeerMessage.ReportShare.class, out)).hasSize(1);
      assertThat(only(Effect.SetTimer.class, out).getFirst().delayMs()).isEqualTo(expected);
    }
  }
}
