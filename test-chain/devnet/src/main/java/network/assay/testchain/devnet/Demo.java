package network.assay.testchain.devnet;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import network.assay.contracts.client.assay.AssayEvent;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.coordinator.client.ConsumerClient;
import network.assay.coordinator.client.DecryptedResult;
import network.assay.coordinator.client.JobRequest;
import network.assay.coordinator.client.JobStatus;
import network.assay.oracle.replay.ModelRegistry;

/**
 * The main job, end to end: a consumer buys embeddings of a real text three times. One provider is
 * honest, one runs a coarser model than it declares, one never answers.
 */
public final class Demo {
  private static final String PLAIN = "cpu-x86-64";
  private static final String PREMIUM = "cpu-x86-64-premium";
  private static final BigInteger HONEST_PRICE = BigInteger.valueOf(800_000);
  private static final BigInteger SILENT_PRICE = BigInteger.valueOf(900_000);
  private static final BigInteger CHEAT_PRICE = BigInteger.valueOf(1_000_000);
  private static final BigInteger PRICE_MAX = BigInteger.valueOf(1_500_000);
  private static final Duration JOB_LIMIT = Duration.ofSeconds(150);

  private final Devnet devnet;
  private final Progress progress;
  private final List<String> failures = new ArrayList<>();
  private final Map<Bytes32, String> stories = new LinkedHashMap<>();

  private Demo(Devnet devnet, Progress progress) {
    this.devnet = devnet;
    this.progress = progress;
  }

  /** Runs it all in one process; the folder keeps receipts, results and the log. */
  public static DemoReport run(TestChain.Kind kind, Path folder, Progress progress) {
    List<ProviderSetup> providers =
        List.of(
            ProviderSetup.honest("honest", PLAIN, HONEST_PRICE, 1),
            new ProviderSetup("silent", PLAIN, SILENT_PRICE, 1, Dishonesty.neverAnswers()),
            new ProviderSetup("cheat", PREMIUM, CHEAT_PRICE, 1, Dishonesty.coarserModel()));
    try (Devnet devnet = Devnet.start(kind, folder, providers, progress)) {
      return new Demo(devnet, progress).run();
    }
  }

  private DemoReport run() {
    try (ConsumerClient consumer = devnet.consumerClient()) {
      // A quote keeps its place for a minute: so each is asked for once, and used.
      ConsumerClient.Quote premium = awaitQuote(consumer, PREMIUM);
      ConsumerClient.Quote plain = awaitQuote(consumer, PLAIN);
      progress.say("offers: standing; quoted");
      Map<String, BigInteger> before = Wealth.ofAll(devnet);
      // The cheapest provider is busy with the first job when the second comes, so that one goes to
      // the silent one.
      Bytes32 first = submit(consumer, plain, "the honest provider");
      Bytes32 second =
          submit(consumer, consumer.quote(request(PLAIN)), "the silent one, then whoever is free");
      Bytes32 third = submit(consumer, premium, "the cheat");
      List<Bytes32> orders = List.of(first, second, third);
      orders.forEach(order -> follow(consumer, order));
      checkResult(consumer, first);
      awaitMoney();
      return report(consumer, before, orders);
    }
  }

  private ConsumerClient.Quote awaitQuote(ConsumerClient consumer, String deviceClass) {
    List<ConsumerClient.Quote> got = new ArrayList<>();
    until(
        "an offer of " + deviceClass,
        60,
        () -> {
          try {
            return got.add(consumer.quote(request(deviceClass)));
          } catch (network.assay.coordinator.client.ConsumerException notYet) {
            return false;
          }
        });
    return got.getFirst();
  }

  private static JobRequest request(String deviceClass) {
    return JobRequest.embeddings(text(), ModelRegistry.MINI_LM_FP32.modelHash(), PRICE_MAX)
        .onClass(Keccak.hashUtf8(deviceClass));
  }

  /** The Declaration of Independence of the United States, 1776: in the public domain. */
  static byte[] text() {
    try (InputStream in =
        Objects.requireNonNull(Demo.class.getResourceAsStream("declaration.txt"))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new DevnetException("the demo's text cannot be read", e);
    }
  }

  private Bytes32 submit(ConsumerClient consumer, ConsumerClient.Quote quote, String who) {
    ConsumerClient.Submitted submitted = consumer.submit(quote);
    stories.put(submitted.orderHash(), who);
    progress.say(
        "order "
            + shortened(submitted.orderHash())
            + ": paid with one signature; meant for "
            + who);
    until(
        "the order on chain",
        30,
        () ->
            devnet.contracts().market().job(JobIds.of(submitted.orderHash(), 1)).state()
                != JobState.NONE);
    return submitted.orderHash();
  }

  private static String shortened(Bytes32 hash) {
    return hash.hex().substring(0, 10);
  }

  private void follow(ConsumerClient consumer, Bytes32 order) {
    try {
      JobStatus end =
          consumer.await(order.hex(), JOB_LIMIT, status -> progress.say(line(order, status)));
      progress.say(
          "order " + shortened(order) + " ended: " + end.state() + " " + end.newest().verdict());
    } catch (network.assay.coordinator.client.ConsumerException e) {
      failures.add("order " + shortened(order) + ": " + e.getMessage());
    }
  }

