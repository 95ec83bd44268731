package network.assay.testchain.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.coordinator.client.ConsumerClient;
import network.assay.coordinator.client.ConsumerCommand;
import network.assay.coordinator.client.ConsumerException;
import network.assay.coordinator.client.JobRequest;
import network.assay.oracle.replay.ModelRegistry;
import network.assay.testchain.devnet.Devnet;
import network.assay.testchain.devnet.Dishonesty;
import network.assay.testchain.devnet.Progress;
import network.assay.testchain.devnet.ProviderSetup;
import network.assay.testchain.devnet.TestChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Given a provider that never answers, when the consumer stops his order by the command line, then
 * his escrow is his credit again at once.
 */
class StoppedOrderTest {
  private static final BigInteger PRICE = BigInteger.valueOf(300_000);

  @Test
  @Timeout(240)
  void aStoppedOrderIsCancelledOnChainByTheCommandLine(@TempDir Path folder) throws Exception {
    Progress progress = new Progress(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    ProviderSetup silent =
        new ProviderSetup("silent", "cpu-x86-64", PRICE, 1, Dishonesty.neverAnswers());
    try (Devnet devnet = Devnet.start(TestChain.Kind.ANVIL, folder, List.of(silent), progress);
        ConsumerClient consumer = devnet.consumerClient()) {
      fund(devnet);
      ConsumerClient.Submitted order = submit(consumer);
      long jobId = JobIds.of(order.orderHash(), 1);
      until("ASSIGNED", () -> state(devnet, jobId) == JobState.ASSIGNED);
      BigInteger before = devnet.contracts().money().credit(devnet.consumer().address());
      StringWriter out = new StringWriter();
      int code =
          ConsumerCommand.execute(
              new PrintWriter(out, true),
              new PrintWriter(out, true),
              "job",
              "stop",
              order.orderHash().hex(),
              "--coordinator",
              devnet.coordinatorUrl().toString(),
              "--deployment",
              devnet.layout().deployment().toString(),
              "--key",
              devnet.layout().keyFile("consumer").toString(),
              "--orders",
              devnet.layout().orders().toString(),
              "--rpc",
              devnet.chain().rpc().toString(),
              "--json");
      assertThat(code).as(out.toString()).isZero();
      assertThat(out.toString()).contains("REFUND_UNLESS_ACCEPTED").contains("cancelTx");
      assertThat(state(devnet, jobId)).isEqualTo(JobState.CANCELLED);
      BigInteger after = devnet.contracts().money().credit(devnet.consumer().address());
      assertThat(after.subtract(before)).isEqualTo(PRICE);
    }
  }

  /** A devnet's consumer has no coins; cancelling is his own transaction. */
  private static void fund(Devnet devnet) {
    var _ =
        devnet
            .rpc()
            .read(
                "funding",
                node ->
                    node.callOptional(
                        "anvil_setBalance",
                        List.of(devnet.consumer().address().hex(), "0x56bc75e2d63100000"),
                        answer -> answer));
  }

  private static ConsumerClient.Submitted submit(ConsumerClient consumer) throws Exception {
    JobRequest request =
        JobRequest.embeddings(
            "A passage.".getBytes(StandardCharsets.UTF_8),
            ModelRegistry.MINI_LM_FP32.modelHash(),
            PRICE);
    ConsumerClient.Quote[] quote = new ConsumerClient.Quote[1];
    until(
        "an offer",
        () -> {
          try {
            quote[0] = consumer.quote(request);
            return true;
          } catch (ConsumerException notYet) {
            return false;
          }
        });
    return consumer.submit(quote[0]);
  }

  private static JobState state(Devnet devnet, long jobId) {
    return devnet.contracts().market().job(jobId).state();
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what + " within 90 s").isLessThan(end);
      Thread.sleep(100);
    }
  }
}
