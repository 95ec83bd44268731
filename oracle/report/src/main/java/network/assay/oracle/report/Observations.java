package network.assay.oracle.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.function.LongPredicate;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.Observation;
import network.assay.contracts.protocol.ObservationCommit;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.protocol.VerdictCode;
import org.jspecify.annotations.Nullable;

/**
 * The observations of all undecided jobs. Commits, reveals once 2f+1 have committed, repeats itself
 * until the job is decided, and asks for another observation where the oracles cannot agree.
 */
public final class Observations {
  /**
   * Jobs that one peer may open here before this node has seen them itself: a liar fills its own
   * share only.
   */
  static final int OPENED_BY_PEER_MAX = 1_024;

  /** Jobs in all that this node observes at once. */
  static final int OWN_MAX = 8_192;

  private final CommitteeView view;
  private final Signatures signatures;
  private final Timings timings;
  private final LongPredicate closed;
  private final Map<Long, JobObservations> jobs = new LinkedHashMap<>();
  private final List<SequencedSet<Long>> openedByPeer = new ArrayList<>();
  private int openedByUs;
  private boolean newlySupported;
  private List<Effect> out = new ArrayList<>();

  /**
   * @param closed whether a job is decided for good, so that nothing more is to be seen in it
   */
  public Observations(
      CommitteeView view, Signatures signatures, Timings timings, LongPredicate closed) {
    this.view = view;
    this.signatures = signatures;
    this.timings = timings;
    this.closed = closed;
    for (int i = 0; i < view.n(); i++) {
      openedByPeer.add(new LinkedHashSet<>());
    }
  }

  /** The attempt that {@link #observe} expects for this job. */
  public long attempt(long jobId) {
    JobObservations job = jobs.get(jobId);
    return job == null ? 1 : job.attempt();
  }

  /** Takes back an own observation persisted before a crash. */
  public void restore(Durable.Observed observed) {
    if (closed.test(observed.jobId())) {
      return;
    }
    Optional<JobObservations> job = open(observed.jobId(), -1);
    if (job.isPresent()) {
      if (observed.attempt() > job.get().attempt()) {
        job.get().moveTo(observed.attempt());
      }
      job.get().own(observed);
      job.get().round(observed.attempt()).addCommit(view.self(), commitOf(observed));
    }
  }

  /** After {@link #restore}: says the commitments again. */
  public List<Effect> resume() {
    for (JobObservations job : jobs.values()) {
      if (job.own().isPresent()) {
        resend(job);
        patience(job);
        advance(job);
      }
    }
    return drain();
  }

  /**
   * This node's own verdict on a job.
   *
   * @param salt 32 fresh random bytes, secret until revealed
   */
  public List<Effect> observe(
      long jobId, long attempt, PackedVerdict verdict, Bytes32 leafHash, Bytes32 salt) {
    Optional<JobObservations> found =
        closed.test(jobId) || verdict.jobId() != jobId ? Optional.empty() : open(jobId, -1);
    if (found.isEmpty() || found.get().own().isPresent() || attempt != found.get().attempt()) {
      String job = JobIds.text(jobId) + " attempt " + attempt;
      out.add(new Effect.Refused(view.self(), "job " + job + " is not to be observed now"));
      return drain();
    }
    JobObservations job = found.get();
    Durable.Observed observed =
        new Durable.Observed(view.epoch(), jobId, attempt, verdict, leafHash, salt);
    job.own(observed);
    out.add(new Effect.Persist(observed));
    Signed<ObservationCommit> commit = commitOf(observed);
    out.add(new Effect.Broadcast(new PeerMessage.Commitment(commit)));
    out.add(new Effect.SetTimer(new TimerId.Resend(jobId), timings.resend(0)));
    job.round().addCommit(view.self(), commit);
    patience(job);
    follow(job);
    advance(job);
    return drain();
  }

