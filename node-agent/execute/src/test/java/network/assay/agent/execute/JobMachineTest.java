package network.assay.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.TelemetryNonce;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One test for each move that a job can make, and for each that nobody may make it make. */
class JobMachineTest {
  private static final long RUN_UNTIL_S = World.NOW_S + 120;

  private final World world = new World();
  private final JobMachine machine = new JobMachine(world.self, world.policy);
  private AgentJob job = AgentJob.admitted(world.ticket(), at(0));
  private List<Effect> wants = List.of();
  private long ms;

  private static Moment at(long ms) {
    return new Moment(World.NOW_S + ms / 1000, ms);
  }

  private void happens(Event event) {
    JobMachine.Step step = machine.step(job, event, at(ms));
    job = step.job();
    wants = step.effects();
  }

  private void sees(JobState state, long deadlineS) {
    happens(new Event.ChainSeen(world.facts(state, deadlineS)));
  }

  private void accepted() {
    sees(JobState.ASSIGNED, World.NOW_S + 30);
    happens(new Event.InputVerified());
    sees(JobState.RUNNING, RUN_UNTIL_S);
    happens(new Event.CommitteeSeen(world.committee));
  }

  private void executing() {
    accepted();
    happens(new Event.NoncesFixed());
  }

  private void committed() {
    executing();
    happens(new Event.WorkCommitted(World.BUNDLE_HASH));
  }

  private void acked(int... oracles) {
    for (int oracle : oracles) {
      happens(
          new Event.AckCame(
              world.oracle(oracle), world.ack(oracle, job.jobId(), World.BUNDLE_HASH)));
    }
  }

  private void revealed(int oracle) {
    happens(
        new Event.RevealCame(
            world.oracle(oracle),
            world.reveal(oracle, job.jobId(), World.BUNDLE_HASH, world.seed(oracle))));
  }

  @Test
  void anAdmittedJobWantsItsInput() {
    sees(JobState.ASSIGNED, World.NOW_S + 30);
    assertThat(wants).containsExactly(new Effect.FetchInput());
  }

  @Test
  void aVerifiedInputIsAcceptedOnChain() {
    sees(JobState.ASSIGNED, World.NOW_S + 30);
    happens(new Event.InputVerified());
    assertThat(job.phase()).isEqualTo(Phase.ACCEPTING);
    assertThat(wants).containsExactly(new Effect.SubmitAccept());
  }

  @Test
  void aBadInputIsLeftAloneWithoutATransaction() {
    sees(JobState.ASSIGNED, World.NOW_S + 30);
    happens(new Event.InputBad("WRONG_INPUT"));
    assertThat(job.phase()).isEqualTo(Phase.CLOSED);
    assertThat(job.note()).isEqualTo("WRONG_INPUT");
    assertThat(wants).containsExactly(new Effect.Forget());
  }

  @Test
  void nothingIsAcceptedBeforeTheChainWasSeen() {
    happens(new Event.InputVerified());
    assertThat(wants).isEmpty();
  }

  @Test
  void anAcceptThatWouldComeTooLateIsNotSent() {
    sees(JobState.ASSIGNED, World.NOW_S + 30);
    happens(new Event.InputVerified());
    ms = 29_000;
    happens(new Event.Tick());
    assertThat(wants).isEmpty();
    sees(JobState.ASSIGNED, World.NOW_S + 30);
    assertThat(job.phase()).isEqualTo(Phase.ACCEPTING);
    ms = 31_000;
    sees(JobState.ASSIGNED, World.NOW_S + 30);
    assertThat(job.phase()).isEqualTo(Phase.CLOSED);
    assertThat(job.note()).startsWith("TOO_LATE_TO_ACCEPT");
  }

  @Test
  void anAcceptedJobAsksEveryOracleForANonce() {
    accepted();
    assertThat(job.phase()).isEqualTo(Phase.ACCEPTED);
    assertThat(wants)
        .containsExactlyElementsOf(
            world.committee.keys().stream().<Effect>map(Effect.AskNonce::new).toList());
  }

