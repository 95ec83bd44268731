package network.assay.agent.execute;

import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Draw;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.TelemetryNonce;

/**
 * The agent's rules for one job: {@code step(state, event, now) → state, wants}. Decides everything
 * and does nothing.
 *
 * <p>The chain decides over any message: whatever the phase, what the chain shows is what happened.
 * An oracle's message counts only with a signature of a committee key over exactly our job, epoch
 * and bundle; anything else is dropped without a trace in the state, so that a hostile peer can
 * neither advance a job nor stop it.
 */
public final class JobMachine {
  /** How long after finality a result is still offered to a coordinator that does not answer. */
  private static final long RESULT_PATIENCE_S = 86_400;

  private final DeviceProfile self;
  private final Policy policy;

  public JobMachine(DeviceProfile self, Policy policy) {
    this.self = self;
    this.policy = policy;
  }

  /** The state after the event, and all that it wants done now. */
  public record Step(AgentJob job, List<Effect> effects) {
    public Step {
      effects = List.copyOf(effects);
    }
  }

  public Step step(AgentJob job, Event event, Moment now) {
    AgentJob next = job.phase() == Phase.CLOSED ? job : hurry(apply(job, event, now), now);
    return new Step(next, wants(next, now));
  }

  private AgentJob apply(AgentJob job, Event event, Moment now) {
    return switch (event) {
      case Event.ChainSeen seen -> chain(job.seen(seen.facts()), seen.facts(), now);
      case Event.CommitteeSeen seen -> committee(job, seen.committee());
      case Event.InputVerified _ ->
          job.phase() == Phase.ASSIGNED
              ? job.at(isAccepted(job) ? Phase.ACCEPTED : Phase.ACCEPTING, "", now)
              : job;
      case Event.InputBad bad -> inputBad(job, bad.reason(), now);
      case Event.NonceCame came -> nonce(job, came);
      case Event.NoncesFixed _ ->
          job.phase() == Phase.ACCEPTED ? job.at(Phase.EXECUTING, "", now) : job;
      case Event.WorkCommitted done ->
          job.phase() == Phase.EXECUTING
              ? job.withBundle(done.bundleHash()).at(Phase.COMMITTED, "", now)
              : job;
      case Event.WorkFailed failed ->
          job.phase() == Phase.EXECUTING || job.phase() == Phase.ACCEPTED
              ? job.at(Phase.FAILING, failed.reason(), now)
              : job;
      case Event.AckCame came -> ack(job, came);
      case Event.RevealCame came -> reveal(job, came, now);
      case Event.OpeningTaken taken ->
          inCommittee(job, taken.oracle()) ? job.withOpened(taken.oracle(), taken.reveals()) : job;
      case Event.ResultTaken _ -> job.withResultTaken();
      case Event.Tick _ -> job;
    };
  }

  /** Before Accept nobody is harmed if we do nothing; after it we owe the consumer a Fail. */
  private static AgentJob inputBad(AgentJob job, String reason, Moment now) {
    return switch (job.phase()) {
      case ASSIGNED, ACCEPTING ->
          job.at(isAccepted(job) ? Phase.FAILING : Phase.CLOSED, reason, now);
      case ACCEPTED, EXECUTING -> job.at(Phase.FAILING, reason, now);
      default -> job;
    };
  }

  /** Whether our Accept is on chain, as it is from the beginning where we gave it before. */
  private static boolean isAccepted(AgentJob job) {
    return job.chain()
        .filter(facts -> facts.state() == JobState.RUNNING && facts.bound())
        .isPresent();
  }

  private AgentJob chain(AgentJob job, ChainFacts facts, Moment now) {
    return switch (facts.state()) {
      case REPORTED, DISPUTED, FINAL -> reported(job, facts, now);
      case REFUNDED, CANCELLED, EXPIRED -> job.at(Phase.CLOSED, closing(job, facts.state()), now);
      case RUNNING, CHECKPOINTED, COMMITTED -> running(job, facts, now);
      case ASSIGNED -> assigned(job, facts, now);
      // A node that lags behind, or a short reorganisation, shows an earlier state: wait, unless
      // nothing is at stake yet.
      case NONE, FUNDED ->
          job.phase() == Phase.ASSIGNED
              ? job.at(Phase.CLOSED, "NOT_ASSIGNED: " + facts.state(), now)
              : job;
    };
  }

  private static String closing(AgentJob job, JobState state) {
    return job.note().isEmpty() ? state.name() : state.name() + ": " + job.note();
  }