  /** A commitment, from its signer or passed on. */
  public List<Effect> onCommitment(int from, PeerMessage.Commitment message) {
    ObservationCommit body = message.commit().body();
    JobObservations job = admit(from, message.commit(), body.epoch(), body.jobId());
    if (job != null) {
      int member = signatures.signer(message.commit()).orElseThrow();
      job.sawAttempt(member, body.attempt());
      if (job.inWindow(body.attempt())) {
        note(job.round(body.attempt()).addCommit(member, message.commit()));
      }
      follow(job);
      advance(job);
    }
    return drain();
  }

  /** A reveal, from its signer or passed on. */
  public List<Effect> onReveal(int from, PeerMessage.Reveal message) {
    Observation body = message.observation().body();
    JobObservations job = admit(from, message.observation(), body.epoch(), body.jobId());
    if (job != null && job.inWindow(body.attempt())) {
      int member = signatures.signer(message.observation()).orElseThrow();
      note(job.round(body.attempt()).addReveal(member, message.observation()));
      advance(job);
    }
    return drain();
  }

  private @Nullable JobObservations admit(
      int from, Signed<? extends TypedStruct> signed, long epoch, long jobId) {
    if (epoch != view.epoch() || closed.test(jobId)) {
      return null;
    }
    OptionalInt signer = signatures.signer(signed);
    if (signer.isEmpty()) {
      refuse(from, signed.body().type().name() + " signed by no member");
      return null;
    }
    return open(jobId, from).orElseThrow();
  }

  /**
   * Whether to leave the attempt for a later one. f+1 members in later attempts carry us along at
   * once: one of them is honest and had a reason. A single member may lie, so it moves us by one
   * attempt and only once ours has had its time; that is enough to bring all together, because who
   * goes on says so until it is heard.
   */
  private void follow(JobObservations job) {
    if (job.supported().isPresent()) {
      return;
    }
    long reached = job.reachedBy(view.weakQuorum());
    if (reached > job.attempt()) {
      again(job, reached);
    } else if (job.patienceOver && (job.revealed() || job.reachedBy(1) > job.attempt())) {
      again(job, job.attempt() + 1);
    }
  }

  private void advance(JobObservations job) {
    Optional<Durable.Observed> own = job.own();
    if (own.isPresent() && !job.revealed() && job.round().mayReveal()) {
      Signed<Observation> reveal = revealOf(own.get());
      job.setRevealed();
      job.patienceOver = false;
      patience(job);
      out.add(new Effect.Broadcast(new PeerMessage.Reveal(reveal)));
      note(job.round().addReveal(view.self(), reveal));
    }
    if (!job.announced && job.supported().isPresent()) {
      announce(job, job.supported().get());
    } else if (job.supported().isEmpty() && job.revealed() && job.round().hopeless()) {
      again(job, job.attempt() + 1);
    }
  }

  private void patience(JobObservations job) {
    TimerId.Attempt timer = new TimerId.Attempt(job.jobId, job.attempt());
    out.add(new Effect.SetTimer(timer, timings.attemptMs()));
  }

  private void announce(JobObservations job, JobObservations.Supported supported) {
    job.announced = true;
    newlySupported = true;
    supported
        .own()
        .ifPresent(
            own -> out.add(new Effect.Agreed(job.jobId, supported.attempt(), own.verdict())));
    out.add(new Effect.SetTimer(new TimerId.Resend(job.jobId), timings.resend(job.resends)));
  }

  private void again(JobObservations job, long next) {
    if (job.allowed(next)) {
      job.moveTo(next);
      out.add(new Effect.ObserveAgain(job.jobId, next));
    }
  }

  /** The attempt has had its time. */
  public List<Effect> onAttemptTimer(long jobId, long attempt) {
    JobObservations job = jobs.get(jobId);
    if (job != null && job.attempt() == attempt) {
      job.patienceOver = true;
      follow(job);
    }
    return drain();
  }

  /** The job is still not decided: peers may have missed something. */
  public List<Effect> onResendTimer(long jobId) {
    JobObservations job = jobs.get(jobId);
    if (job != null) {
      job.resends++;
      resend(job);
    }
    return drain();
  }

