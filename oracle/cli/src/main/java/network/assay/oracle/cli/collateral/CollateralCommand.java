package network.assay.oracle.cli.collateral;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code assay attest collateral fetch|import|export|list}. */
@Command(
    name = "collateral",
    mixinStandardHelpOptions = true,
    description = "Keeps what vendors publish, so that evidence can be verified without a network.",
    subcommands = {FetchCommand.class, ImportCommand.class, ExportCommand.class, ListCommand.class})
public final class CollateralCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do: fetch, import, export or list");
  }
}
