package network.assay.agent.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import network.assay.contracts.service.BoundedHttp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands that talk to a running agent over loopback. */
final class ControlCommands {
  private static final int ANSWER_BYTES_MAX = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private ControlCommands() {}

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static IOException silent(int port, IOException e) {
    return new IOException("no agent answers on loopback port " + port + ": " + e.getMessage(), e);
  }

  /** What a running agent shows under this path. */
  static String ask(int port, String path) throws IOException {
    try (BoundedHttp http = new BoundedHttp(PATIENCE, ANSWER_BYTES_MAX)) {
      return new String(http.get(uri(port, path)).body().toArray(), UTF_8);
    } catch (IOException e) {
      throw silent(port, e);
    }
  }

  /** Tells a running agent to take no more jobs. */
  @Command(
      name = "drain",
      description = "Let a running agent finish its jobs and take no more.",
      mixinStandardHelpOptions = true)
  static final class Drain implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--port",
        defaultValue = "7371",
        description = "The agent's healthPort (default: ${DEFAULT-VALUE}).")
    int port = 7371;

    @Option(names = "--undo", description = "Take jobs again.")
    boolean undo;

    @Option(names = "--json", description = "Answer with the agent's status as JSON.")
    boolean json;

    @Override
    public Integer call() throws IOException {
      HttpRequest request =
          HttpRequest.newBuilder(uri(port, "/drain"))
              .header(HealthServer.DRAIN_HEADER, undo ? "off" : "on")
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      try (BoundedHttp http = new BoundedHttp(PATIENCE, ANSWER_BYTES_MAX)) {
        int status = http.send(request).status();
        if (status != 204) {
          throw new IOException("want 204 from the agent, got " + status);
        }
      } catch (IOException e) {
        throw silent(port, e);
      }
      String body = ask(port, "/status");
      PrintWriter out = spec.commandLine().getOut();
      out.println(json ? body : sentence(JsonMapper.shared().readTree(body)));
      return 0;
    }

    private String sentence(JsonNode status) {
      int jobs = status.path("jobs").size();
      return undo
          ? "the agent takes jobs again"
          : "the agent takes no more jobs; " + jobs + " unfinished";
    }
  }

  /** Shows what a running agent offers. */
  @Command(
      name = "offers",
      description = "Show the offers of a running agent that stand.",
      mixinStandardHelpOptions = true)
  static final class Offers implements Callable<Integer> {
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
      String body = ask(port, "/offers");
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(body);
        return 0;
      }
      JsonNode offers = JsonMapper.shared().readTree(body);
      if (offers.isEmpty()) {
        out.println("no offer stands; assay agent status says why");
      }
      for (JsonNode offer : offers) {
        out.println(
            "offer %s: %s base units a job, %s at a time, %s, until %s"
                .formatted(
                    offer.path("offerHash").asString(""),
                    offer.path("price").asString(""),
                    offer.path("concurrentMax").asString(""),
                    offer.path("grades").toString(),
                    offer.path("expiry").asString("")));
      }
      return 0;
    }
  }
}
