package network.assay.agent.execute.container;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;

/**
 * Where containers of strangers run. Assumed: the kernel and the engine keep their promises. What
 * runs inside is hostile, and so is its image.
 *
 * <p>Touches nothing that it did not start itself: what it starts bears its label and the id of its
 * journal.
 */
public interface Sandbox {

  /** One line for people: which engine, which version. */
  String describe();

  /** Why nothing may be sold here, in a sentence; empty where it is fit. */
  Optional<String> unfit();

  /** Why this container cannot be kept within what it asks for; empty where it can. */
  Optional<String> refusal(ContainerSpec spec);

  /**
   * Runs a container and waits for its end. Where a run of this id is there already, from before a
   * crash, it is taken up. Interrupting stops waiting and leaves the container as it is.
   *
   * @throws SandboxException where the machine or the engine failed: nobody knows what came of it
   */
  ContainerOutcome run(ContainerSpec spec, InputSource inputs)
      throws SandboxException, InterruptedException;

  /** Stops a run, if it is there; its outcome will be KILLED. */
  void stop(RunId run) throws SandboxException;

  /** Opens a file that a successful run left; it stays until {@link #forget}. */
  InputStream output(RunId run, OutputFile file) throws IOException;

  /** Opens what a run wrote to stdout and stderr so far. */
  InputStream log(RunId run) throws IOException;

  /** Drops all that is kept of a finished run. */
  void forget(RunId run) throws SandboxException;

  /**
   * Removes every run of ours that nobody wants, with its container; to be called once at start.
   *
   * @return what was removed
   */
  Set<RunId> sweep(Set<RunId> wanted) throws SandboxException;

  /** Where the bytes of inputs come from. */
  @FunctionalInterface
  interface InputSource {
    InputStream open(InputFile input) throws IOException;

    /** For containers without inputs. */
    static InputSource none() {
      return input -> {
        throw new IOException("want no inputs, got one at " + input.path());
      };
    }
  }
}
