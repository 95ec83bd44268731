package network.assay.coordinator.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.Map;
import network.assay.contracts.protocol.ProtocolException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The consumer's command line. The first argument is the word that the launcher was called with:
 * {@code job} or {@code run}.
 */
@Command(
    name = "assay",
    mixinStandardHelpOptions = true,
    version = "assay 0.1.0",
    description = "Buys verified compute from a wallet.",
    subcommands = {JobCommands.class, RunCommand.class})
public final class ConsumerCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do: assay job --help, assay run --help");
  }

  /**
   * Runs with these arguments and returns the exit code: 0 done, 1 refused or failed, 2 usage, 3
   * unusable input.
   */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new ConsumerCommand())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(ConsumerCommand::explain)
        .execute(args);
  }

  /** A sentence for what the user can act on; anything else is a defect and says so. */
  private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    String reason =
        switch (e) {
          case ConsumerException refused -> refused.reason();
          case ProtocolException refused -> refused.reason();
          default -> throw e;
        };
    boolean json = parsed.originalArgs().contains("--json");
    if (json) {
      command
          .getOut()
          .println(
              CoordinatorApi.JSON.writeValueAsString(
                  Map.of("error", reason, "message", String.valueOf(e.getMessage()))));
    } else {
      command.getErr().println(reason + ": " + e.getMessage());
    }
    return reason.startsWith("COORDINATOR") || reason.startsWith("HTTP") ? 1 : 3;
  }

  public static void main(String[] args) {
    // A command line has no log; its library's word about that is not for the user.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.exit(
        execute(
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8),
            args));
  }
}
