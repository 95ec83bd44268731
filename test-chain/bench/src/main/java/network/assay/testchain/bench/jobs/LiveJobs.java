package network.assay.testchain.bench.jobs;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import network.assay.contracts.protocol.Keccak;
import network.assay.coordinator.client.ConsumerClient;
import network.assay.coordinator.client.ConsumerException;
import network.assay.coordinator.client.JobRequest;
import network.assay.coordinator.client.JobStatus;
import network.assay.oracle.replay.ModelRegistry;
import network.assay.testchain.devnet.Devnet;
import network.assay.testchain.devnet.DevnetException;
import network.assay.testchain.devnet.Dishonesty;
import network.assay.testchain.devnet.Progress;
import network.assay.testchain.devnet.ProviderSetup;
import network.assay.testchain.devnet.TestChain;

/**
 * Whole jobs on a network of real roles: chain, four oracles, coordinator, agents, a consumer who
 * signs. The chain mines each transaction at once, so that its block time is not measured.
 */
final class LiveJobs {
  private static final String CLASS = "cpu-x86-64";
  private static final BigInteger CHEAP = BigInteger.valueOf(20_000);
  private static final BigInteger DEAR = BigInteger.valueOf(30_000);
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Set<String> BEGUN =
      Set.of("RUNNING", "CHECKPOINTED", "COMMITTED", "REPORTED", "FINAL");

  private LiveJobs() {}

  /** From the consumer's submission to RUNNING as the coordinator says it, in ms, sorted. */
  static List<Long> warmMs(Path folder, int jobs, Progress progress) {
    List<ProviderSetup> providers = List.of(ProviderSetup.honest("honest", CLASS, CHEAP, 8));
    try (Devnet devnet = Devnet.startInstant(folder, providers, progress);
        ConsumerClient consumer = devnet.consumerClient()) {
      awaitOffers(consumer, CHEAP);
      List<Long> times = new ArrayList<>();
      for (int i = 0; i < jobs + 3; i++) {
        ConsumerClient.Quote quote = consumer.quote(request());
        long began = System.nanoTime();
        String order = consumer.submit(quote).orderHash().hex();
        awaitState(consumer, order, BEGUN, 1);
        if (i >= 3) { // the first ones warm everything up
          times.add((System.nanoTime() - began) / 1_000_000);
        }
        awaitState(consumer, order, Set.of("REPORTED", "FINAL"), 1);
      }
      Collections.sort(times);
      return times;
    }
  }

  /**
   * A node that takes a job and is gone: from the assignment to another node's RUNNING, in ms,
   * sorted. The network's acceptWindowS is within it.
   */
  static List<Long> lostMs(Path folder, int jobs, Progress progress) {
    List<ProviderSetup> providers =
        List.of(
            new ProviderSetup("lost", CLASS, DEAR, 8, Dishonesty.neverAnswers()),
            ProviderSetup.honest("other", CLASS, CHEAP, 1));
    try (Devnet devnet = Devnet.start(TestChain.Kind.ANVIL, folder, providers, progress);
        ConsumerClient consumer = devnet.consumerClient()) {
      List<Long> times = new ArrayList<>();
      for (int i = 0; i < jobs; i++) {
        // The other node is busy for a moment, so that the next job goes to the one that is lost.
        awaitOffers(consumer, CHEAP);
        var _ = consumer.submit(consumer.quote(request()));
        awaitOffers(consumer, DEAR);
        String order = consumer.submit(consumer.quote(request())).orderHash().hex();
        awaitState(consumer, order, Set.of("ASSIGNED"), 1);
        long began = System.nanoTime();
        awaitState(consumer, order, BEGUN, 2);
        times.add((System.nanoTime() - began) / 1_000_000);
      }
      Collections.sort(times);
      return times;
    }
  }

  private static JobRequest request() {
    byte[] text = "A passage to embed, short as passages are.".getBytes(StandardCharsets.UTF_8);
    return JobRequest.embeddings(text, ModelRegistry.MINI_LM_FP32.modelHash(), DEAR)
        .onClass(Keccak.hashUtf8(CLASS));
  }

  private static void awaitOffers(ConsumerClient consumer, BigInteger price) {
    long until = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        if (consumer.quote(request()).price().equals(price)) {
          return;
        }
      } catch (ConsumerException notYet) {
        // the agents are still coming
      }
      if (System.nanoTime() > until) {
        throw new DevnetException("no offer at " + price + " within " + LIMIT);
      }
      pause(50);
    }
  }

  private static void awaitState(
      ConsumerClient consumer, String order, Set<String> states, int attempt) {
    long until = System.nanoTime() + LIMIT.toNanos();
    JobStatus status = consumer.status(order);
    while (status.attempts().size() < attempt || !states.contains(status.newest().state())) {
      if (System.nanoTime() > until) {
        throw new DevnetException("want " + states + " within " + LIMIT + ", got " + status);
      }
      pause(3);
      status = consumer.status(order);
    }
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevnetException("interrupted");
    }
  }
}