  private AgentJob assigned(AgentJob job, ChainFacts facts, Moment now) {
    boolean open = job.phase() == Phase.ASSIGNED || job.phase() == Phase.ACCEPTING;
    if (!open
        || Admission.confirm(job.ticket(), facts, self, now, policy)
            instanceof Admission.Admitted) {
      return job;
    }
    // An Accept already sent may still be mined up to the deadline, so only the deadline itself
    // ends that wait.
    boolean waiting =
        job.phase() == Phase.ACCEPTING && facts.bound() && now.chainTimeS() <= facts.deadlineS();
    return waiting
        ? job
        : job.at(
            Phase.CLOSED,
            String.valueOf(Admission.confirm(job.ticket(), facts, self, now, policy)),
            now);
  }

  private static AgentJob running(AgentJob job, ChainFacts facts, Moment now) {
    if (!facts.bound()) {
      return job.at(Phase.CLOSED, "OTHER_BINDING", now);
    }
    return switch (job.phase()) {
      case ACCEPTING -> job.at(Phase.ACCEPTED, "", now);
      // ASSIGNED with an accepted job: we gave our Accept before the job was opened, or died before
      // we could note that we had sent it. The input comes first, then ACCEPTED.
      default -> job;
    };
  }

  private AgentJob reported(AgentJob job, ChainFacts facts, Moment now) {
    if (facts.fraud()) {
      return job.at(Phase.CLOSED, "FRAUD", now);
    }
    AgentJob next = job.phase() == Phase.REPORTED ? job : job.at(Phase.REPORTED, "", now);
    long bucketEnd = Math.ceilDiv(facts.deadlineS(), policy.bucketS()) * policy.bucketS();
    boolean delivered =
        !owesResult(next) || now.chainTimeS() > facts.deadlineS() + RESULT_PATIENCE_S;
    boolean over =
        facts.state() == JobState.FINAL
            && now.chainTimeS() > bucketEnd
            && !facts.claimable()
            && delivered;
    return over ? next.at(Phase.CLOSED, "SETTLED", now) : next;
  }

  /** A coordinator that was away when the job was reported still gets the consumer's result. */
  private static boolean owesResult(AgentJob job) {
    return job.bundleHash().isPresent() && !job.resultTaken();
  }

  private static AgentJob committee(AgentJob job, Committee committee) {
    boolean right = job.chain().filter(facts -> facts.epoch() == committee.epoch()).isPresent();
    return right ? job.with(committee) : job;
  }

  private static boolean inCommittee(AgentJob job, Address oracle) {
    return job.committee().filter(c -> c.indexOf(oracle) >= 0).isPresent();
  }

  private boolean from(AgentJob job, Address oracle, Signed<?> signed, long epoch, long jobId) {
    return inCommittee(job, oracle)
        && job.committee().filter(c -> c.epoch() == epoch).isPresent()
        && jobId == job.jobId()
        && signed.signedBy(oracle, self.committee());
  }

  private AgentJob nonce(AgentJob job, Event.NonceCame came) {
    TelemetryNonce nonce = came.nonce().message();
    boolean good =
        job.phase() == Phase.ACCEPTED
            && !job.nonces().containsKey(came.oracle())
            && nonce.device().equals(self.device())
            && from(job, came.oracle(), came.nonce(), nonce.epoch(), nonce.jobId());
    return good ? job.withNonce(came.oracle(), came.nonce()) : job;
  }

  private AgentJob ack(AgentJob job, Event.AckCame came) {
    Ack ack = came.ack().message();
    boolean good =
        job.phase() == Phase.COMMITTED
            && !job.acks().containsKey(came.oracle())
            && job.bundleHash().filter(ack.bundleHash()::equals).isPresent()
            && from(job, came.oracle(), came.ack(), ack.epoch(), ack.jobId());
    return good ? job.withAck(came.oracle(), came.ack()) : job;
  }

  private AgentJob reveal(AgentJob job, Event.RevealCame came, Moment now) {
    DrawReveal reveal = came.reveal().message();
    boolean good =
        job.phase() == Phase.COMMITTED
            && !job.reveals().containsKey(came.oracle())
            && job.bundleHash().filter(reveal.bundleHash()::equals).isPresent()
            && from(job, came.oracle(), came.reveal(), reveal.epoch(), reveal.jobId())
            && committedDraw(job, came.oracle(), reveal);
    return good ? job.withReveal(came.oracle(), came.reveal(), now) : job;
  }

