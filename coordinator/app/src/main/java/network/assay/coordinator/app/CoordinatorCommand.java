package network.assay.coordinator.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.service.Config;
import network.assay.contracts.service.ConfigProblem;
import network.assay.coordinator.app.flow.Chain.ChainUnavailable;
import network.assay.coordinator.app.store.StoreProblem;
import org.springframework.boot.logging.LogLevel;
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

/** {@code assay coordinator}: runs a coordinator, and asks one how it does. */
@Command(
    name = "assay",
    subcommands = CoordinatorCommand.Coordinator.class,
    description = "Verified GPU compute, paid straight from a wallet.")
public final class CoordinatorCommand {
  private CoordinatorCommand() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new CoordinatorCommand())
        .setExecutionExceptionHandler((problem, line, parsed) -> {
          line.getErr().println("assay coordinator: " + sentence(problem));
          return 1;
        });
  }

  /** Bad input and a missing server are told in a sentence; what is ours to mend with its trace. */
  private static String sentence(Exception problem) {
    boolean expected =
        problem instanceof ConfigProblem
            || problem instanceof StoreProblem
            || problem instanceof ChainUnavailable
            || problem instanceof ProtocolException
            || problem instanceof IOException
            || problem instanceof java.io.UncheckedIOException;
    if (!expected) {
      problem.printStackTrace();
    }
    return String.valueOf(problem.getMessage());
  }

  /** The group. */
  @Command(
      name = "coordinator",
      mixinStandardHelpOptions = true,
      subcommands = {Up.class, Status.class},
      description = "Matches orders with offers, follows jobs, serves results and receipts.")
  public static final class Coordinator implements Runnable {
    @Spec private @org.jspecify.annotations.Nullable CommandSpec spec;

    @Override
    public void run() {
      if (spec != null) {
        spec.commandLine().usage(spec.commandLine().getOut());
      }
    }
  }

  /** {@code up}. */
  @Command(
      name = "up",
      mixinStandardHelpOptions = true,
      description = "Runs a coordinator until it is stopped.")
  public static final class Up implements Callable<Integer> {
    @Option(
        names = "--config",
        required = true,
        paramLabel = "FILE",
        description =
            "Settings as JSON; needs rpcUrls, deploymentFile and dataFolder. Variables"
                + " ASSAY_COORDINATOR_… win over it.")
    private Path config = Path.of("coordinator.json");

    @Override
    public Integer call() throws InterruptedException {
      CoordinatorConfig settings =
          Config.load(config, CoordinatorConfig.PREFIX, System.getenv(), CoordinatorConfig.class);
      startLogging();
      CoordinatorNode node = CoordinatorNode.start(settings);
      Runtime.getRuntime().addShutdownHook(new Thread(node::close));
      System.out.printf(
          "coordinator %s%n  consumers  http port %d%n  agents     gRPC port %d, pin %s%n",
          node.address(), node.httpPort(), node.grpcPort(), node.tlsPin());
      new CountDownLatch(1).await(); // the shutdown hook ends it
      return 0;
    }

    private static void startLogging() {
      LoggingSystem logging = LoggingSystem.get(CoordinatorCommand.class.getClassLoader());
      logging.beforeInitialize();
      logging.initialize(new LoggingInitializationContext(new StandardEnvironment()), null, null);
      logging.setLogLevel("ROOT", LogLevel.WARN);
      logging.setLogLevel("network.assay", LogLevel.INFO);
    }
  }

  /** {@code status}. */
  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Asks a running coordinator how it does; exit code 0 only where it is UP.")
  public static final class Status implements Callable<Integer> {
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    @Option(
        names = "--url",
        defaultValue = "http://127.0.0.1:8480",
        description = "The coordinator (default: ${DEFAULT-VALUE}).")
    private URI url = URI.create("http://127.0.0.1:8480");

    @Option(names = "--json", description = "The answer as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
      HttpRequest request =
          HttpRequest.newBuilder(url.resolve("/v1/health")).timeout(Duration.ofSeconds(10)).build();
      try (HttpClient http =
          HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
        HttpResponse<java.io.InputStream> response =
            http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        byte[] body = response.body().readNBytes(ANSWER_BYTES_MAX);
        print(body);
        JsonNode health = JsonMapper.shared().readTree(body);
        return health.path("level").asString("").equals("UP") ? 0 : 1;
      } catch (java.net.ConnectException e) {
        throw new IOException("no coordinator answers at " + url, e);
      }
    }

    private void print(byte[] body) {
      if (json) {
        System.out.println(new String(body, java.nio.charset.StandardCharsets.UTF_8));
        return;
      }
      JsonNode health = JsonMapper.shared().readTree(body);
      System.out.println(health.path("level").asString("DOWN"));
      health
          .path("components")
          .properties()
          .forEach(e -> System.out.println("  " + e.getKey() + "  " + e.getValue().asString("")));
    }
  }
}
