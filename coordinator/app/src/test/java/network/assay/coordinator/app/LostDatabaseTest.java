package network.assay.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.wire.Assignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The database is lost with jobs in flight: chain, agents and consumers give it back. */
class LostDatabaseTest {
  private static final BigInteger PRICE = TestNetwork.DOLLAR;
  private static final Secp256k1.PrivateKey DEVICE = TestNetwork.key("device 1");

  @TempDir Path folder;

  private CoordinatorNode start(TestNetwork network, String name) {
    CoordinatorConfig config =
        CoordinatorConfig.loopback(
            List.of(network.anvil.url()),
            folder.resolve("unused.json"),
            folder.resolve(name),
            List.of());
    return CoordinatorNode.start(config, network.at, TestNetwork.COORDINATOR);
  }

  private static TestAgent agent(TestNetwork network, CoordinatorNode node) {
    return new TestAgent(node.grpcPort(), node.tlsPin(), network.at.marketDomain(), DEVICE);
  }

  private static String submit(Http http, TestNetwork network, Order order) throws Exception {
    Http.Answer answer = http.post("/v1/jobs", network.body(order));
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(202);
    return answer.text("orderHash");
  }

  private static void accept(TestNetwork network, Assignment assignment, Order order)
      throws Exception {
    Bytes32 offerHash =
        Offer.fromWords(assignment.getOffer().getWords().toByteArray())
            .digest(network.at.marketDomain());
    Accept accept =
        new Accept(
            assignment.getJobId(),
            network.hash(order),
            offerHash,
            ContentRoot.of(TestNetwork.INPUT));
    var _ = network.accept(order, 1, accept, DEVICE);
  }

  @Test
  void everyJobInFlightStillEndsPaidOrRefunded() throws Exception {
    try (TestNetwork network = new TestNetwork(folder)) {
      Order running = network.order(PRICE, 1, 300);
      Order forgotten = network.order(PRICE, 2, 20);
      Order sentAgain = network.order(PRICE, 3, 300);
      try (CoordinatorNode first = start(network, "first");
          Http http = new Http(first.httpPort());
          TestAgent agent = agent(network, first)) {
        agent.putOffer(
            new Offer(
                DEVICE.address(),
                TestNetwork.CPU,
                0,
                PRICE,
                1,
                3_600,
                PRICE.multiply(BigInteger.TEN),
                8,
                1,
                8,
                1,
                network.anvil.nowS() + 3_000),
            TestNetwork.MODEL.hex());
        for (Order order : List.of(running, forgotten, sentAgain)) {
          http.awaitState(submit(http, network, order), "ASSIGNED");
        }
        Map<Long, Assignment> assignments = new HashMap<>();
        Iterator<Assignment> watch = agent.watch();
        while (assignments.size() < 3) {
          Assignment next = watch.next();
          assignments.put(next.getJobId(), next);
        }
        long jobId = JobIds.of(network.hash(running), 1);
        accept(network, java.util.Objects.requireNonNull(assignments.get(jobId)), running);
        http.awaitState(JobIds.text(jobId), "RUNNING");
      }
      // The folder of the first one is gone for all that the second one knows.
      try (CoordinatorNode second = start(network, "second");
          Http http = new Http(second.httpPort());
          TestAgent agent = agent(network, second)) {
        theRunningOneIsPaid(network, http, agent, running);
        theOneSentAgainReachesItsAgent(network, http, agent, sentAgain);
        theForgottenOneIsRefunded(network, http, forgotten);
      }
    }
  }

  private static void theRunningOneIsPaid(
      TestNetwork network, Http http, TestAgent agent, Order order) throws Exception {
    long jobId = JobIds.of(network.hash(order), 1);
    http.await(
        "/v1/jobs/" + JobIds.text(jobId),
        answer -> answer.status() == 200 && answer.text("state").equals("RUNNING"));
    byte[] blob = "sealed".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    WorkCommit commit =
        new WorkCommit(
            jobId,
            DEVICE.address(),
            order.specHash(),
            Bytes32.ZERO,
            1,
            3,
            ContentRoot.of(TestNetwork.INPUT),
            Keccak.hashUtf8("work"),
            Keccak.hashUtf8("plain"),
            ContentRoot.of(blob),
            blob.length);
    agent.putResult(commit, commit.sign(network.at.marketDomain(), DEVICE), blob);
    PackedVerdict verdict =
        new PackedVerdict(
            jobId,
            VerdictCode.OK,
            PRICE,
            PackedVerdict.resultHash(commit.ciphertextRoot(), commit.plaintextRoot()));
    long now = network.anvil.nowS();
    Outcome.Entry entry = new Outcome.Entry(verdict, Keccak.hashUtf8("leaf"));
    var _ = network.settle(new Outcome(1, 1, now, now + 3_600, List.of(entry)));
    JsonNode done = http.awaitState(JobIds.text(jobId), "REPORTED");
    assertThat(done.path("attempts").path(0).path("paid").asString()).isEqualTo(PRICE.toString());
    assertThat(http.get("/v1/jobs/" + JobIds.text(jobId) + "/result").bytes()).isEqualTo(blob);
  }

  private static void theOneSentAgainReachesItsAgent(
      TestNetwork network, Http http, TestAgent agent, Order order) throws Exception {
    Http.Answer again = http.post("/v1/jobs", network.body(order));
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.json().path("fresh").asBoolean(true)).isFalse();
    Iterator<Assignment> watch = agent.watch();
    Assignment assignment = watch.next();
    assertThat(assignment.getJobId()).isEqualTo(JobIds.of(network.hash(order), 1));
    assertThat(assignment.getSpec().toByteArray()).isEqualTo(TestNetwork.spec().toBytes());
    assertThat(agent.input(assignment.getJobId())).isEqualTo(TestNetwork.INPUT);
    accept(network, assignment, order);
    http.awaitState(JobIds.text(assignment.getJobId()), "RUNNING");
  }

  /** Nobody has its specification: no device can take it, and its money goes home. */
  private static void theForgottenOneIsRefunded(TestNetwork network, Http http, Order order)
      throws Exception {
    String hash = network.hash(order).hex();
    network.anvil.pass(30);
    http.await("/v1/jobs/" + hash, answer -> answer.json().path("attempts").size() == 2);
    network.anvil.pass(700);
    http.awaitState(hash, "EXPIRED");
    assertThat(network.contracts.market().job(JobIds.of(network.hash(order), 2)).state())
        .isEqualTo(JobState.EXPIRED);
    assertThat(network.contracts.money().credit(TestNetwork.CONSUMER.address()))
        .isGreaterThanOrEqualTo(PRICE);
  }
}