  @Test
  void aRunningJobFirstReadsItsCommittee() {
    sees(JobState.ASSIGNED, World.NOW_S + 30);
    happens(new Event.InputVerified());
    sees(JobState.RUNNING, RUN_UNTIL_S);
    assertThat(wants).containsExactly(new Effect.ReadCommittee(World.EPOCH));
  }

  @Test
  void aJobThatWasAcceptedBeforeItWasOpenedGetsItsInputFirst() {
    sees(JobState.RUNNING, RUN_UNTIL_S);
    assertThat(job.phase()).isEqualTo(Phase.ASSIGNED);
    assertThat(wants).containsExactly(new Effect.FetchInput());
    happens(new Event.InputVerified());
    assertThat(job.phase()).isEqualTo(Phase.ACCEPTED);
    assertThat(wants).containsExactly(new Effect.ReadCommittee(World.EPOCH));
  }

  @Test
  void aJobThatWasAcceptedBeforeItWasOpenedFailsWhereItsInputIsAnother() {
    sees(JobState.RUNNING, RUN_UNTIL_S);
    happens(new Event.InputBad("WRONG_INPUT"));
    assertThat(job.phase()).isEqualTo(Phase.FAILING);
  }

  @Test
  void aJobThatWasAcceptedAndWhoseInputNeverComesFailsInTime() {
    sees(JobState.RUNNING, World.NOW_S);
    assertThat(job.phase()).isEqualTo(Phase.FAILING);
    assertThat(job.note()).isEqualTo("OUT_OF_TIME");
  }

  @Test
  void allNoncesAreFixedAtOnceAQuorumAfterPatience() {
    accepted();
    for (int oracle = 0; oracle < 3; oracle++) {
      happens(new Event.NonceCame(world.oracle(oracle), world.nonce(oracle, job.jobId())));
    }
    assertThat(wants).containsExactly(new Effect.AskNonce(world.oracle(3)));
    ms = 400;
    happens(new Event.Tick());
    assertThat(wants).containsExactly(new Effect.FixNonces());
    ms = 0;
    happens(new Event.NonceCame(world.oracle(3), world.nonce(3, job.jobId())));
    assertThat(wants).containsExactly(new Effect.FixNonces());
  }

  @Test
  void silentOraclesDoNotStopTheWork() {
    accepted();
    happens(new Event.NonceCame(world.oracle(0), world.nonce(0, job.jobId())));
    ms = 4_999;
    happens(new Event.Tick());
    assertThat(wants).hasSize(3);
    ms = 5_000;
    happens(new Event.Tick());
    assertThat(wants).containsExactly(new Effect.FixNonces());
  }

  @Test
  void noncesOfStrangersOfOtherJobsAndWithForgedSignaturesAreDropped() {
    accepted();
    happens(new Event.NonceCame(world.provider, world.nonce(0, job.jobId())));
    happens(new Event.NonceCame(world.oracle(1), world.nonce(0, job.jobId())));
    happens(new Event.NonceCame(world.oracle(0), world.nonce(0, job.jobId() + 1)));
    TelemetryNonce other =
        new TelemetryNonce(
            World.EPOCH + 1, job.jobId(), world.self.device(), Bytes32.ZERO, World.NOW_S);
    happens(
        new Event.NonceCame(
            world.oracle(0),
            new Signed<>(other, other.sign(world.committeeDomain, world.oracles.get(0)))));
    assertThat(job.nonces()).isEmpty();
  }

  @Test
  void fixedNoncesStartTheWork() {
    executing();
    assertThat(job.phase()).isEqualTo(Phase.EXECUTING);
    assertThat(wants).containsExactly(new Effect.Execute());
  }

  @Test
  void committedWorkIsUploadedToEveryOracle() {
    committed();
    assertThat(wants).contains(new Effect.DeliverResult());
    assertThat(wants.stream().filter(Effect.UploadBundle.class::isInstance)).hasSize(4);
    happens(new Event.ResultTaken());
    assertThat(wants).doesNotContain(new Effect.DeliverResult());
  }

