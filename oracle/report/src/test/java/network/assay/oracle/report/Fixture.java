package network.assay.oracle.report;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Observation;
import network.assay.contracts.protocol.ObservationCommit;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Prepare;
import network.assay.contracts.protocol.Proposal;
import network.assay.contracts.protocol.RoundChange;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.protocol.VerdictCode;

/**
 * Four members of epoch 8, of whom the test plays all but the one under test. Leader of (seq 0 mod
 * 4, round r) is r mod 4.
 */
final class Fixture {
  static final long EPOCH = 8;
  static final long SEQ = 4;
  static final int N = 4;
  static final long CHAIN_TIME_S = 1_700_000_000L;
  static final Timings TIMINGS = Timings.standard();
  static final Committee COMMITTEE = FakeScheme.committee(EPOCH, N);

  private Fixture() {}

  static CommitteeView view(int self) {
    return new CommitteeView(COMMITTEE, self);
  }

  static Signatures signatures(int self) {
    return new Signatures(
        view(self),
        FakeScheme.DOMAINS.oracleCommittee(),
        FakeScheme.signer(self),
        FakeScheme::check);
  }

  /** Signed by member {@code by}, or by a stranger where there is no such member. */
  static <T extends TypedStruct> Signed<T> signed(int by, T body) {
    return new Signed<>(body, FakeScheme.signer(by).sign(signatures(0).digest(body)));
  }

  static PackedVerdict verdict(long jobId) {
    return new PackedVerdict(jobId, VerdictCode.OK, BigInteger.TEN, Keccak.hashUtf8("r" + jobId));
  }

  static Bytes32 leaf(long jobId) {
    return Keccak.hashUtf8("leaf " + jobId);
  }

  static Outcome.Entry entry(long jobId) {
    return new Outcome.Entry(verdict(jobId), leaf(jobId));
  }

  static Outcome outcome(long seq, long observedAt, long... jobs) {
    List<Outcome.Entry> entries = new ArrayList<>();
    for (long job : jobs) {
      entries.add(entry(job));
    }
    return new Outcome(EPOCH, seq, observedAt, observedAt + 3_600, entries);
  }

  /** Distinct values to decide. */
  static Outcome value(int number) {
    return outcome(SEQ, CHAIN_TIME_S + number, 1);
  }

  static PeerMessage.Propose propose(
      int by, long round, Outcome outcome, List<PeerMessage.ChangeRound> justification) {
    return new PeerMessage.Propose(
        signed(by, new Proposal(EPOCH, outcome.seq(), round, outcome.hash())),
        outcome,
        List.of(),
        justification);
  }

  static Signed<Prepare> prepared(int by, long round, Outcome outcome) {
    return signed(by, new Prepare(EPOCH, outcome.seq(), round, outcome.hash()));
  }

  static PeerMessage.PrepareVote prepare(int by, long round, Outcome outcome) {
    return new PeerMessage.PrepareVote(prepared(by, round, outcome));
  }

  static Signed<Commit> committed(int by, long round, Outcome outcome) {
    return signed(by, new Commit(EPOCH, outcome.seq(), round, outcome.hash()));
  }

  static PeerMessage.CommitVote commit(int by, long round, Outcome outcome) {
    return new PeerMessage.CommitVote(committed(by, round, outcome));
  }

  static PreparedCertificate certificate(long round, Outcome outcome, int... members) {
    List<Signed<Prepare>> prepares = new ArrayList<>();
    for (int member : members) {
      prepares.add(prepared(member, round, outcome));
    }
    return new PreparedCertificate(outcome, prepares);
  }

  static Decision decision(long round, Outcome outcome, int... members) {
    List<Signed<Commit>> commits = new ArrayList<>();
    for (int member : members) {
      commits.add(committed(member, round, outcome));
    }
    return new Decision(outcome, commits);
  }

  static PeerMessage.ChangeRound change(int by, long round) {
    return new PeerMessage.ChangeRound(
        signed(by, new RoundChange(EPOCH, SEQ, round, 0, Bytes32.ZERO)), Optional.empty());
  }

  static PeerMessage.ChangeRound change(int by, long round, PreparedCertificate shown) {
    RoundChange body = new RoundChange(EPOCH, SEQ, round, shown.round(), shown.outcome().hash());
    return new PeerMessage.ChangeRound(signed(by, body), Optional.of(shown));
  }

  static Bytes32 salt(int by) {
    return Keccak.hashUtf8("salt " + by);
  }

  static PeerMessage.Commitment commitment(int by, long attempt, PackedVerdict verdict) {
    Bytes32 commitment =
        ObservationRound.commitment(
            salt(by), FakeScheme.address(by), verdict.hash(), leaf(verdict.jobId()));
    return new PeerMessage.Commitment(
        signed(by, new ObservationCommit(EPOCH, verdict.jobId(), attempt, commitment)));
  }

  static PeerMessage.Reveal reveal(int by, long attempt, PackedVerdict verdict) {
    return new PeerMessage.Reveal(
        signed(
            by,
            new Observation(
                EPOCH, verdict.jobId(), attempt, verdict.hash(), leaf(verdict.jobId()), salt(by))));
  }

  static <E> List<E> only(Class<E> type, List<Effect> effects) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  static <M extends PeerMessage> List<M> said(Class<M> type, List<Effect> effects) {
    return only(Effect.Broadcast.class, effects).stream()
        .map(Effect.Broadcast::message)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  static List<String> refusals(List<Effect> effects) {
    return only(Effect.Refused.class, effects).stream().map(Effect.Refused::reason).toList();
  }
}
