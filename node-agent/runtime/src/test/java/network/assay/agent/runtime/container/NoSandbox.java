package network.assay.agent.runtime.container;

import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.OutputFile;
import network.assay.agent.execute.container.RunId;
import network.assay.agent.execute.container.Sandbox;

/** In the place of a sandbox that was not opened yet. */
final class NoSandbox implements Sandbox {
  private static final String WHY = "no sandbox was opened";

  @Override
  public String describe() {
    return WHY;
  }

  @Override
  public Optional<String> unfit() {
    return Optional.of(WHY);
  }

  @Override
  public Optional<String> refusal(ContainerSpec spec) {
    return unfit();
  }

  @Override
  public ContainerOutcome run(ContainerSpec spec, InputSource inputs) {
    throw new IllegalStateException(WHY);
  }

  @Override
  public void stop(RunId run) {
    throw new IllegalStateException(WHY);
  }

  @Override
  public InputStream output(RunId run, OutputFile file) {
    throw new IllegalStateException(WHY);
  }

  @Override
  public InputStream log(RunId run) {
    throw new IllegalStateException(WHY);
  }

  @Override
  public void forget(RunId run) {
    throw new IllegalStateException(WHY);
  }

  @Override
  public Set<RunId> sweep(Set<RunId> wanted) {
    throw new IllegalStateException(WHY);
  }
}