  @Test
  void ownFailureIsToldToTheChain() {
    executing();
    happens(new Event.WorkFailed("the model broke"));
    assertThat(job.phase()).isEqualTo(Phase.FAILING);
    assertThat(wants).containsExactly(new Effect.SubmitFail("the model broke"));
    sees(JobState.REFUNDED, 0);
    assertThat(job.phase()).isEqualTo(Phase.CLOSED);
    assertThat(job.note()).isEqualTo("REFUNDED: the model broke");
  }

  @Test
  void workThatCannotEndInTimeIsGivenUpBeforeItCostsAPenalty() {
    executing();
    ms = 110_000;
    happens(new Event.Tick());
    assertThat(job.phase()).isEqualTo(Phase.EXECUTING);
    ms = 111_000;
    happens(new Event.Tick());
    assertThat(wants).containsExactly(new Effect.SubmitFail("OUT_OF_TIME"));
  }

  @Test
  void twoThirdsOfAcksMakeTheCertificate() {
    committed();
    acked(0, 1);
    assertThat(wants.stream().filter(Effect.ShowCertificate.class::isInstance)).isEmpty();
    acked(2);
    assertThat(wants.stream().filter(Effect.ShowCertificate.class::isInstance)).hasSize(4);
    assertThat(wants).contains(new Effect.UploadBundle(world.oracle(3)));
  }

  @Test
  void oneOracleCannotAcknowledgeTwiceNorForAnother() {
    committed();
    acked(0, 0);
    happens(new Event.AckCame(world.oracle(1), world.ack(0, job.jobId(), World.BUNDLE_HASH)));
    happens(
        new Event.AckCame(
            world.oracle(2), world.ack(2, job.jobId(), Keccak.hashUtf8("another bundle"))));
    happens(new Event.AckCame(world.oracle(3), world.ack(3, job.jobId() + 1, World.BUNDLE_HASH)));
    assertThat(job.acks().keySet()).containsExactly(world.oracle(0));
  }

  @Test
  void revealsAreOpenedToEveryOracleWhenAllCameOrPatienceEnds() {
    committed();
    acked(0, 1, 2, 3);
    revealed(0);
    revealed(1);
    assertThat(wants.stream().filter(Effect.SendOpening.class::isInstance)).isEmpty();
    ms = 400;
    happens(new Event.Tick());
    assertThat(wants.stream().filter(Effect.SendOpening.class::isInstance)).hasSize(4);
    happens(new Event.OpeningTaken(world.oracle(0), 2));
    assertThat(wants.stream().filter(Effect.SendOpening.class::isInstance)).hasSize(3);
    revealed(2);
    revealed(3);
    assertThat(wants.stream().filter(Effect.SendOpening.class::isInstance))
        .as("a late draw is opened to all again")
        .hasSize(4);
    for (int oracle = 0; oracle < 4; oracle++) {
      happens(new Event.OpeningTaken(world.oracle(oracle), 4));
    }
    happens(new Event.ResultTaken());
    assertThat(wants).isEmpty();
  }

  @Test
  void aRevealOfAnotherSeedThanWasCommittedToIsDropped() {
    committed();
    acked(0, 1, 2);
    happens(
        new Event.RevealCame(
            world.oracle(0), world.reveal(0, job.jobId(), World.BUNDLE_HASH, Bytes32.ZERO)));
    assertThat(job.reveals()).isEmpty();
    revealed(0);
    assertThat(job.reveals()).hasSize(1);
  }

  @Test
  void silentOraclesAreAnsweredByACommitOnChainBeforeRunUntil() {
    committed();
    ms = 110_000;
    happens(new Event.Tick());
    assertThat(wants).doesNotContain(new Effect.PostCommit());
    ms = 111_000;
    happens(new Event.Tick());
    assertThat(wants.getFirst()).isEqualTo(new Effect.PostCommit());
    sees(JobState.COMMITTED, RUN_UNTIL_S + 60);
    assertThat(wants).doesNotContain(new Effect.PostCommit());
    assertThat(wants)
        .as("the evidence is still offered")
        .contains(new Effect.UploadBundle(world.oracle(0)));
  }

