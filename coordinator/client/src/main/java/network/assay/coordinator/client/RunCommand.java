package network.assay.coordinator.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import network.assay.contracts.protocol.Receipt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code assay run}: order, wait, result, receipt. Interrupted, it loses nothing: the order goes
 * on, and job get finds it.
 */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Orders, waits, decrypts the result and keeps the receipt.")
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ClientOptions options = new ClientOptions();
  @Mixin private RequestOptions request = new RequestOptions();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FOLDER",
      defaultValue = ".",
      description = "where result and receipt go; default the current folder")
  private Path out = Path.of(".");

  @Option(
      names = "--wait-s",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "how long to wait; default ${DEFAULT-VALUE}")
  private long waitS;

  /** One line for people: state and, where there is one, the newest note. */
  static String line(JobStatus status) {
    JobStatus.Attempt newest = status.newest();
    return "%s  attempt %d  %s%s  %s"
        .formatted(
            newest.jobId(),
            newest.attempt(),
            status.state(),
            newest.verdict().isEmpty() ? "" : " " + newest.verdict(),
            newest.lastNote());
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    try (ConsumerClient client = options.open()) {
      ConsumerClient.Submitted submitted = client.submit(client.quote(request.toRequest()));
      String id = submitted.orderHash().hex();
      err.println("order " + id);
      JobStatus status = client.await(id, Duration.ofSeconds(waitS), s -> err.println(line(s)));
      Map<String, Object> summary = new LinkedHashMap<>();
      summary.put("orderHash", id);
      summary.put("state", status.state());
      summary.put("verdict", status.newest().verdict());
      summary.put("paid", status.newest().paid());
      Files.createDirectories(out);
      Optional<Receipt> receipt = client.receipt(id);
      if (receipt.isPresent()) {
        Path file = out.resolve("receipt-" + status.newest().jobId() + ".json");
        Files.write(file, receipt.get().toJson());
        summary.put("receipt", file.toString());
      }
      boolean delivered = status.newest().verdict().equals("OK");
      if (delivered) {
        DecryptedResult result =
            client
                .result(id)
                .orElseThrow(() ->
                    new ConsumerException(
                        "NO_RESULT_YET", "verified, but the coordinator has no result"));
        summary.put("result", result.write(out, "result-" + status.newest().jobId()).toString());
      }
      spec.commandLine()
          .getOut()
          .println(
              options.json() ? CoordinatorApi.JSON.writeValueAsString(summary) : lines(summary));
      return delivered ? 0 : 1;
    }
  }

  private static String lines(Map<String, Object> summary) {
    return summary.entrySet().stream()
        .map(entry -> "%-10s %s".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
