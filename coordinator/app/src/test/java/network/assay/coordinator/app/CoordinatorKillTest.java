package network.assay.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private CoordinatorProcess start(TestNetwork network) throws IOException {
    Path book = folder.resolve("deployment.json");
    Files.write(book, network.at.toJson());
    return CoordinatorProcess.start(
        network.anvil.url().toString(), folder.resolve("coordinator").toString(), book.toString());
  }

  @Test
  void anOrderSurvivesItsCoordinatorsDeathAtAnyMoment() throws Exception {
    long[] killAfterMs = {0, 5, 40, 150};
    try (TestNetwork network = new TestNetwork(folder)) {
      BigInteger before = network.contracts.money().tokenBalance(TestNetwork.CONSUMER.address());
      List<String> taken = new ArrayList<>();
      CoordinatorProcess running = start(network);
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