  @Test
  void aReportedJobIsClaimedAndClosedAfterItsBucket() {
    committed();
    happens(new Event.ResultTaken());
    long challengeUntilS =
        World.NOW_S + 31; // NOW_S is a multiple of 60: the bucket ends at NOW_S + 60
    sees(JobState.REPORTED, challengeUntilS);
    assertThat(job.phase()).isEqualTo(Phase.REPORTED);
    assertThat(wants).isEmpty();
    ChainFacts claimable =
        new ChainFacts(
            JobState.FINAL,
            world.offer.price(),
            challengeUntilS,
            World.EPOCH,
            world.provider,
            true,
            false,
            true);
    ms = 61_000;
    happens(new Event.ChainSeen(claimable));
    assertThat(wants).containsExactly(new Effect.ClaimPay());
    sees(JobState.FINAL, challengeUntilS);
    assertThat(job.phase()).isEqualTo(Phase.CLOSED);
    assertThat(job.note()).isEqualTo("SETTLED");
  }

  @Test
  void aReportedJobStaysOpenUntilTheCoordinatorTookItsResult() {
    committed();
    sees(JobState.REPORTED, World.NOW_S + 31);
    assertThat(wants).containsExactly(new Effect.DeliverResult());
    ms = 61_000;
    sees(JobState.FINAL, World.NOW_S + 31);
    assertThat(job.phase()).as("the coordinator was away").isEqualTo(Phase.REPORTED);
    assertThat(wants).containsExactly(new Effect.DeliverResult());
    happens(new Event.ResultTaken());
    sees(JobState.FINAL, World.NOW_S + 31);
    assertThat(job.phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void aFinalJobWaitsForItsBucketEvenWhereNothingIsClaimableYet() {
    committed();
    ms = 60_000;
    sees(JobState.FINAL, World.NOW_S + 31);
    assertThat(job.phase()).isEqualTo(Phase.REPORTED);
  }

  @Test
  void fraudClosesTheJob() {
    committed();
    happens(
        new Event.ChainSeen(
            new ChainFacts(
                JobState.REPORTED,
                world.offer.price(),
                RUN_UNTIL_S,
                World.EPOCH,
                world.provider,
                true,
                true,
                false)));
    assertThat(job.phase()).isEqualTo(Phase.CLOSED);
    assertThat(job.note()).isEqualTo("FRAUD");
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"REFUNDED", "CANCELLED", "EXPIRED"})
  void whatEndsOnChainEndsHere(JobState end) {
    committed();
    sees(end, 0);
    assertThat(job.phase()).isEqualTo(Phase.CLOSED);
    assertThat(job.note()).isEqualTo(end.name());
  }

  @Test
  void aLaggingNodeDoesNotUndoWhatWeDid() {
    committed();
    sees(JobState.ASSIGNED, World.NOW_S + 30);
    sees(JobState.NONE, 0);
    assertThat(job.phase()).isEqualTo(Phase.COMMITTED);
  }

  @Test
  void afterARestartAnAcceptThatWasMinedIsNotSentAgain() {
    job = AgentJob.restored(world.ticket(), Phase.ACCEPTING, "", Optional.empty(), at(0));
    happens(new Event.Tick());
    assertThat(wants).as("the chain is looked at first").isEmpty();
    sees(JobState.RUNNING, RUN_UNTIL_S);
    assertThat(job.phase()).isEqualTo(Phase.ACCEPTED);
  }

  @Test
  void aClosedJobStaysClosed() {
    sees(JobState.CANCELLED, 0);
    sees(JobState.RUNNING, RUN_UNTIL_S);
    happens(new Event.InputVerified());
    assertThat(job.phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void evidenceBeforeTheWorkIsCommittedToIsDropped() {
    executing();
    Ack early = world.ack(0, job.jobId(), World.BUNDLE_HASH).message();
    happens(
        new Event.AckCame(
            world.oracle(0),
            new Signed<>(early, early.sign(world.committeeDomain, world.oracles.get(0)))));
    assertThat(job.acks()).isEmpty();
  }
}