  private void resend(JobObservations job) {
    Optional<JobObservations.Supported> supported = job.supported();
    if (supported.isPresent()) {
      ObservationRound round = job.round(supported.get().attempt());
      for (Signed<Observation> observation : supported.get().agreement().observations()) {
        int member = signatures.signer(observation).orElseThrow();
        round
            .commit(member)
            .ifPresent(c -> out.add(new Effect.Broadcast(new PeerMessage.Commitment(c))));
        out.add(new Effect.Broadcast(new PeerMessage.Reveal(observation)));
      }
    } else {
      job.own().ifPresent(own -> sayAgain(job, own));
    }
    out.add(new Effect.SetTimer(new TimerId.Resend(job.jobId), timings.resend(job.resends)));
  }

  private void sayAgain(JobObservations job, Durable.Observed own) {
    job.round()
        .commit(view.self())
        .ifPresent(c -> out.add(new Effect.Broadcast(new PeerMessage.Commitment(c))));
    if (job.revealed()) {
      out.add(new Effect.Broadcast(new PeerMessage.Reveal(revealOf(own))));
    }
  }

  /** Whether 2f+1 have come to agree on some job since this was last asked. */
  boolean takeNewlySupported() {
    boolean taken = newlySupported;
    newlySupported = false;
    return taken;
  }

  /** What could be decided, oldest first. */
  public List<JobObservations.Supported> supported() {
    List<JobObservations.Supported> found = new ArrayList<>();
    jobs.values().forEach(job -> job.supported().ifPresent(found::add));
    return found;
  }

  /** The log has decided this job. */
  public void decided(long jobId, VerdictCode code) {
    JobObservations job = jobs.get(jobId);
    if (job != null && code == VerdictCode.CHECKPOINT) {
      job.checkpointed();
    } else {
      forget(jobId);
    }
  }

  /** The chain needs no verdict of this job any more. */
  public void forget(long jobId) {
    JobObservations job = jobs.remove(jobId);
    if (job != null) {
      release(job);
    }
  }

  /**
   * The record of a job, made where there is none; empty only where this node itself observes too
   * many.
   */
  private Optional<JobObservations> open(long jobId, int by) {
    JobObservations job = jobs.get(jobId);
    if (job == null) {
      if (by < 0 && openedByUs >= OWN_MAX) {
        return Optional.empty();
      }
      job = new JobObservations(view, jobId, by);
      jobs.put(jobId, job);
      charge(job);
    } else if (by < 0 && job.openedBy >= 0 && openedByUs < OWN_MAX) {
      release(job);
      job.openedBy = by; // ours now: the peer was right that it exists
      charge(job);
    }
    return Optional.of(job);
  }

  private void charge(JobObservations job) {
    if (job.openedBy < 0) {
      openedByUs++;
      return;
    }
    SequencedSet<Long> opened = openedByPeer.get(job.openedBy);
    opened.add(job.jobId);
    if (opened.size() > OPENED_BY_PEER_MAX) {
      jobs.remove(opened.removeFirst()); // its oldest; who really saw that job repeats itself
    }
  }

  private void release(JobObservations job) {
    if (job.openedBy < 0) {
      openedByUs--;
    } else {
      openedByPeer.get(job.openedBy).remove(job.jobId);
    }
  }

  int size() {
    return jobs.size();
  }

  private Signed<ObservationCommit> commitOf(Durable.Observed own) {
    Bytes32 commitment =
        ObservationRound.commitment(
            own.salt(), view.selfKey(), own.verdict().hash(), own.leafHash());
    return signatures.sign(
        new ObservationCommit(view.epoch(), own.jobId(), own.attempt(), commitment));
  }

  private Signed<Observation> revealOf(Durable.Observed own) {
    return signatures.sign(
        new Observation(
            view.epoch(),
            own.jobId(),
            own.attempt(),
            own.verdict().hash(),
            own.leafHash(),
            own.salt()));
  }

  private void note(ObservationRound.Added added) {
    if (added instanceof ObservationRound.Added.Contradiction(Effect.Evidence evidence)) {
      out.add(new Effect.Equivocated(evidence));
    }
  }

  private void refuse(int from, String reason) {
    out.add(new Effect.Refused(from, reason));
  }

  private List<Effect> drain() {
    List<Effect> effects = out;
    out = new ArrayList<>();
    return effects;
  }
}
