package network.assay.agent.app.job;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.Journal.Artifact;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.agent.execute.Ticket;
import network.assay.agent.execute.WorkloadRuntime.WorkRefusedException;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.Containers;
import network.assay.agent.execute.container.InputFile;
import network.assay.agent.execute.container.OutputFile;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.Sandbox;
import network.assay.agent.execute.container.SandboxException;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContainerEvidence;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.FilePackage;
import network.assay.contracts.protocol.ResultSealing;

/**
 * Runs a job's container and keeps what came of it as the journal's unit 0: the evidence as its
 * rows, the result's plaintext as its result. A run that an earlier life began is taken up.
 */
final class ContainerWork {
  private final Ticket ticket;
  private final ContainerJob job;
  private final Journal journal;
  private final Sandbox sandbox;
  private final LiveLog log;
  private final RunId run;

  ContainerWork(Ticket ticket, Ports ports, LiveLog log) throws WorkRefusedException {
    this.ticket = ticket;
    this.job = ticket.spec().container().orElseThrow();
    this.journal = ports.journal();
    this.sandbox =
        ports
            .containers()
            .orElseThrow(() -> new WorkRefusedException("this agent runs no containers any more"))
            .sandbox();
    this.log = log;
    this.run = Containers.runId(ticket.jobId());
  }

  /**
   * Runs it, unless its result is in the journal already.
   *
   * @throws WorkRefusedException where it ended otherwise than with exit 0 and what it declared
   * @throws PortException where the machine failed: nobody knows yet what came of it
   */
  void run() throws WorkRefusedException, PortException, InterruptedException {
    long jobId = ticket.jobId();
    if (journal.unitCount(jobId) == 1) {
      return;
    }
    SortedMap<String, byte[]> files =
        FilePackage.readInput(journal.artifact(jobId, Artifact.INPUT).orElseThrow());
    try (LogTail _ = new LogTail(sandbox, run, log)) {
      ContainerOutcome outcome =
          sandbox.run(spec(files), input -> new ByteArrayInputStream(content(files, input)));
      if (!outcome.succeeded()) {
        String exit = outcome.exitCode().isPresent() ? " " + outcome.exitCode().getAsInt() : "";
        throw new WorkRefusedException(outcome.reason() + exit + ": " + outcome.detail());
      }
      keep(outcome);
    } catch (SandboxException | IOException e) {
      throw new PortException("sandbox: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new WorkRefusedException("UNSUPPORTED: " + e.getMessage(), e);
    }
  }

  private static byte[] content(SortedMap<String, byte[]> files, InputFile input)
      throws IOException {
    byte[] content = files.get(input.path());
    if (content == null) {
      throw new IOException("want an input at " + input.path() + ", got none");
    }
    return content;
  }

  private ContainerSpec spec(SortedMap<String, byte[]> files) {
    List<InputFile> inputs = new ArrayList<>();
    files.forEach(
        (path, bytes) -> inputs.add(new InputFile(path, bytes.length, ContentRoot.of(bytes))));
    ContainerSpec plain = Containers.of(run, job);
    return plain.withFiles(inputs, plain.outputs());
  }

  private void keep(ContainerOutcome outcome) throws WorkRefusedException, IOException {
    if (outcome.outputs().size() > ContainerEvidence.FILES_MAX) {
      throw new WorkRefusedException(
          "RESULT_TOO_LARGE: got "
              + outcome.outputs().size()
              + " files, want at most "
              + ContainerEvidence.FILES_MAX);
    }
    ContainerEvidence evidence = evidence(outcome);
    long sealed = FilePackage.resultBytes(evidence) + ResultSealing.OVERHEAD_BYTES;
    if (sealed > ticket.spec().resultBytesMax()) {
      throw new WorkRefusedException(
          "RESULT_TOO_LARGE: got "
              + sealed
              + " bytes, want at most "
              + ticket.spec().resultBytesMax());
    }
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (OutputFile file : outcome.outputs()) {
      try (InputStream in = sandbox.output(run, file)) {
        files.put(file.path(), in.readAllBytes());
      }
    }
    journal.putUnit(ticket.jobId(), 0, evidence.encode(), FilePackage.result(evidence, files));
  }

  private ContainerEvidence evidence(ContainerOutcome outcome) {
    TreeMap<String, ContainerEvidence.File> files = new TreeMap<>();
    for (OutputFile file : outcome.outputs()) {
      files.put(file.path(), new ContainerEvidence.File(file.path(), file.bytes(), file.root()));
    }
    return new ContainerEvidence(
        Bytes32.fromHex("0x" + job.image().substring("sha256:".length())),
        outcome.exitCode().orElseThrow(),
        outcome.wallMs(),
        new ContainerEvidence.Counters(
            outcome.counters().cpuNs(),
            outcome.counters().memoryPeakBytes(),
            outcome.counters().ioBytes()),
        outcome.log().bytes(),
        outcome.log().cut(),
        outcome.log().root(),
        List.copyOf(files.values()));
  }
}
