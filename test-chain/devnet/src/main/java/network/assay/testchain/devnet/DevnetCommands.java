package network.assay.testchain.devnet;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code assay devnet up|status|down}. */
@Command(
    name = "devnet",
    mixinStandardHelpOptions = true,
    description = "A development network, left running, with a funded wallet to try it.")
final class DevnetCommands implements Runnable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Where the network lives. */
  static final class Where {
    @Option(
        names = "--folder",
        paramLabel = "FOLDER",
        description = "the network's folder; default .assay/devnet of the checkout")
    private @Nullable Path folder;

    Path path() {
      Path chosen = folder;
      return (chosen == null ? AssayHome.find().resolve(".assay/devnet") : chosen).toAbsolutePath();
    }
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say which: devnet up | status | down");
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  @Command(
      name = "up",
      mixinStandardHelpOptions = true,
      description = "Starts the network in the background and waits until it is ready.")
  int up(
      @Mixin Where where,
      @Option(names = "--chain", defaultValue = "anvil", description = "anvil or besu")
          String chain,
      @Option(names = "--json") boolean json)
      throws IOException {
    Path folder = where.path();
    Optional<DevnetState> old = DevnetState.read(folder);
    if (old.flatMap(DevnetState::process).isPresent()) {
      out()
          .println(
              json ? old.get().toJson(true, health(old.get())) : "already up: " + hint(old.get()));
      return 0;
    }
    var _ = TestChain.Kind.parse(chain);
    if (old.isPresent()) {
      sweep(old.get(), folder);
    }
    if (Files.isDirectory(folder.resolve("keys"))) {
      throw new DevnetException(
          folder
              + " holds the remains of an earlier network, whose chain is gone: './assay devnet down' removes it");
    }
    Files.createDirectories(folder);
    Process process = spawn(folder, chain);
    DevnetState state = awaitReady(folder, process);
    out().println(json ? state.toJson(true, health(state)) : "up: " + hint(state));
    return 0;
  }

  private static String hint(DevnetState state) {
    return String.join(
        System.lineSeparator(),
        state.chain() + " at " + state.rpc() + ", coordinator at " + state.coordinator(),
        "  export ASSAY_COORDINATOR="
            + state.coordinator()
            + " ASSAY_DEPLOYMENT="
            + state.deployment()
            + " ASSAY_KEY_FILE="
            + state.consumerKey(),
        "  ./assay run --text README.md --max-price 2");
  }

  private Process spawn(Path folder, String chain) throws IOException {
    List<String> command = new ArrayList<>(JavaCommand.same());
    command.addAll(
        List.of(
            DevnetCommand.class.getName(),
            "devnet",
            "serve",
            "--chain",
            chain,
            "--folder",
            folder.toString()));
    return new ProcessBuilder(command)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("serve.log").toFile())
        .start();
  }

  private static DevnetState awaitReady(Path folder, Process process) {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < end) {
      Optional<DevnetState> state = DevnetState.read(folder).filter(s -> s.pid() == process.pid());
      if (state.isPresent()) {
        return state.get();
      }
      try {
        if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
          throw new DevnetException(
              "the network ended at its start; see " + folder.resolve("serve.log"));
        }
      } catch (InterruptedException e) {
        process.destroy();
        Thread.currentThread().interrupt();
        throw new DevnetException("interrupted; the network was stopped", e);
      }
    }
    process.destroy();
    throw new DevnetException(
        "the network was not ready after "
            + START_LIMIT.toSeconds()
            + " s; see "
            + folder.resolve("serve.log"));
  }

  @Command(
      name = "serve",
      hidden = true,
      mixinStandardHelpOptions = true,
      description = "Runs the network in the foreground; what up starts.")
  int serve(@Mixin Where where, @Option(names = "--chain", defaultValue = "anvil") String chain)
      throws Exception {
    Path folder = where.path();
    DevnetLogging.to(new DevnetLayout(folder).log());
    Progress progress = new Progress(spec.commandLine().getErr());
    List<ProviderSetup> providers =
        List.of(
            ProviderSetup.honest("one", "cpu-x86-64", BigInteger.valueOf(800_000), 2),
            ProviderSetup.honest("two", "cpu-x86-64", BigInteger.valueOf(900_000), 2));
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              stop.countDown();
              try {
                var _ = stopped.await(60, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
    try (Devnet devnet = Devnet.start(TestChain.Kind.parse(chain), folder, providers, progress)) {
      DevnetState.of(devnet).write(folder);
      progress.say("ready");
      stop.await();
    } finally {
      Files.deleteIfExists(DevnetState.file(folder));
      stopped.countDown();
    }
    return 0;
  }

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Says whether the network is up, and where. Exit 0 up, 1 not.")
  int status(@Mixin Where where, @Option(names = "--json") boolean json) {
    Optional<DevnetState> state = DevnetState.read(where.path());
    if (state.isEmpty()) {
      out().println(json ? "{\"running\":false}" : "not up; start it with ./assay devnet up");
      return 1;
    }
    boolean running = state.get().process().isPresent();
    String health = running ? health(state.get()) : "DOWN";
    out()
        .println(
            json
                ? state.get().toJson(running, health)
                : (running
                    ? "up, " + health + ": " + hint(state.get())
                    : "not up: its process is gone; ./assay devnet down tidies up"));
    return running && health.equals("UP") ? 0 : 1;
  }

  /** The coordinator's own word; unknown is never healthy. */
  private static String health(DevnetState state) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<Void> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(state.coordinator() + "/v1/health"))
                  .timeout(Duration.ofSeconds(3))
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      return answer.statusCode() == 200 ? "UP" : "DOWN";
    } catch (IOException e) {
      return "UNKNOWN";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "UNKNOWN";
    }
  }

  @Command(
      name = "down",
      mixinStandardHelpOptions = true,
      description =
          "Stops the network and removes its folder: its chain lives in memory and is gone.")
  int down(@Mixin Where where) throws IOException {
    Path folder = where.path();
    Optional<DevnetState> state = DevnetState.read(folder);
    if (state.isPresent()) {
      sweep(state.get(), folder);
    }
    if (Files.isDirectory(folder.resolve("keys"))) {
      remove(folder);
    }
    out().println(state.isPresent() ? "down" : "was not up");
    return 0;
  }

  /**
   * Ends exactly the processes of this network, known by pid and start time or by their command
   * line.
   */
  private static void sweep(DevnetState state, Path folder) {
    state.process().ifPresent(p -> end(p));
    state.chainProcess().ifPresent(p -> end(p));
    ProcessHandle.allProcesses()
        .filter(p -> p.pid() != ProcessHandle.current().pid())
        .filter(p ->
            p.info()
                .commandLine()
                .filter(c -> c.contains("postgres") && c.contains(folder + "/"))
                .isPresent())
        .forEach(p -> end(p));
    try {
      Files.deleteIfExists(DevnetState.file(folder));
    } catch (IOException e) {
      throw new DevnetException("cannot remove " + DevnetState.file(folder), e);
    }
  }

  private static void end(ProcessHandle process) {
    var _ = process.destroy();
    try {
      var _ = process.onExit().get(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      var _ = process.destroyForcibly();
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
