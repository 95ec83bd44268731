package network.assay.agent.app.job;

import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import network.assay.agent.evidence.HostSampler;
import network.assay.agent.evidence.TelemetryChain;
import network.assay.agent.evidence.TelemetryPlan;
import network.assay.agent.evidence.TelemetryRecorder;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.Journal.Artifact;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.agent.execute.Ticket;
import network.assay.agent.execute.WorkloadRuntime.WorkRefusedException;
import network.assay.agent.runtime.Leaves;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle.SignedBatch;
import network.assay.contracts.protocol.Keccak;

/** Works jobs through, at most so many at a time, with telemetry running beside each. */
final class Worker {
  private final Ports ports;
  private final DeviceSigner signer;
  private final TelemetryPlan telemetry;
  private final Bytes32 bootId;
  private final Semaphore slots;

  /**
   * A worker.
   *
   * @param bootId random, new at every start of this process
   * @param concurrentMax jobs worked on at a time; more wait
   */
  Worker(
      Ports ports,
      DeviceSigner signer,
      TelemetryPlan telemetry,
      Bytes32 bootId,
      int concurrentMax) {
    this.ports = ports;
    this.signer = signer;
    this.telemetry = telemetry;
    this.bootId = bootId;
    this.slots = new Semaphore(concurrentMax, true);
  }

  /**
   * Works through whatever units are missing in the journal.
   *
   * @param live gets each telemetry batch
   */
  void work(Ticket ticket, Consumer<SignedBatch> live)
      throws WorkRefusedException, PortException, InterruptedException {
    slots.acquire();
    try (TelemetryRecorder _ = record(ticket, live);
        LiveLog log = new LiveLog(ticket.jobId(), ports.coordinator(), ports.clock())) {
      if (ticket.spec().container().isPresent()) {
        new ContainerWork(ticket, ports, log).run();
        return;
      }
      Journal journal = ports.journal();
      long jobId = ticket.jobId();
      byte[] input = journal.artifact(jobId, Artifact.INPUT).orElseThrow();
      ports
          .runtime()
          .run(
              ticket.spec(),
              input,
              journal.unitCount(jobId),
              unit -> {
                journal.putUnit(jobId, unit.unit(), Leaves.work(unit), Leaves.result(unit));
                log.say(unit.unit(), "metric", "passages=" + (unit.unit() + 1));
              });
      int planned = ports.runtime().plan(ticket.spec(), input).units();
      if (journal.unitCount(jobId) != planned) {
        throw new WorkRefusedException(
            "want " + planned + " finished units, got " + journal.unitCount(jobId));
      }
    } finally {
      slots.release();
    }
  }

  private TelemetryRecorder record(Ticket ticket, Consumer<SignedBatch> live) {
    byte[] nonces = ports.journal().artifact(ticket.jobId(), Artifact.NONCES).orElseThrow();
    TelemetryChain chain =
        new TelemetryChain(signer, ports.journal(), ticket.jobId(), bootId, Keccak.hash(nonces));
    TelemetryPlan plan = telemetry.fitted(ticket.order().runWindowS(), ports.gpu().read().size());
    return TelemetryRecorder.start(chain, new HostSampler(ports.clock(), ports.gpu()), plan, live);
  }
}
