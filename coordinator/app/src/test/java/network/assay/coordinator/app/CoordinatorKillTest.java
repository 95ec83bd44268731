package network.assay.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.coordinator.app.store.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGKILL a moment after an order was taken: it is neither lost nor opened twice. */
class CoordinatorKillTest {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorKillTest.class);
  private static final Secp256k1.PrivateKey DEVICE = TestNetwork.key("device 1");

  @TempDir Path folder;

  private record Running(Process process, int http, int grpc, Bytes32 pin) {
    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Running start(TestNetwork network) throws IOException {
    Path book = folder.resolve("deployment.json");
    Files.write(book, network.at.toJson());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledCoordinator.class.getName(),
                network.anvil.url().toString(),
                folder.resolve("coordinator").toString(),
                book.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder seen = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("READY ")) {
        String[] parts = line.split(" ", -1);
        Thread.ofVirtual().start(() -> out.lines().forEach(more -> {}));
        return new Running(
            process,
            Integer.parseInt(parts[1]),
            Integer.parseInt(parts[2]),
            Bytes32.fromHex(parts[3]));
      }
      seen.append(line).append('\n');
    }
    throw new IOException("the coordinator ended: " + seen);
  }

  @Test
  void anOrderSurvivesItsCoordinatorsDeathAtAnyMoment() throws Exception {
    long[] killAfterMs = {0, 5, 40, 150};
    try (TestNetwork network = new TestNetwork(folder)) {
      BigInteger before = network.contracts.money().tokenBalance(TestNetwork.CONSUMER.address());
      List<String> taken = new ArrayList<>();
      Running running = start(network);
      try {
        try (TestAgent agent =
            new TestAgent(running.grpc(), running.pin(), network.at.marketDomain(), DEVICE)) {
          agent.putOffer(
              new Offer(
                  DEVICE.address(),
                  TestNetwork.CPU,
                  0,
                  TestNetwork.DOLLAR,
                  1,
                  3_600,
                  TestNetwork.DOLLAR.multiply(BigInteger.TEN),
                  8,
                  1,
                  8,
                  1,
                  network.anvil.nowS() + 3_000),
              TestNetwork.MODEL.hex());
        }
        for (int round = 0; round < killAfterMs.length; round++) {
          Order order = network.order(TestNetwork.DOLLAR, 100 + round, 300);
          try (Http http = new Http(running.http())) {
            Http.Answer answer = http.post("/v1/jobs", network.body(order));
            assertThat(answer.status()).as(answer.json().toString()).isEqualTo(202);
            taken.add(answer.text("orderHash"));
          }
          Thread.sleep(killAfterMs[round]);
          running.kill();
          long jobId = JobIds.of(network.hash(order), 1);
          LOG.info(
              "killed after {} ms; on chain: {}",
              killAfterMs[round],
              network.contracts.market().job(jobId).state());
          running = start(network);
        }
        try (Http http = new Http(running.http())) {
          for (String hash : taken) {
            http.awaitState(hash, "ASSIGNED");
          }
        }
        for (String hash : taken) {
          long jobId = JobIds.of(Bytes32.fromHex(hash), 1);
          assertThat(network.contracts.market().job(jobId).state()).isEqualTo(JobState.ASSIGNED);
        }
        BigInteger paid = TestNetwork.DOLLAR.multiply(BigInteger.valueOf(killAfterMs.length));
        assertThat(network.contracts.money().tokenBalance(TestNetwork.CONSUMER.address()))
            .isEqualTo(before.subtract(paid));
        assertThat(network.contracts.market().activeJobs(DEVICE.address()))
            .isEqualTo(killAfterMs.length);
        long transactions =
            network
                .anvil
                .rpc()
                .read("nonce", node -> node.nonceLatest(TestNetwork.COORDINATOR.address().hex()));
        assertThat(transactions).as("one transaction an order").isEqualTo(killAfterMs.length);
      } finally {
        running.kill();
        stopDatabase();
      }
    }
  }

  /** The server that a killed coordinator left: adopted and closed. */
  private void stopDatabase() {
    PostgresServer.start(folder.resolve("coordinator/postgres")).close();
  }
}
