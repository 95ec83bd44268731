package network.assay.oracle.node.app;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.service.Json;
import network.assay.contracts.wire.JobQuery;
import network.assay.contracts.wire.JobView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what the running node knows of one job, and why it judged as it did. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = "Says what the running node knows of a job, and why it judged as it did.")
public final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "JOB", description = "the job's id")
  private String job = "";

  @Option(names = "--config", required = true, description = "the node's configuration, JSON")
  private Path config = Path.of("");

  @Option(names = "--json", description = "for programs")
  private boolean json;

  private record View(
      String jobId,
      String phase,
      String note,
      String verdict,
      long epoch,
      long seq,
      Bytes32 bundleHash,
      List<String> findings) {}

  @Override
  public Integer call() {
    long jobId = LocalNode.jobId(job);
    JobView got =
        LocalNode.ask(config, node -> node.getJob(JobQuery.newBuilder().setJobId(jobId).build()));
    String verdict =
        got.getVerdict().isEmpty()
            ? "none yet"
            : PackedVerdict.unpack(got.getVerdict().toByteArray()).code().name();
    Bytes32 bundle =
        got.getBundleHash().isEmpty()
            ? Bytes32.ZERO
            : Bytes32.of(got.getBundleHash().toByteArray());
    View view =
        new View(
            JobIds.text(jobId),
            got.getPhase(),
            got.getNote(),
            verdict,
            got.getEpoch(),
            got.getSeq(),
            bundle,
            List.copyOf(got.getFindingsList()));
    var out = spec.commandLine().getOut();
    if (json) {
      out.print(Json.writePretty(view));
    } else {
      out.println("job " + view.jobId() + " is " + view.phase() + ": " + view.note());
      out.println(
          "  verdict " + view.verdict() + ", epoch " + view.epoch() + ", height " + view.seq());
      out.println("  bundle  " + view.bundleHash());
      view.findings().forEach(finding -> out.println("  " + finding));
    }
    out.flush();
    return 0;
  }
}
