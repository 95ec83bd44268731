package network.assay.agent.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.Containers;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.Sandbox;
import network.assay.agent.execute.container.SandboxException;
import network.assay.agent.runtime.container.ContainerHome;
import network.assay.agent.runtime.container.Sandboxes;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.service.ConfigProblem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the sandbox for containers of strangers, where the operator wants any. */
final class AgentContainers {
  private static final Logger LOG = LoggerFactory.getLogger(AgentContainers.class);

  private AgentContainers() {}

  /**
   * What the operator decided.
   *
   * @param engine podman, bubblewrap or auto
   * @param state a folder of the agent's own, on a disk
   * @param imageFolders where OCI layouts lie; others are pulled by name and digest
   * @param imageBytesMax of one image, unpacked
   * @param cacheBytesMax of all that are kept
   * @param most no container gets more
   */
  record Choice(
      String engine,
      Path state,
      List<Path> imageFolders,
      long imageBytesMax,
      long cacheBytesMax,
      ContainerLimits most) {
    Choice {
      imageFolders = List.copyOf(imageFolders);
    }
  }

  /**
   * Opens it and removes what no unfinished job wants any more.
   *
   * @throws ConfigProblem where nothing may be sold here: an operator who wants containers must
   *     hear of it
   */
  static Containers open(Choice choice, Journal journal) {
    try {
      Sandbox sandbox =
          Sandboxes.byName(
              choice.engine(),
              ContainerHome.open(
                  choice.state(),
                  choice.imageFolders(),
                  choice.imageBytesMax(),
                  choice.cacheBytesMax()));
      Optional<String> unfit = sandbox.unfit();
      if (unfit.isPresent()) {
        throw new ConfigProblem("containers: " + unfit.get());
      }
      Set<RunId> gone = sandbox.sweep(wanted(journal));
      LOG.info("containers: {}; {} left over and removed", sandbox.describe(), gone.size());
      return new Containers(sandbox, choice.most());
    } catch (IOException | SandboxException e) {
      throw new ConfigProblem("containers: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigProblem("containers: interrupted while opening the sandbox", e);
    }
  }

  private static Set<RunId> wanted(Journal journal) {
    return journal.unfinished().stream()
        .filter(entry -> isContainer(entry.assignment().spec()))
        .map(entry -> Containers.runId(entry.assignment().jobId()))
        .collect(Collectors.toSet());
  }

  private static boolean isContainer(byte[] spec) {
    try {
      return JobSpec.parse(spec).container().isPresent();
    } catch (ProtocolException e) {
      return false;
    }
  }
}
