package network.assay.oracle.cli.attest;

import java.io.PrintWriter;
import java.util.Optional;
import network.assay.oracle.cli.collateral.CollateralCommand;
import network.assay.oracle.cli.conformance.ConformanceCommand;
import network.assay.oracle.verify.attest.AttestException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code assay attest verify|conformance|collateral}. */
@Command(
    name = "attest",
    mixinStandardHelpOptions = true,
    description = "Checks evidence of trusted execution environments to their vendors' own rules.",
    exitCodeOnInvalidInput = Result.UNUSABLE,
    subcommands = {AttestVerifyCommand.class, ConformanceCommand.class, CollateralCommand.class})
public final class AttestCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Arguments that cannot be used are one JSON object, too, where JSON was asked for. */
  public static int unusable(PrintWriter out, @Nullable String message) {
    AttestException refusal =
        new AttestException("ARGUMENTS", String.valueOf(message), "see --help");
    out.println(
        AttestVerifyCommand.JSON.writeValueAsString(
            Result.unusable(Optional.empty(), refusal).toJson()));
    return Result.UNUSABLE;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do: verify, conformance or collateral");
  }
}
