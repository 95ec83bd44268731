package network.assay.agent.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.KeyFiles;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.StandardEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code assay agent …}: rents out this machine. */
@Command(name = "assay", subcommands = AgentCommand.Agent.class, mixinStandardHelpOptions = true)
public final class AgentCommand {

  private AgentCommand() {}

  /** Runs with these arguments and returns the exit code; the first one is {@code agent}. */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new AgentCommand())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(AgentCommand::sentence)
        .execute(args);
  }

  /**
   * Whatever an operator can do something about is said in a sentence; only our own mistakes show
   * where they happened.
   */
  private static int sentence(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof ConfigProblem
        || e instanceof AgentNode.StartFailedException
        || e instanceof IOException) {
      command.getErr().println("assay agent: " + e.getMessage());
      return 1;
    }
    throw e;
  }

  public static void main(String[] args) {
    int code =
        execute(
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8),
            args);
    System.exit(code);
  }

  /** The group of the agent's commands. */
  @Command(
      name = "agent",
      description = "Rent out this machine.",
      subcommands = {
        Init.class,
        Up.class,
        Status.class,
        ControlCommands.Drain.class,
        ControlCommands.Offers.class,
        TryCommand.class
      },
      mixinStandardHelpOptions = true)
  static final class Agent implements Runnable {
    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "say what to do: assay agent init, up, status, drain, offers or try");
    }
  }

  /** Makes keys and a configuration to fill in. */
  @Command(
      name = "init",
      description = "Make keys and a configuration to fill in.",
      mixinStandardHelpOptions = true)
  static final class Init implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--folder",
        defaultValue = "assay-agent",
        description = "Where to put them (default: ${DEFAULT-VALUE}).")
    Path folder = Path.of("assay-agent");

    @Override
    public Integer call() throws IOException {
      Path file = folder.resolve("agent.json");
      if (Files.exists(file)) {
        throw new ConfigProblem("want a folder without an agent.json, got " + file);
      }
      Files.createDirectories(folder);
      var device = KeyFiles.loadOrGenerate(folder.resolve("device.key"), Optional.empty());
      var provider = KeyFiles.loadOrGenerate(folder.resolve("provider.key"), Optional.empty());
      Files.writeString(file, template(), StandardOpenOption.CREATE_NEW);
      PrintWriter out = spec.commandLine().getOut();
      out.println("device key    " + device.address() + " (signs offers and work)");
      out.println(
          "provider key  "
              + provider.address()
              + " (holds stake, pays gas, is paid: fund it with both)");
      out.println("Fill in " + file + ", then: assay agent up --config " + file);
      return 0;
    }

    private static String template() throws IOException {
      try (var in = AgentCommand.class.getResourceAsStream("agent.json")) {
        if (in == null) {
          throw new IOException("this build lacks its configuration template");
        }
        return new String(in.readAllBytes(), UTF_8);
      }
    }
  }

  /** Runs the agent until it is stopped. */
  @Command(
      name = "up",
      description = "Run the agent until it is stopped.",
      mixinStandardHelpOptions = true)
  static final class Up implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();

    @Option(names = "--config", required = true, description = "The agent.json.")
    Path config = Path.of("agent.json");

    @Override
    public Integer call() throws InterruptedException {
      AgentConfig settings = AgentSettings.load(config, System.getenv());
      LoggingSystem logging = LoggingSystem.get(AgentCommand.class.getClassLoader());
      logging.beforeInitialize();
      logging.initialize(new LoggingInitializationContext(new StandardEnvironment()), null, null);
      CountDownLatch stop = new CountDownLatch(1);
      try (AgentNode node = AgentNode.start(settings)) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node, stop)));
        spec.commandLine()
            .getOut()
            .println(
                "agent "
                    + settings.name()
                    + " is up; health on http://127.0.0.1:"
                    + node.healthPort()
                    + "/health");
        stop.await();
      }
      return 0;
    }

    private static void end(AgentNode node, CountDownLatch stop) {
      node.close();
      stop.countDown();
    }
  }

  /** Asks a running agent what it does. */
  @Command(
      name = "status",
      description = "Ask a running agent what it does.",
      mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--port",
        defaultValue = "7371",
        description = "The agent's healthPort (default: ${DEFAULT-VALUE}).")
    int port = 7371;

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Override
    public Integer call() throws IOException {
      String body = ControlCommands.ask(port, "/status");
      spec.commandLine()
          .getOut()
          .println(json ? body : forPeople(JsonMapper.shared().readTree(body)));
      return 0;
    }

    private static void lines(StringBuilder out, String name, JsonNode jobs) {
      for (JsonNode job : jobs) {
        out.append(name);
        for (String member : new String[] {"jobId", "phase", "note", "trouble"}) {
          out.append(' ').append(job.path(member).asString(""));
        }
        out.append(System.lineSeparator());
      }
    }

    private static String forPeople(JsonNode status) {
      StringBuilder out = new StringBuilder();
      for (String member : new String[] {"name", "device", "provider", "gpu", "tee"}) {
        out.append("%-9s %s%n".formatted(member, status.path(member).asString("")));
      }
      String trouble = status.path("trouble").asString("");
      out.append("%-9s %s%n".formatted("trouble", trouble.isEmpty() ? "none" : trouble));
      String idle = status.path("idle").path("because").asString("");
      out.append("%-9s %s%n".formatted("idle", idle.isEmpty() ? "no, it works" : idle));
      for (JsonNode waits : status.path("idle").path("waitsFor")) {
        out.append("%-9s %s%n".formatted("waits for", waits.asString("")));
      }
      JsonNode revenue = status.path("revenue");
      out.append(
          "%-9s %s%n"
              .formatted(
                  "revenue",
                  revenue.isObject()
                      ? "credit %s, claimable %s, in challenge windows %s (token base units)"
                          .formatted(
                              revenue.path("credit").asString("?"),
                              revenue.path("claimable").asString("?"),
                              revenue.path("pending").asString("?"))
                      : "unknown: the chain did not answer"));
      for (JsonNode card : status.path("cards")) {
        out.append(
            "%-9s %s %s: %s%n"
                .formatted(
                    "card",
                    card.path("uuid").asString(""),
                    card.path("name").asString(""),
                    card.path("health").asString("")));
      }
      lines(out, "job", status.path("jobs"));
      lines(out, "recent", status.path("recent"));
      return out.toString().stripTrailing();
    }
  }
}
