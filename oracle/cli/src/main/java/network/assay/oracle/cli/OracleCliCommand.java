package network.assay.oracle.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.Arrays;
import network.assay.oracle.cli.attest.AttestCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The checker's command line. The first argument is the word that the launcher was called with. */
@Command(
    name = "assay",
    mixinStandardHelpOptions = true,
    version = "assay 0.1.0",
    description = "Checks what Assay produces, trusting nobody.",
    subcommands = {VerifyCommand.class, AttestCommand.class})
public final class OracleCliCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to check: assay verify RECEIPT.json, or assay attest verify");
  }

  /** Runs with these arguments and returns the exit code. */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new OracleCliCommand()).setOut(out).setErr(err);
    if (Arrays.asList(args).contains("--json") && args[0].equals("attest")) {
      line.setParameterExceptionHandler(
          (refused, words) -> AttestCommand.unusable(out, refused.getMessage()));
    }
    return line.execute(args);
  }

  public static void main(String[] args) {
    // A command line has no log; its library's word about that is not for the user.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    int code =
        execute(
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8),
            args);
    System.exit(code);
  }
}
