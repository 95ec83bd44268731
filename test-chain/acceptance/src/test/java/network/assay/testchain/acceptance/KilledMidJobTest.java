package network.assay.testchain.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.coordinator.client.ConsumerClient;
import network.assay.coordinator.client.ConsumerException;
import network.assay.coordinator.client.DecryptedResult;
import network.assay.coordinator.client.JobRequest;
import network.assay.oracle.cli.OracleCliCommand;
import network.assay.oracle.replay.ModelRegistry;
import network.assay.testchain.devnet.ChainStory;
import network.assay.testchain.devnet.Devnet;
import network.assay.testchain.devnet.DevnetLayout;
import network.assay.testchain.devnet.Progress;
import network.assay.testchain.devnet.ProviderSetup;
import network.assay.testchain.devnet.TestChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Given every role in its own process, when one oracle and the coordinator are killed in the middle
 * of a job, then it settles exactly once.
 */
class KilledMidJobTest {
  private static final BigInteger PRICE = BigInteger.valueOf(800_000);
  private static final int ORACLES = 4;

  private final List<Role> oracles = new ArrayList<>();
  private final Progress progress =
      new Progress(new PrintWriter(System.out, true, StandardCharsets.UTF_8));

  @Test
  @Timeout(420)
  void theJobSettlesExactlyOnceAlthoughAnOracleAndTheCoordinatorWereKilled(@TempDir Path folder)
      throws Exception {
    ProviderSetup provider = ProviderSetup.honest("one", "cpu-x86-64", PRICE, 2);
    try (Devnet devnet =
        Devnet.prepare(TestChain.Kind.ANVIL, folder, List.of(provider), progress)) {
      DevnetLayout layout = devnet.layout();
      try (Role coordinator =
              new Role(
                  "network.assay.coordinator.app.CoordinatorCommand",
                  "coordinator",
                  layout.coordinatorConfig());
          Role agent =
              new Role(
                  "network.assay.agent.app.AgentCommand", "agent", layout.agentConfig("one"))) {
        for (int i = 0; i < ORACLES; i++) {
          oracles.add(
              new Role(
                  "network.assay.oracle.node.OracleCommand", "oracle", layout.oracleConfig(i)));
        }
        story(devnet, coordinator, agent);
      } finally {
        for (Role oracle : oracles) {
          oracle.close();
        }
      }
    }
  }

  private void story(Devnet devnet, Role coordinator, Role agent) throws Exception {
    try (ConsumerClient consumer = devnet.consumerClient()) {
      JobRequest request =
          JobRequest.embeddings(longText(), ModelRegistry.MINI_LM_FP32.modelHash(), PRICE);
      until(
          "an offer",
          180,
          () -> {
            coordinator.requireAlive();
            agent.requireAlive();
            oracles.forEach(Role::requireAlive);
            return quoted(consumer, request);
          });
      progress.say("an offer stands");
      BigInteger before = devnet.contracts().money().tokenBalance(devnet.consumer().address());
      ConsumerClient.Submitted order = consumer.submit(consumer.quote(request));
      long jobId = JobIds.of(order.orderHash(), 1);
      until("RUNNING", 60, () -> state(devnet, jobId) == JobState.RUNNING);

      progress.say("the job runs: kill -9 for one oracle and the coordinator");
      oracles.getFirst().kill();
      coordinator.kill();
      until(
          "a report without them",
          120,
          () ->
              state(devnet, jobId) == JobState.REPORTED || state(devnet, jobId) == JobState.FINAL);
      progress.say("reported without them; both come back");
      coordinator.restart();
      oracles.getFirst().restart();

      until("a receipt", 120, () -> receipt(consumer, order).isPresent());
      until("FINAL", 60, () -> state(devnet, jobId) == JobState.FINAL);
      until(
          "the provider's claim",
          60,
          () ->
              devnet.contracts().settlement().claimable(devnet.providerAddress("one")).isZero()
                  && devnet
                      .contracts()
                      .settlement()
                      .pending(devnet.providerAddress("one"))
                      .isZero());
      settledExactlyOnce(devnet, jobId);
      assertThat(devnet.contracts().money().tokenBalance(devnet.consumer().address()))
          .isEqualTo(before.subtract(PRICE));
      until(
          "the result, delivered again",
          60,
          () -> consumer.result(order.orderHash().hex()).isPresent());
      Optional<DecryptedResult> result = consumer.result(order.orderHash().hex());
      assertThat(result).isPresent();
      assertThat(result.get().embeddings()).isNotEmpty();
      theReceiptHoldsOnChain(devnet, consumer.receipt(order.orderHash().hex()).orElseThrow());
      assertThat(agent.isAlive()).isTrue();
      assertThat(oracles).allMatch(Role::isAlive);
    }
  }

  private static void settledExactlyOnce(Devnet devnet, long jobId) {
    List<ChainStory.JobLine> jobs = ChainStory.read(devnet.rpc(), devnet.contracts()).jobs();
    assertThat(jobs).hasSize(1);
    ChainStory.JobLine job = jobs.getFirst();
    assertThat(job.jobId).isEqualTo(jobId);
    assertThat(job.reports).isEqualTo(1);
    assertThat(job.verdict).isEqualTo(VerdictCode.OK.code());
    assertThat(job.paid).isEqualTo(PRICE);
    assertThat(job.refunded).isEqualTo(BigInteger.ZERO);
  }

  private static void theReceiptHoldsOnChain(Devnet devnet, Receipt receipt) throws Exception {
    Path file = Files.write(devnet.layout().folder().resolve("receipt.json"), receipt.toJson());
    StringWriter out = new StringWriter();
    int code =
        OracleCliCommand.execute(
            new PrintWriter(out, true),
            new PrintWriter(out, true),
            "verify",
            file.toString(),
            "--rpc",
            devnet.chain().rpc().toString());
    assertThat(code).as(out.toString()).isZero();
    assertThat(out.toString()).contains("ACCEPTED: FINAL");
  }

  private static JobState state(Devnet devnet, long jobId) {
    return devnet.contracts().market().job(jobId).state();
  }

  private static Optional<Receipt> receipt(
      ConsumerClient consumer, ConsumerClient.Submitted order) {
    try {
      return consumer.receipt(order.orderHash().hex());
    } catch (ConsumerException notUp) {
      return Optional.empty();
    }
  }

  private static boolean quoted(ConsumerClient consumer, JobRequest request) {
    try {
      return consumer.quote(request).price().signum() > 0;
    } catch (ConsumerException notYet) {
      return false;
    }
  }

  /** Long enough that the job is still being worked on when the killing starts. */
  private static byte[] longText() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      text.append("Paragraph ")
          .append(i)
          .append(" of a text that is long enough to keep one core busy for some seconds, ");
      text.append(
          "so that whoever is killed is killed in the middle of the work and not after it.\n\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void until(String what, int limitS, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(limitS).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what + " within " + limitS + " s").isLessThan(end);
      Thread.sleep(Duration.ofMillis(200));
    }
  }
}
