package network.assay.oracle.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import network.assay.contracts.service.ConfigProblem;
import network.assay.oracle.node.app.ExplainCommand;
import network.assay.oracle.node.app.InitCommand;
import network.assay.oracle.node.app.StatusCommand;
import network.assay.oracle.node.app.UpCommand;
import network.assay.oracle.node.bond.BondCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The oracle operator's command line. The first argument is the word that the launcher was called
 * with: {@code oracle}.
 */
@Command(
    name = "assay",
    mixinStandardHelpOptions = true,
    version = "assay 0.1.0",
    description = "Runs a verifier node.",
    subcommands = OracleCommand.Oracle.class)
public final class OracleCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** {@code assay oracle …}. */
  @Command(
      name = "oracle",
      mixinStandardHelpOptions = true,
      description = "Runs a verifier node, and looks into it.",
      subcommands = {
        InitCommand.class,
        BondCommand.class,
        UpCommand.class,
        StatusCommand.class,
        ExplainCommand.class
      })
  public static final class Oracle implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "say what to do: assay oracle --help");
    }
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do: assay oracle --help");
  }

  /**
   * Runs with these arguments and returns the exit code: 0 done, 1 failed, 2 usage, 3 a
   * configuration that will not do.
   */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new OracleCommand())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(OracleCommand::explain)
        .execute(args);
  }

  /** A sentence for what an operator can mend; anything else is a defect and shows itself. */
  private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigProblem || cause instanceof OracleProblem) {
        command.getErr().println("assay: " + cause.getMessage());
        return cause instanceof ConfigProblem ? 3 : 1;
      }
    }
    throw e;
  }

  public static void main(String[] args) {
    System.exit(
        execute(
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8),
            args));
  }
}
