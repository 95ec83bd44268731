package network.assay.testchain.devnet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code assay demo} and {@code assay devnet}. The first argument is the word that the launcher was
 * called with.
 */
@Command(
    name = "assay",
    mixinStandardHelpOptions = true,
    version = "assay 0.1.0",
    subcommands = {DemoCommand.class, DevnetCommands.class})
public final class DevnetCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do: assay demo, assay devnet up");
  }

  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new DevnetCommand())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler((e, command, parsed) -> {
          if (e instanceof DevnetException) {
            command.getErr().println(e.getMessage());
            return 1;
          }
          throw e;
        })
        .execute(args);
  }

  public static void main(String[] args) {
    System.exit(
        execute(
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8),
            args));
  }
}