  /**
   * An oracle that acknowledged to us must reveal what it committed to; one that got the bundle
   * from a peer showed us no commitment.
   */
  private static boolean committedDraw(AgentJob job, Address oracle, DrawReveal reveal) {
    Signed<Ack> ack = job.acks().get(oracle);
    Bytes32 commitment =
        Draw.commitment(job.jobId(), reveal.bundleHash(), oracle, reveal.drawSeed());
    return ack == null || ack.message().drawCommit().equals(commitment);
  }

  /** Work that cannot end in time is given up while a Fail still costs nothing. */
  private AgentJob hurry(AgentJob job, Moment now) {
    boolean working =
        job.phase() == Phase.ASSIGNED
            || job.phase() == Phase.ACCEPTED
            || job.phase() == Phase.EXECUTING;
    if (!working || job.chain().filter(facts -> late(facts, now)).isEmpty()) {
      return job;
    }
    return job.at(Phase.FAILING, "OUT_OF_TIME", now);
  }

  private boolean late(ChainFacts facts, Moment now) {
    return facts.state() == JobState.RUNNING
        && now.chainTimeS() > facts.deadlineS() - policy.runMarginS();
  }

  /** Everything that this state wants, most urgent first. */
  private List<Effect> wants(AgentJob job, Moment now) {
    return switch (job.phase()) {
      case ASSIGNED -> List.of(new Effect.FetchInput());
      case ACCEPTING -> acceptable(job, now) ? List.of(new Effect.SubmitAccept()) : List.of();
      case ACCEPTED -> nonceWants(job, now);
      case EXECUTING -> List.of(new Effect.Execute());
      case COMMITTED -> evidenceWants(job, now);
      case FAILING -> List.of(new Effect.SubmitFail(job.note()));
      case REPORTED -> reportedWants(job);
      case CLOSED -> List.of(new Effect.Forget());
    };
  }

  /** After a restart the chain is looked at before anything is sent. */
  private boolean acceptable(AgentJob job, Moment now) {
    return job.chain()
        .filter(facts ->
            Admission.confirm(job.ticket(), facts, self, now, policy) instanceof Admission.Admitted)
        .isPresent();
  }

  private static List<Effect> reportedWants(AgentJob job) {
    List<Effect> wants = new ArrayList<>();
    if (owesResult(job)) {
      wants.add(new Effect.DeliverResult());
    }
    if (job.chain().filter(ChainFacts::claimable).isPresent()) {
      wants.add(new Effect.ClaimPay());
    }
    return wants;
  }

  private List<Effect> committeeWants(AgentJob job) {
    return job.chain()
        .filter(facts -> facts.epoch() > 0)
        .<List<Effect>>map(facts -> List.of(new Effect.ReadCommittee(facts.epoch())))
        .orElse(List.of());
  }

  private List<Effect> nonceWants(AgentJob job, Moment now) {
    if (job.committee().isEmpty()) {
      return committeeWants(job);
    }
    Committee committee = job.committee().get();
    int got = job.nonces().size();
    long waitedMs = now.monotonicMs() - job.sinceMs();
    boolean enough =
        got == committee.n()
            || (got >= committee.quorum() && waitedMs >= policy.patienceMs())
            || waitedMs >= policy.patienceMaxMs();
    if (enough) {
      return List.of(new Effect.FixNonces());
    }
    return committee.keys().stream()
        .filter(key -> !job.nonces().containsKey(key))
        .<Effect>map(Effect.AskNonce::new)
        .toList();
  }

  private List<Effect> evidenceWants(AgentJob job, Moment now) {
    List<Effect> wants = new ArrayList<>();
    if (job.chain().filter(facts -> late(facts, now)).isPresent()) {
      wants.add(new Effect.PostCommit());
    }
    if (!job.resultTaken()) {
      wants.add(new Effect.DeliverResult());
    }
    if (job.committee().isEmpty()) {
      wants.addAll(committeeWants(job));
      return wants;
    }
    Committee committee = job.committee().get();
    int reveals = job.reveals().size();
    boolean ripe =
        reveals == committee.n()
            || (reveals > 0 && now.monotonicMs() - job.sinceMs() >= policy.patienceMs());
    for (Address oracle : committee.keys()) {
      if (ripe && job.opened().getOrDefault(oracle, 0) < reveals) {
        wants.add(new Effect.SendOpening(oracle));
      }
      if (job.certified() && !job.reveals().containsKey(oracle)) {
        wants.add(new Effect.ShowCertificate(oracle));
      }
      if (!job.acks().containsKey(oracle)) {
        wants.add(new Effect.UploadBundle(oracle));
      }
    }
    return wants;
  }
}
