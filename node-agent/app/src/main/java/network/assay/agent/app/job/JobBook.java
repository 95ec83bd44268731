package network.assay.agent.app.job;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import network.assay.agent.evidence.TelemetryPlan;
import network.assay.agent.execute.Admission;
import network.assay.agent.execute.AgentJob;
import network.assay.agent.execute.Assignment;
import network.assay.agent.execute.ChainFacts;
import network.assay.agent.execute.DeviceProfile;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Event;
import network.assay.agent.execute.JobMachine;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.Journal.Artifact;
import network.assay.agent.execute.Journal.Promise;
import network.assay.agent.execute.Moment;
import network.assay.agent.execute.Policy;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.agent.execute.Ticket;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All jobs of this agent: takes assignments in, takes up again what the journal has, and keeps each
 * moving.
 */
public final class JobBook {
  private static final Logger LOG = LoggerFactory.getLogger(JobBook.class);

  /** Each with its input, and one look at the chain a round. */
  private static final int PROMISES_MAX = 64;

  /** A block that was mined before the deadline may be seen after it. */
  private static final long PROMISE_SLACK_S = 60;

  private final DeviceProfile self;
  private final Policy policy;
  private final Ports ports;
  private final DeviceSigner signer;
  private final JobMachine machine;
  private final Worker worker;
  private final int jobsMax;
  private final ExecutorService executor;
  private final Supplier<Moment> now;
  private final Map<Long, JobDriver> drivers = new ConcurrentHashMap<>();

  /** Accepted before they were on chain, where they may come at any moment. */
  private final Map<Long, Promise> promises = new ConcurrentHashMap<>();

  /**
   * A book without jobs; call {@link #resume} next.
   *
   * @param bootId random, new at every start of the process
   * @param concurrentMax what the offer says: jobs at a time; finished ones that wait for their
   *     verdict do not count on the worker, but the contract counts them until they are reported
   * @param executor runs effects, many at a time, most of them waiting
   */
  public JobBook(
      DeviceProfile self,
      Policy policy,
      Ports ports,
      DeviceSigner signer,
      TelemetryPlan telemetry,
      Bytes32 bootId,
      int concurrentMax,
      ExecutorService executor,
      Supplier<Moment> now) {
    this.self = self;
    this.policy = policy;
    this.ports = ports;
    this.signer = signer;
    this.machine = new JobMachine(self, policy);
    this.worker = new Worker(ports, signer, telemetry, bootId, concurrentMax);
    // Joined jobs are bounded on chain; reported ones wait here for their bucket. The bound is
    // against a flood.
    this.jobsMax = 1_000 + concurrentMax;
    this.executor = executor;
    this.now = now;
  }

  /** Takes up every job that is not over, where its journal entry left it. */
  public void resume() {
    for (Journal.Entry entry : ports.journal().unfinished()) {
      Ticket ticket = ticket(entry.assignment());
      Optional<Bytes32> bundle =
          ports.journal().artifact(ticket.jobId(), Artifact.BUNDLE).map(EvidenceBundle::hash);
      start(AgentJob.restored(ticket, entry.phase(), entry.note(), bundle, now.get()));
    }
    ports
        .journal()
        .promises()
        .forEach(promise -> promises.put(promise.assignment().jobId(), promise));
  }

  /**
   * An assignment that was admitted before is not asked again whether it can be run: it must be
   * finished or failed.
   */
  private Ticket ticket(Assignment assignment) {
    return switch (Admission.examine(assignment, self, spec -> true)) {
      case Admission.Admitted admitted -> admitted.ticket();
      case Admission.Refused refused ->
          throw new IllegalStateException(
              "the journal holds job "
                  + JobIds.text(assignment.jobId())
                  + " of another device or deployment: "
                  + refused);
    };
  }

  /**
   * Judges what the coordinator sent, and starts the job if it is ours.
   *
   * @return why it was left alone; empty where the job was started or known
   */
  public Optional<String> offerAssignment(Assignment assignment) throws PortException {
    if (drivers.containsKey(assignment.jobId())
        || ports.journal().find(assignment.jobId()).isPresent()) {
      return Optional.empty();
    }
    if (drivers.size() >= jobsMax) {
      return Optional.of(
          "TOO_MANY_JOBS: got " + drivers.size() + " unfinished, want fewer than " + jobsMax);
    }
    Admission.Result examined = Admission.examine(assignment, self, ports::supports);
    if (!(examined instanceof Admission.Admitted admitted)) {
      return Optional.of(examined.toString());
    }
    Ticket ticket = admitted.ticket();
    Optional<String> left = reasonToLeave(ticket, ports.chain().facts(ticket));
    if (left.isPresent()) {
      return left;
    }
    Promise promise = promises.get(ticket.jobId());
    if (promise != null) {
      begin(promise, ticket);
      return Optional.empty();
    }
    ports.journal().open(assignment);
    start(AgentJob.admitted(ticket, now.get()));
    return Optional.empty();
  }

