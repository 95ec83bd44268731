package network.assay.testchain.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import network.assay.testchain.bench.attest.AttestBenchCommand;
import network.assay.testchain.bench.jobs.JobsBenchCommand;
import network.assay.testchain.bench.scheduler.SchedulerBenchCommand;
import network.assay.testchain.bench.work.WorkBenchCommand;
import network.assay.testchain.devnet.DevnetException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code assay bench NAME}. The first argument is the word {@code bench}. */
@Command(name = "assay", mixinStandardHelpOptions = true, subcommands = BenchCommand.Bench.class)
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "say what to measure: assay bench gas, attest, jobs, scheduler or work");
  }

  @Command(
      name = "bench",
      mixinStandardHelpOptions = true,
      description = "Measures, and compares with the goals.",
      subcommands = {
        GasCommand.class,
        AttestBenchCommand.class,
        JobsBenchCommand.class,
        SchedulerBenchCommand.class,
        WorkBenchCommand.class
      })
  static final class Bench implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "say what to measure: assay bench gas, attest, jobs, scheduler or work");
    }
  }

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new BenchCommand())
            .setOut(new PrintWriter(System.out, true, UTF_8))
            .setErr(new PrintWriter(System.err, true, UTF_8))
            .setExecutionExceptionHandler((e, command, parsed) -> {
              if (e instanceof DevnetException) {
                command.getErr().println(e.getMessage());
                return 1;
              }
              throw e;
            })
            .execute(args));
  }
}
