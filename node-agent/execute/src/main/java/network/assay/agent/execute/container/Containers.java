package network.assay.agent.execute.container;

import java.util.Optional;
import java.util.TreeMap;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.JobSpec;

/**
 * What this operator runs for strangers.
 *
 * @param sandbox fit, and swept of what an earlier life left
 * @param most no container may ask for more than this of anything
 */
public record Containers(Sandbox sandbox, ContainerLimits most) {

  /** The run of a job; the same after a restart. */
  public static RunId runId(long jobId) {
    return new RunId("job-" + Long.toHexString(jobId));
  }

  /** Why a job of this specification is not taken here; empty where it is. */
  public Optional<String> refusal(JobSpec spec) {
    if (spec.container().isEmpty()) {
      return Optional.of("want a container, got workload " + spec.workload());
    }
    try {
      ContainerSpec container = of(new RunId("asked"), spec.container().get());
      return over(container.limits()).or(() -> sandbox.refusal(container));
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private Optional<String> over(ContainerLimits asked) {
    boolean within =
        asked.cpuMillis() <= most.cpuMillis()
            && asked.memoryBytes() <= most.memoryBytes()
            && asked.pidsMax() <= most.pidsMax()
            && asked.diskBytes() <= most.diskBytes()
            && asked.filesMax() <= most.filesMax()
            && asked.timeMs() <= most.timeMs()
            && asked.logBytesMax() <= most.logBytesMax();
    return within
        ? Optional.empty()
        : Optional.of("want limits of at most " + most + ", got " + asked);
  }

  /**
   * The container of a job, without its inputs.
   *
   * @throws IllegalArgumentException where no sandbox could run it
   */
  public static ContainerSpec of(RunId run, ContainerJob job) {
    ContainerJob.Limits limits = job.limits();
    return new ContainerSpec(
        run,
        new ImageDigest(job.image()),
        job.imageName().isEmpty() ? Optional.empty() : Optional.of(job.imageName()),
        job.argv(),
        new TreeMap<>(job.env()),
        java.util.List.of(),
        job.outputs().stream()
            .map(out -> new OutputRule(out.path(), out.filesMax(), out.bytesMax()))
            .toList(),
        new ContainerLimits(
            limits.cpuMillis(),
            limits.memoryBytes(),
            limits.pidsMax(),
            limits.diskBytes(),
            limits.filesMax(),
            limits.timeMs(),
            limits.logBytesMax()),
        job.egress().isEmpty() ? new NetworkRule.None() : new NetworkRule.Egress(job.egress()),
        java.util.List.of());
  }
}