  /** What runs under our card was accepted by our device's key: it must be finished or failed. */
  private Optional<String> reasonToLeave(Ticket ticket, ChainFacts facts) throws PortException {
    if (facts.state() == JobState.RUNNING && facts.bound()) {
      return Optional.empty();
    }
    Admission.Result confirmed = Admission.confirm(ticket, facts, self, now.get(), policy);
    if (!(confirmed instanceof Admission.Admitted)) {
      return Optional.of(confirmed.toString());
    }
    return ports.acceptance().decline(ticket).map(why -> "DECLINED: " + why);
  }

  /**
   * Accepts an order that is not on chain yet, if it is one for us: what binds us is only what the
   * contract makes of it, under the terms of our own offer.
   *
   * @return why it was left alone; empty where the Accept was handed in
   */
  public Optional<String> offerAsked(Assignment assignment) throws PortException {
    if (drivers.containsKey(assignment.jobId())
        || ports.journal().find(assignment.jobId()).isPresent()
        || drivers.size() >= jobsMax
        || promises.size() >= PROMISES_MAX) {
      return Optional.of("known already, or too many jobs");
    }
    Admission.Result examined = Admission.examine(assignment, self, ports.runtime()::supports);
    if (!(examined instanceof Admission.Admitted admitted)) {
      return Optional.of(examined.toString());
    }
    Ticket ticket = admitted.ticket();
    if (ticket.attempt() != 1) {
      return Optional.of("NOT_THE_FIRST_ATTEMPT: got " + ticket.attempt() + ", want 1");
    }
    if (now.get().chainTimeS() > ticket.order().orderDeadline()) {
      return Optional.of(
          "ORDER_EXPIRED: got "
              + now.get().chainTimeS()
              + ", want "
              + ticket.order().orderDeadline());
    }
    Optional<String> declined = ports.acceptance().decline(ticket);
    if (declined.isPresent()) {
      return declined.map(why -> "DECLINED: " + why);
    }
    byte[] input = ports.coordinator().input(ticket.jobId(), ticket.spec().inputBytes());
    Optional<String> wrong =
        new JobEffects(ticket, ports, signer, worker, executor).wrongInput(input);
    if (wrong.isEmpty()) {
      Promise promise = new Promise(assignment, input);
      ports.journal().promise(promise);
      promises.put(ticket.jobId(), promise);
      ports.coordinator().accept(signer.accept(ticket.accept()));
    }
    return wrong;
  }

  /** A promise's job comes from the chain itself: whoever opened it may be dead by now. */
  private void look(Promise promise) {
    Ticket ticket = ticket(promise.assignment());
    try {
      ChainFacts facts = ports.chain().facts(ticket);
      if (facts.state() == JobState.RUNNING && facts.bound()) {
        begin(promise, ticket);
      } else if (facts.state() != JobState.NONE || isPast(ticket)) {
        // Opened without our Accept, or never: then it is assigned to us as any other, or not.
        forget(promise);
      }
    } catch (PortException e) {
      LOG.debug("promised job {}: the chain was not read", JobIds.text(ticket.jobId()), e);
    }
  }

  private boolean isPast(Ticket ticket) {
    return now.get().chainTimeS() > ticket.order().orderDeadline() + PROMISE_SLACK_S;
  }

  private void begin(Promise promise, Ticket ticket) {
    ports.journal().openPromised(promise);
    promises.remove(ticket.jobId());
    start(AgentJob.admitted(ticket, now.get()));
  }

  private void forget(Promise promise) {
    long jobId = promise.assignment().jobId();
    ports.journal().dropPromise(jobId);
    promises.remove(jobId);
  }

  private void start(AgentJob job) {
    JobEffects effects = new JobEffects(job.ticket(), ports, signer, worker, executor);
    JobDriver driver = new JobDriver(job, machine, effects, ports, executor, now);
    if (drivers.putIfAbsent(job.jobId(), driver) == null) {
      look(driver);
    }
  }

  /** Reads the chain for every job and tells it; to be called every block or so. */
  public void look() {
    promises.values().forEach(this::look);
    drivers.values().forEach(this::look);
  }

  private void look(JobDriver driver) {
    try {
      driver.post(new Event.ChainSeen(ports.chain().facts(driver.job().ticket())));
    } catch (PortException e) {
      LOG.debug(
          "job {}: the chain was not read: {}", JobIds.text(driver.job().jobId()), e.getMessage());
    }
  }

  /** Lets time pass; to be called several times a second. */
  public void tick() {
    drivers.values().forEach(driver -> driver.post(new Event.Tick()));
    drivers.values().removeIf(JobDriver::isOver);
  }

  /** What is going on, for {@code status}. */
  public List<JobLine> lines() {
    return drivers.values().stream()
        .map(driver ->
            new JobLine(
                JobIds.text(driver.job().jobId()),
                driver.job().phase().name(),
                driver.job().note(),
                driver.trouble()))
        .toList();
  }

  /** The newest jobs, finished ones too, as the journal has them. */
  public List<JobLine> recent(int limit) {
    return ports.journal().recent(limit).stream()
        .map(entry ->
            new JobLine(
                JobIds.text(entry.assignment().jobId()), entry.phase().name(), entry.note(), ""))
        .toList();
  }

  /** One job, for people. */
  public record JobLine(String jobId, String phase, String note, String trouble) {}
}
