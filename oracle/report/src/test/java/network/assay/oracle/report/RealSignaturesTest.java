package network.assay.oracle.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Secp256k1;
import org.junit.jupiter.api.Test;

/**
 * Four members with real keys on a perfect network: what comes out is what the chain's rules
 * accept.
 */
class RealSignaturesTest {
  private record Delivery(int from, int to, PeerMessage message) {}

  private final List<Secp256k1.PrivateKey> keys = new ArrayList<>();
  private final List<CommitteeMember> members = new ArrayList<>();
  private final Deque<Delivery> network = new ArrayDeque<>();
  private final List<QuorumReport> reports = new ArrayList<>();

  @Test
  void a_job_becomes_a_report_that_the_committee_s_quorum_signed() {
    Committee committee = start();
    for (int i = 0; i < 4; i++) {
      PackedVerdict verdict = Fixture.verdict(-5);
      Bytes32 salt = Keccak.hashUtf8("salt " + i);
      perform(i, members.get(i).observe(-5, 1, verdict, Fixture.leaf(5), salt));
    }
    while (!network.isEmpty()) {
      Delivery next = network.removeFirst();
      perform(next.to(), members.get(next.to()).onMessage(next.from(), next.message()));
    }
    assertThat(reports).isNotEmpty();
    for (QuorumReport report : reports) {
      Bytes32 digest = report.report().digest(FakeScheme.DOMAINS.settlement());
      report.signatures().verify(committee, digest);
      byte[] bent = report.signatures().signatures().clone();
      bent[5] ^= 1;
      assertThatThrownBy(() ->
              new QuorumSignatures(report.signatures().bitmask(), bent).verify(committee, digest))
          .isInstanceOf(ProtocolException.class);
    }
    assertThat(members).allSatisfy(member -> assertThat(member.closed(-5)).isTrue());
  }

  private Committee start() {
    for (int i = 0; i < 4; i++) {
      keys.add(Secp256k1.PrivateKey.of(Keccak.hashUtf8("key " + i).toArray()));
    }
    List<Bytes32> pins = List.of(Bytes32.ZERO, Bytes32.ZERO, Bytes32.ZERO, Bytes32.ZERO);
    Committee committee =
        new Committee(1, keys.stream().map(Secp256k1.PrivateKey::address).toList(), pins);
    for (int i = 0; i < 4; i++) {
      CommitteeMember.Ports ports =
          new CommitteeMember.Ports(
              keys.get(i)::sign,
              SignatureChecker.secp256k1(),
              (epoch, seq, digest) -> new SignOnce.Granted());
      members.add(
          new CommitteeMember(
              new CommitteeView(committee, i),
              FakeScheme.DOMAINS,
              ports,
              Timings.standard(),
              List.of()));
    }
    for (int i = 0; i < 4; i++) {
      perform(i, members.get(i).start(Fixture.CHAIN_TIME_S));
    }
    return committee;
  }

  private void perform(int self, List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Broadcast(PeerMessage message) -> {
          for (int to = 0; to < 4; to++) {
            if (to != self) {
              network.addLast(new Delivery(self, to, message));
            }
          }
        }
        case Effect.Send(int to, PeerMessage message) ->
            network.addLast(new Delivery(self, to, message));
        case Effect.ReportReady(QuorumReport report) -> reports.add(report);
        case Effect.Refused(int from, String reason) -> throw new AssertionError(reason);
        default -> {}
      }
    }
  }
}
