package network.assay.agent.app.job;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import network.assay.agent.evidence.BundleAssembler;
import network.assay.agent.evidence.Nonces;
import network.assay.agent.execute.AgentJob;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Effect;
import network.assay.agent.execute.Event;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.Journal.Artifact;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.agent.execute.Ticket;
import network.assay.agent.execute.WorkloadRuntime.WorkPlan;
import network.assay.agent.execute.WorkloadRuntime.WorkRefusedException;
import network.assay.agent.execute.container.Containers;
import network.assay.agent.execute.container.SandboxException;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.EvidenceBundle.SignedBatch;
import network.assay.contracts.protocol.Fail;
import network.assay.contracts.protocol.FilePackage;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.ResultSealing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the machine wants for one job. Every effect may be done again at any time. */
final class JobEffects {
  private static final Logger LOG = LoggerFactory.getLogger(JobEffects.class);

  private final Ticket ticket;
  private final Ports ports;
  private final DeviceSigner signer;
  private final Worker worker;
  private final Executor executor;
  private final Evidence evidence;

  JobEffects(Ticket ticket, Ports ports, DeviceSigner signer, Worker worker, Executor executor) {
    this.ticket = ticket;
    this.ports = ports;
    this.signer = signer;
    this.worker = worker;
    this.executor = executor;
    this.evidence =
        new Evidence(ticket, ports.journal(), signer, new BundleAssembler(signer, ports.tee()));
  }

  /** Does one effect for the job as it stands; empty where nothing is to be told. */
  Optional<Event> run(Effect effect, AgentJob job) throws PortException, InterruptedException {
    return switch (effect) {
      case Effect.FetchInput _ -> Optional.of(fetch());
      case Effect.SubmitAccept _ -> {
        ports.chain().accept(ticket, signer.accept(ticket.accept()));
        yield look();
      }
      case Effect.ReadCommittee read ->
          Optional.of(new Event.CommitteeSeen(ports.chain().committee(read.epoch())));
      case Effect.AskNonce ask ->
          Optional.of(
              new Event.NonceCame(
                  ask.oracle(),
                  ports.oracles().nonce(committee(job), ask.oracle(), ticket.jobId())));
      case Effect.FixNonces _ -> {
        byte[] _ =
            ports.journal().putOnce(ticket.jobId(), Artifact.NONCES, Nonces.encode(job.nonces()));
        yield Optional.of(new Event.NoncesFixed());
      }
      case Effect.Execute _ -> Optional.of(execute(job));
      case Effect.UploadBundle upload -> Optional.of(upload(upload.oracle(), job));
      case Effect.ShowCertificate show -> Optional.of(certificate(show.oracle(), job));
      case Effect.SendOpening send -> Optional.of(open(send.oracle(), job));
      case Effect.DeliverResult _ -> {
        ports.coordinator().deliver(ticket.jobId(), evidence.commit(), evidence.ciphertext());
        yield Optional.of(new Event.ResultTaken());
      }
      case Effect.PostCommit _ -> {
        ports.chain().postCommit(ticket, evidence.commit());
        yield look();
      }
      case Effect.SubmitFail fail -> {
        stopContainer();
        ports
            .chain()
            .fail(ticket, signer.fail(new Fail(ticket.jobId(), Keccak.hashUtf8(fail.reason()))));
        yield look();
      }
      case Effect.ClaimPay _ -> {
        ports.chain().claim();
        yield look();
      }
      case Effect.Forget _ -> {
        forgetContainer();
        ports.journal().forget(ticket.jobId());
        yield Optional.empty();
      }
    };
  }

  private Optional<Event> look() throws PortException {
    return Optional.of(new Event.ChainSeen(ports.chain().facts(ticket)));
  }

  private static Committee committee(AgentJob job) {
    return job.committee()
        .orElseThrow(() -> new IllegalStateException("want a committee, got none yet"));
  }

  private Event fetch() throws PortException {
    Journal journal = ports.journal();
    long jobId = ticket.jobId();
    if (journal.artifact(jobId, Artifact.INPUT).isPresent()) {
      return new Event.InputVerified();
    }
    byte[] input = ports.coordinator().input(jobId, ticket.spec().inputBytes());
    Optional<String> wrong = wrongInput(input);
    if (wrong.isPresent()) {
      return new Event.InputBad(wrong.get());
    }
    byte[] _ = journal.putOnce(jobId, Artifact.INPUT, input);
    return new Event.InputVerified();
  }

