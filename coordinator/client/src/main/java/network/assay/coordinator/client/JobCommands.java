package network.assay.coordinator.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Receipt;
import network.assay.coordinator.client.spec.SpecProblem;
import network.assay.coordinator.client.spec.SpecText;
import network.assay.coordinator.client.spec.SpecValidator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay job …}. */
@Command(
    name = "job",
    mixinStandardHelpOptions = true,
    description = "Orders compute, follows it, fetches result and receipt.")
final class JobCommands implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "say which: job validate | quote | submit | get | ls | logs | stop | top-up | accept | result | receipt");
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void print(boolean json, Object object, String line) {
    out()
        .println(
            json
                ? CoordinatorApi.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(object)
                : line);
    out().flush();
  }

  @Command(
      name = "validate",
      mixinStandardHelpOptions = true,
      description = "Checks a job specification (docs/JOB-SPEC.md); asks nobody.")
  int validate(
      @Parameters(paramLabel = "FILE", description = "YAML or JSON") Path file,
      @Option(names = "--json", description = "print one JSON object") boolean json)
      throws IOException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new ConsumerException("NO_SUCH_FILE", "want a file that can be read, got " + file);
    }
    List<SpecProblem> problems;
    try {
      problems = new SpecValidator().problems(SpecText.read(file));
    } catch (SpecText.Unreadable e) {
      problems = List.of(e.problem());
    }
    String lines =
        problems.isEmpty()
            ? file + ": good"
            : String.join("\n", problems.stream().map(p -> p.text(file.toString())).toList());
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("file", file.toString());
    out.put("valid", problems.isEmpty());
    out.put("problems", problems);
    print(json, out, lines);
    return problems.isEmpty() ? 0 : 3;
  }

  @Command(
      name = "quote",
      mixinStandardHelpOptions = true,
      description = "Asks for a price; binds nobody.")
  int quote(@Mixin ClientOptions options, @Mixin RequestOptions request) {
    try (ConsumerClient client = options.open()) {
      ConsumerClient.Quote quote = client.quote(request.toRequest());
      print(
          options.json(),
          Map.of(
              "price",
              quote.price().toString(),
              "validUntilS",
              quote.validUntilS(),
              "order",
              quote.order().toText()),
          "price " + quote.price() + " base units, valid until chain time " + quote.validUntilS());
      return 0;
    }
  }

  @Command(
      name = "submit",
      mixinStandardHelpOptions = true,
      description = "Signs one payment and submits; returns at once.")
  int submit(@Mixin ClientOptions options, @Mixin RequestOptions request) {
    try (ConsumerClient client = options.open()) {
      ConsumerClient.Submitted submitted = client.submit(client.quote(request.toRequest()));
      print(
          options.json(),
          Map.of("orderHash", submitted.orderHash().hex(), "jobId", submitted.jobId()),
          "order " + submitted.orderHash() + "\njob   " + submitted.jobId());
      return 0;
    }
  }

  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      description = "Says where an order stands.")
  int get(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "ORDER", description = "order hash or job id") String id) {
    try (ConsumerClient client = options.open()) {
      JobStatus status = client.status(id);
      print(options.json(), status, RunCommand.line(status));
      return 0;
    }
  }

  @Command(
      name = "logs",
      mixinStandardHelpOptions = true,
      description = "Prints what happened to an order and what its job said.")
  int logs(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "ORDER", description = "order hash or job id") String id,
      @Option(
              names = {"-f", "--follow"},
              description = "go on until nothing more will come")
          boolean follow) {
    try (ConsumerClient client = options.open()) {
      client.live(
          id, follow, line -> print(options.json(), line, "[" + line.kind() + "] " + line.text()));
      return 0;
    }
  }

  @Command(
      name = "ls",
      mixinStandardHelpOptions = true,
      description = "Lists the orders made on this machine.")
  int ls(@Mixin ClientOptions options) {
    try (ConsumerClient client = options.open()) {
      Map<String, String> states = new LinkedHashMap<>();
      client
          .orders()
          .forEach(
              order -> states.put(order.orderHash(), client.status(order.orderHash()).state()));
      StringBuilder lines = new StringBuilder();
      states.forEach((hash, state) -> lines.append(hash).append("  ").append(state).append('\n'));
      print(
          options.json(),
          states,
          lines.isEmpty() ? "no orders yet" : lines.toString().stripTrailing());
      return 0;
    }
  }

  @Command(
      name = "stop",
      mixinStandardHelpOptions = true,
      description = {
        "Begins nothing more for an order, and says what becomes of the money.",
        "With --rpc, cancels on chain where no device accepted yet: that needs coins for gas."
      })
  int stop(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "ORDER", description = "order hash") String id,
      @Option(
              names = "--rpc",
              paramLabel = "URL",
              split = ",",
              description =
                  "your endpoint; with it the escrow is cancelled at once where it can be")
          List<URI> rpc) {
    Bytes32 order = Bytes32.fromHex(id);
    try (ConsumerClient client = options.open()) {
      ConsumerClient.Stopped stopped = client.stop(order);
      Map<String, Object> out = new LinkedHashMap<>();
      out.put("orderHash", order.hex());
      out.put("jobId", stopped.jobId());
      out.put("state", stopped.state());
      out.put("money", stopped.money());
      out.put("sentence", stopped.sentence());
      String line = "stopped; " + stopped.sentence();
      if (stopped.cancellable() && rpc != null && !rpc.isEmpty()) {
        String hash =
            ChainCancel.run(
                rpc,
                options.addressBook(),
                options.wallet(),
                options.journal(),
                Long.parseUnsignedLong(stopped.jobId()));
        out.put("cancelTx", hash);
        line = "stopped and cancelled on chain: the escrow is your credit again\n  " + hash;
      }
      print(options.json(), out, line);
      return 0;
    }
  }

  @Command(
      name = "top-up",
      mixinStandardHelpOptions = true,
      description = "Adds to a metered job's balance; this network's jobs have fixed prices.")
  int topUp(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "ORDER", description = "order hash or job id") String id) {
    try (ConsumerClient client = options.open()) {
      client.topUp(id);
      return 0;
    }
  }

  @Command(
      name = "result",
      mixinStandardHelpOptions = true,
      description = "Decrypts the result and checks it against the receipt.")
  int result(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "ORDER", description = "order hash") String id,
      @Option(
              names = {"-o", "--out"},
              required = true,
              paramLabel = "FILE",
              description =
                  "where to write the embeddings as JSON; of a container the folder for its files")
          Path file)
      throws IOException {
    try (ConsumerClient client = options.open()) {
      Optional<DecryptedResult> result = client.result(id);
      if (result.isEmpty()) {
        throw new ConsumerException(
            "NO_RESULT_YET", "there is no verified result yet; job get says why");
      }
      if (result.get().container().isPresent()) {
        Path absolute = file.toAbsolutePath();
        Path parent = absolute.getParent();
        Path written =
            result
                .get()
                .write(parent == null ? absolute : parent, absolute.getFileName().toString());
        int files = result.get().container().get().files().size();
        print(
            options.json(),
            Map.of("folder", written.toString(), "files", files),
            files + " files in " + written);
        return 0;
      }
      Files.write(file, CoordinatorApi.JSON.writeValueAsBytes(result.get().embeddings()));
      int count = result.get().embeddings().size();
      print(
          options.json(),
          Map.of("file", file.toString(), "embeddings", count),
          count + " embeddings in " + file);
      return 0;
    }
  }

  @Command(
      name = "accept",
      mixinStandardHelpOptions = true,
      description =
          "Takes a container's result: decrypts and checks it, then signs that it may be paid.")
  int accept(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "ORDER", description = "order hash") String id) {
    try (ConsumerClient client = options.open()) {
      String jobId = client.status(id).newest().jobId();
      DecryptedResult result = client.accept(id, jobId);
      int files = result.container().orElseThrow().files().size();
      print(
          options.json(),
          Map.of("jobId", jobId, "files", files),
          "accepted " + files + " files of job " + jobId);
      return 0;
    }
  }

  @Command(
      name = "receipt",
      mixinStandardHelpOptions = true,
      description = "Fetches the receipt and checks it offline.")
  int receipt(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "ORDER", description = "order hash or job id") String id,
      @Option(
              names = {"-o", "--out"},
              required = true,
              paramLabel = "FILE",
              description = "where to write it")
          Path file)
      throws IOException {
    try (ConsumerClient client = options.open()) {
      Optional<Receipt> receipt = client.receipt(id);
      if (receipt.isEmpty()) {
        throw new ConsumerException(
            "NO_RECEIPT_YET",
            "there is a receipt once the committee reported; job get says where it stands");
      }
      Files.write(file, receipt.get().toJson());
      print(
          options.json(),
          Map.of("file", file.toString()),
          "receipt in " + file + "; check it with: assay verify " + file);
      return 0;
    }
  }
}
