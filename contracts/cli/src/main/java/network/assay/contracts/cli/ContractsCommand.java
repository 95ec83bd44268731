package network.assay.contracts.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.Map;
import network.assay.contracts.client.assay.DeploymentException;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.send.TxOutcome;
import network.assay.contracts.client.store.StoreException;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;
import network.assay.contracts.service.JsonProblem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The protocol team's command line. The first argument is the word that the launcher was called
 * with.
 */
@Command(
    name = "assay",
    mixinStandardHelpOptions = true,
    version = "assay 0.1.0",
    description =
        "Puts the contracts on a chain, and says what is wrong with a machine or a deployment.",
    subcommands = {DeployCommand.class, DoctorCommand.class})
public final class ContractsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do: assay deploy --help, assay doctor --help");
  }

  /**
   * Runs with these arguments and returns the exit code: 0 done, 1 refused or failed, 2 usage, 3
   * unusable input.
   */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new ContractsCommand())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(ContractsCommand::explain)
        .execute(args);
  }

  /** A sentence for what the user can act on; anything else is a defect and shows as one. */
  private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    int code =
        switch (e) {
          case RpcException chain -> 1;
          case DeploymentException failed -> 1;
          case TxOutcome.TxFailed failed -> 1;
          case StoreException store -> 3;
          case ConfigProblem input -> 3;
          case JsonProblem input -> 3;
          case ProtocolException input -> 3;
          case IllegalArgumentException input -> 3;
          default -> throw e;
        };
    if (parsed.expandedArgs().contains("--json")) {
      command.getOut().println(Json.write(Map.of("error", String.valueOf(e.getMessage()))));
    } else {
      command.getErr().println("assay: " + e.getMessage());
    }
    return code;
  }

  public static void main(String[] args) {
    System.exit(
        execute(
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8),
            args));
  }
}