  private static String line(Bytes32 order, JobStatus status) {
    JobStatus.Attempt newest = status.newest();
    return "order %s, attempt %d: %s %s  %s"
        .formatted(
            shortened(order), newest.attempt(), status.state(), newest.verdict(), newest.lastNote())
        .stripTrailing();
  }

  private void checkResult(ConsumerClient consumer, Bytes32 order) {
    Optional<DecryptedResult> result = consumer.result(order.hex());
    if (result.isEmpty()) {
      failures.add("the honest job has no result");
    } else {
      progress.say(
          "result: decrypted, "
              + result.get().embeddings().size()
              + " embeddings, equal to what the receipt commits to");
    }
  }

  /** Slash and claims are made by whoever cares: the coordinator and the agents do. */
  private void awaitMoney() {
    Address consumer = devnet.consumer().address();
    until(
        "the slash and the claims",
        60,
        () ->
            !ChainStory.read(devnet.rpc(), devnet.contracts()).slashes().isEmpty()
                && devnet.contracts().settlement().pending(consumer).isZero()
                && devnet.contracts().settlement().claimable(consumer).isZero()
                && devnet
                    .contracts()
                    .settlement()
                    .claimable(devnet.providerAddress("honest"))
                    .isZero());
  }

  /** A question that is asked until it is answered yes. */
  private interface Condition {
    boolean holds();
  }

  private void until(String what, int limitS, Condition condition) {
    long end = System.nanoTime() + Duration.ofSeconds(limitS).toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        failures.add(what + " did not come within " + limitS + " s");
        return;
      }
      try {
        Thread.sleep(Duration.ofMillis(200));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DevnetException("interrupted while waiting for " + what, e);
      }
    }
  }

  private DemoReport report(
      ConsumerClient consumer, Map<String, BigInteger> before, List<Bytes32> orders) {
    ChainStory story = ChainStory.read(devnet.rpc(), devnet.contracts());
    List<String> receipts = receipts(consumer, story);
    new DemoChecks(devnet, story, failures).check(orders, HONEST_PRICE, CHEAT_PRICE);
    return new DemoReport(
        devnet.chain().version(),
        Math.round(progress.seconds() * 10) / 10.0,
        rows(story),
        story.slashes().stream().map(this::slash).toList(),
        payments(before),
        devnet.oracleCount(),
        story.gas(),
        receipts,
        List.copyOf(failures));
  }

  private List<DemoReport.JobRow> rows(ChainStory story) {
    List<DemoReport.JobRow> rows = new ArrayList<>();
    for (ChainStory.JobLine job : story.jobs()) {
      rows.add(
          new DemoReport.JobRow(
              JobIds.text(job.jobId),
              job.attempt,
              devnet.contracts().market().job(job.jobId).state().name(),
              job.verdict == 0 ? "NONE" : VerdictCode.of(job.verdict).name(),
              job.paid.toString(),
              job.refunded.toString(),
              job.provider.hex(),
              name(job.provider),
              "meant for " + stories.getOrDefault(job.orderHash, "?")));
    }
    return rows;
  }

  private String name(Address provider) {
    return devnet.providers().stream()
        .map(ProviderSetup::name)
        .filter(n -> devnet.providerAddress(n).equals(provider))
        .findFirst()
        .orElse("nobody");
  }

  private DemoReport.SlashRow slash(AssayEvent.JobSlashed e) {
    return new DemoReport.SlashRow(
        JobIds.text(e.jobId()),
        e.provider().hex(),
        e.taken().toString(),
        e.compensation().toString(),
        e.burned().toString(),
        e.insurance().toString());
  }

  private List<DemoReport.PaymentRow> payments(Map<String, BigInteger> before) {
    Map<String, BigInteger> after = Wealth.ofAll(devnet);
    List<DemoReport.PaymentRow> rows = new ArrayList<>();
    after.forEach((who, now) -> {
      BigInteger amount = before.getOrDefault(who, BigInteger.ZERO);
      rows.add(
          new DemoReport.PaymentRow(
              who, amount.toString(), now.toString(), now.subtract(amount).toString()));
    });
    return rows;
  }

  private List<String> receipts(ConsumerClient consumer, ChainStory story) {
    List<String> paths = new ArrayList<>();
    Path folder = DevnetFiles.made(devnet.layout().receipts());
    for (ChainStory.JobLine job : story.jobs()) {
      if (job.verdict == 0) {
        continue;
      }
      Optional<Receipt> receipt = consumer.receipt(JobIds.text(job.jobId));
      Path file = folder.resolve("receipt-" + JobIds.text(job.jobId) + ".json");
      try {
        if (receipt.isPresent()) {
          Files.write(file, receipt.get().toJson());
          paths.add(file.toString());
        } else {
          failures.add("job " + JobIds.text(job.jobId) + " was reported and has no receipt");
        }
      } catch (IOException e) {
        failures.add("the receipt " + file + " cannot be written: " + e.getMessage());
      }
    }
    return paths;
  }
}
