package network.assay.agent.runtime.container;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.Counters;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.SandboxException;

/**
 * What differs between podman, Docker and bubblewrap. A container, once started, lives without us:
 * its log goes to {@link RunFolder#log} through a pipe that keeps at most the limit and one byte.
 */
interface Engine {

  String describe();

  Optional<String> unfit();

  Optional<String> refusal(ContainerSpec spec);

  /** The user, outside, that a container's root is. */
  int owner();

  /** Has the image ready, and answers with what the engine calls it. */
  String image(ContainerSpec spec)
      throws ImageRefusedException, SandboxException, IOException, InterruptedException;

  /** Starts the container; inputs and disk are laid out. */
  Launch start(ContainerSpec spec, String image, RunFolder folder)
      throws SandboxException, IOException, InterruptedException;

  /**
   * How it is.
   *
   * @param thorough also asks the engine itself, where that takes long
   */
  State state(RunFolder folder, boolean thorough)
      throws SandboxException, IOException, InterruptedException;

  /** Kills everything inside; nothing where nothing is there. */
  void kill(RunFolder folder) throws SandboxException, IOException, InterruptedException;

  /** Removes the container and the engine's marks of it; nothing where nothing is there. */
  void remove(RunFolder folder) throws SandboxException, IOException, InterruptedException;

  /** All containers that bear our label and the id of our journal. */
  Set<RunId> mine() throws SandboxException, IOException, InterruptedException;

  /** What came of starting. */
  sealed interface Launch {
    record Started() implements Launch {}

    /** The command is not there, or cannot be run. */
    record NotStarted(String why) implements Launch {}

    /** A device that was asked for is not inside; nothing runs. */
    record DeviceMissing(String why) implements Launch {}
  }

  /** How a container is. */
  sealed interface State {
    record Running() implements State {}

    record Ended(int exitCode, Counters counters) implements State {}

    record Absent() implements State {}
  }
}