  /**
   * Everything that could make the work impossible is looked at before we sign that we have the
   * input.
   */
  Optional<String> wrongInput(byte[] input) {
    int want = ticket.spec().inputBytes();
    if (input.length != want) {
      return Optional.of("WRONG_INPUT_LENGTH: got " + input.length + ", want " + want);
    }
    if (!ContentRoot.of(input).equals(ticket.spec().inputRoot())) {
      return Optional.of(
          "WRONG_INPUT: got content root "
              + ContentRoot.of(input)
              + ", want "
              + ticket.spec().inputRoot());
    }
    try {
      if (ticket.spec().container().isPresent()) {
        return unusableFiles(input);
      }
      WorkPlan plan = ports.runtime().plan(ticket.spec(), input);
      if (plan.sealedBytes() > ticket.spec().resultBytesMax()) {
        return Optional.of(
            "RESULT_TOO_LARGE: got "
                + plan.sealedBytes()
                + " bytes, want at most "
                + ticket.spec().resultBytesMax());
      }
      byte[] _ =
          ResultSealing.seal(
              ticket.order().resultKey(), ticket.jobId(), ticket.order().specHash(), new byte[0]);
    } catch (WorkRefusedException | ProtocolException e) {
      return Optional.of("UNUSABLE_INPUT: " + e.getMessage());
    }
    return Optional.empty();
  }

  private Optional<String> unusableFiles(byte[] input) {
    Containers here = ports.containers().orElse(null);
    if (here == null) {
      return Optional.of("NO_SANDBOX: this agent runs no containers any more");
    }
    var _ = FilePackage.readInput(input);
    byte[] _ =
        ResultSealing.seal(
            ticket.order().resultKey(), ticket.jobId(), ticket.order().specHash(), new byte[0]);
    return here.refusal(ticket.spec()).map(why -> "UNSUPPORTED: " + why);
  }

  private Event execute(AgentJob job) throws PortException, InterruptedException {
    try {
      if (!evidence.isCommitted()) {
        worker.work(ticket, batch -> sendLive(job, batch));
      }
      return new Event.WorkCommitted(evidence.bundleHash());
    } catch (WorkRefusedException | ProtocolException e) {
      return new Event.WorkFailed(String.valueOf(e.getMessage()));
    }
  }

  /** Live telemetry is a courtesy: the bundle holds every batch again. */
  private void sendLive(AgentJob job, SignedBatch batch) {
    job.committee()
        .map(Committee::keys)
        .orElse(List.of())
        .forEach(oracle -> executor.execute(() -> sendLive(job, oracle, batch)));
  }

  private void sendLive(AgentJob job, Address oracle, SignedBatch batch) {
    try {
      ports.oracles().telemetry(committee(job), oracle, batch);
    } catch (PortException e) {
      LOG.debug("live telemetry to {}: {}", oracle, e.getMessage());
    }
  }

  private Event upload(Address oracle, AgentJob job) throws PortException {
    return new Event.AckCame(
        oracle, ports.oracles().bundle(committee(job), oracle, ticket.jobId(), evidence.bundle()));
  }

  private Event certificate(Address oracle, AgentJob job) throws PortException {
    return new Event.RevealCame(
        oracle,
        ports
            .oracles()
            .certificate(
                committee(job),
                oracle,
                ticket.jobId(),
                evidence.bundleHash(),
                List.copyOf(job.acks().values())));
  }

  private Event open(Address oracle, AgentJob job) throws PortException {
    if (ticket.spec().container().isPresent()) {
      awaitAcceptance();
    }
    Evidence.OpeningBytes opening = evidence.opening(job);
    ports.oracles().opening(committee(job), oracle, opening.signed(), opening.content());
    return new Event.OpeningTaken(oracle, opening.reveals());
  }

  /** Of grade ACCEPTED the consumer's word takes the place of rows; one effect asks at a time. */
  private synchronized void awaitAcceptance() throws PortException {
    if (!evidence.isAccepted()) {
      evidence.accepted(
          ports
              .coordinator()
              .acceptance(ticket.jobId())
              .orElseThrow(
                  () -> new PortException("the consumer has not accepted the result yet")));
    }
  }

  private void stopContainer() throws PortException {
    if (ticket.spec().container().isPresent() && ports.containers().isPresent()) {
      try {
        ports.containers().get().sandbox().stop(Containers.runId(ticket.jobId()));
      } catch (SandboxException e) {
        throw new PortException("the container cannot be stopped: " + e.getMessage(), e);
      }
    }
  }

  private void forgetContainer() throws PortException {
    stopContainer();
    if (ticket.spec().container().isPresent() && ports.containers().isPresent()) {
      try {
        ports.containers().get().sandbox().forget(Containers.runId(ticket.jobId()));
      } catch (SandboxException e) {
        throw new PortException("the container cannot be removed: " + e.getMessage(), e);
      }
    }
  }
}
