package network.assay.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
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
import network.assay.contracts.wire.Assignment;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two coordinator processes on one database; one dies in the middle, and no job notices. */
class TwoCoordinatorsTest {
  private static final Logger LOG = LoggerFactory.getLogger(TwoCoordinatorsTest.class);
  private static final int JOBS = 12;
  private static final BigInteger PRICE = TestNetwork.DOLLAR;

  @TempDir Path folder;

  /** A device's agent: follows whichever coordinator lives, accepts all that it is assigned. */
  private static final class Agent implements AutoCloseable {
    final Secp256k1.PrivateKey key;
    final TestNetwork network;
    final Map<Long, Integer> heardAt = new ConcurrentHashMap<>();
    private final Set<Long> accepted = ConcurrentHashMap.newKeySet();
    volatile CoordinatorProcess at;
    private volatile boolean closed;
    private volatile TestAgent wire;

    Agent(TestNetwork network, Secp256k1.PrivateKey key, CoordinatorProcess at) {
      this.network = network;
      this.key = key;
      this.at = at;
      this.wire = connect();
      wire.putOffer(offer(), TestNetwork.MODEL.hex());
      Thread.ofVirtual().start(this::follow);
    }

    private TestAgent connect() {
      return new TestAgent(at.grpc(), at.pin(), network.at.marketDomain(), key);
    }

    private Offer offer() {
      return new Offer(
          key.address(),
          TestNetwork.CPU,
          0,
          PRICE,
          1,
          3_600,
          PRICE.multiply(BigInteger.valueOf(100)),
          8,
          1,
          8,
          1,
          network.anvil.nowS() + 3_000);
    }

    private void follow() {
      while (!closed) {
        CoordinatorProcess now = at;
        try {
          Iterator<Assignment> assignments = wire.watch();
          while (!closed) {
            take(assignments.next(), now);
          }
        } catch (Exception e) {
          LOG.info("agent of {}: {}", key.address(), e.getMessage());
          wire.close();
          wire = connect();
        }
      }
    }

    private void take(Assignment assignment, CoordinatorProcess from) throws Exception {
      long jobId = assignment.getJobId();
      heardAt.putIfAbsent(jobId, from.grpc());
      if (!accepted.add(jobId)) {
        return;
      }
      assertThat(wire.input(jobId)).isEqualTo(TestNetwork.INPUT);
      Order order = Order.fromWords(assignment.getOrder().getWords().toByteArray());
      Bytes32 offerHash =
          Offer.fromWords(assignment.getOffer().getWords().toByteArray())
              .digest(network.at.marketDomain());
      Accept accept =
          new Accept(jobId, network.hash(order), offerHash, ContentRoot.of(TestNetwork.INPUT));
      synchronized (network) {
        var _ = network.accept(order, 1, accept, key);
      }
    }

    @Override
    public void close() {
      closed = true;
      wire.close();
    }
  }

  private CoordinatorProcess coordinator(TestNetwork network, String name, PostgresServer database)
      throws IOException {
    Path book = folder.resolve("deployment.json");
    Files.write(book, network.at.toJson());
    return CoordinatorProcess.start(
        network.anvil.url().toString(),
        folder.resolve(name).toString(),
        book.toString(),
        database.jdbcUrl(),
        folder.resolve("database/password").toString());
  }

  /** Until it is taken; room that another coordinator just took is free again at once. */
  private static void submit(CoordinatorProcess to, TestNetwork network, Order order)
      throws Exception {
    try (Http http = new Http(to.http())) {
      Http.Answer answer = http.post("/v1/jobs", network.body(order));
      for (int i = 0; answer.status() == 409 && i < 50; i++) {
        Thread.sleep(200);
        answer = http.post("/v1/jobs", network.body(order));
      }
      assertThat(answer.status()).as(answer.json().toString()).isEqualTo(202);
    }
  }

  private static void await(String what, BooleanSupplier holds) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time: " + what).isLessThan(until);
      Thread.sleep(100);
    }
  }

  private static JobState state(TestNetwork network, long jobId) {
    return network.contracts.market().job(jobId).state();
  }

  @Test
  void everyJobEndsOnceThoughOneOfTwoCoordinatorsIsKilledInTheMiddle() throws Exception {
    try (TestNetwork network = new TestNetwork(folder);
        PostgresServer database = PostgresServer.start(folder.resolve("database"))) {
      BigInteger before = network.contracts.money().tokenBalance(TestNetwork.CONSUMER.address());
      CoordinatorProcess first = coordinator(network, "first", database);
      CoordinatorProcess second = coordinator(network, "second", database);
      try (Agent one = new Agent(network, TestNetwork.key("device 1"), first);
          Agent two = new Agent(network, TestNetwork.key("device 2"), second)) {
        Map<Long, CoordinatorProcess> jobs = new LinkedHashMap<>();
        for (int i = 0; i < JOBS; i++) {
          Order order = network.order(PRICE, 500 + i, 300);
          boolean toFirst = i % 2 == 0 && first.process().isAlive();
          CoordinatorProcess to = toFirst ? first : second;
          submit(to, network, order);
          jobs.put(JobIds.of(network.hash(order), 1), to);
          if (i == JOBS / 2) {
            one.at = second; // where it will come back to
            first.kill();
          }
        }
        await(
            "all run",
            () -> jobs.keySet().stream().allMatch(j -> state(network, j) == JobState.RUNNING));
        assertThat(one.heardAt.size() + two.heardAt.size()).isEqualTo(JOBS);
        Map<Long, Integer> heard = new LinkedHashMap<>(one.heardAt);
        heard.putAll(two.heardAt);
        assertThat(heard.keySet())
            .as("an order taken by one coordinator reached an agent of the other, while both lived")
            .anyMatch(job -> crossed(heard, jobs, job, first, second));

        endHalfAndForgetHalf(network, List.copyOf(jobs.keySet()));
        assertThat(network.contracts.money().credit(TestNetwork.CONSUMER.address()))
            .isEqualTo(PRICE.multiply(BigInteger.valueOf(JOBS / 2)));
        assertThat(network.contracts.money().tokenBalance(TestNetwork.CONSUMER.address()))
            .isEqualTo(before.subtract(PRICE.multiply(BigInteger.valueOf(JOBS))));
        for (String device : List.of("device 1", "device 2")) {
          Address address = TestNetwork.key(device).address();
          assertThat(network.contracts.market().activeJobs(address)).isZero();
        }
        nothingWasSentTwice(network, database);
      } finally {
        first.kill();
        second.kill();
      }
    }
  }

  private static boolean crossed(
      Map<Long, Integer> heard,
      Map<Long, CoordinatorProcess> jobs,
      long job,
      CoordinatorProcess first,
      CoordinatorProcess second) {
    int at = heard.getOrDefault(job, 0);
    return (at == first.grpc() && second.equals(jobs.get(job)))
        || (at == second.grpc() && first.equals(jobs.get(job)));
  }

  /** The committee reports every other job done; the rest runs out and is refunded. */
  private static void endHalfAndForgetHalf(TestNetwork network, List<Long> jobs) throws Exception {
    List<Outcome.Entry> entries = new ArrayList<>();
    List<Long> done = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i += 2) {
      done.add(jobs.get(i));
    }
    done.stream()
        .sorted(Long::compareUnsigned)
        .forEach(job ->
            entries.add(
                new Outcome.Entry(
                    new PackedVerdict(job, VerdictCode.OK, PRICE, Keccak.hashUtf8("r" + job)),
                    Keccak.hashUtf8("leaf " + job))));
    long now = network.anvil.nowS();
    synchronized (network) {
      network.settle(new Outcome(1, 1, now, now + 3_600, entries));
    }
    network.anvil.pass(120);
    await(
        "what nobody committed is refunded",
        () ->
            jobs.stream()
                .filter(job -> !done.contains(job))
                .allMatch(job -> state(network, job) == JobState.REFUNDED));
    assertThat(done)
        .allMatch(job -> Set.of(JobState.REPORTED, JobState.FINAL).contains(state(network, job)));
  }

  private static void nothingWasSentTwice(TestNetwork network, PostgresServer database)
      throws Exception {
    try (Database shared =
        Database.external(database.jdbcUrl(), database.user(), database.password())) {
      await(
          "nothing is owed",
          () ->
              shared.transaction(tx ->
                  Database.query(tx, row -> true, "SELECT 1 FROM outbox WHERE state='DUE'")
                      .isEmpty()));
      long owed =
          shared.transaction(tx ->
              Database.query(
                      tx, row -> row.getLong(1), "SELECT count(*) FROM outbox WHERE tx_hash<>''")
                  .getFirst());
      long failed =
          shared.transaction(tx ->
              Database.query(
                      tx,
                      row -> row.getLong(1),
                      "SELECT count(*) FROM outbox WHERE kind='EXPIRE' AND state='FAILED'")
                  .getFirst());
      long sent =
          network
              .anvil
              .rpc()
              .read("nonce", node -> node.nonceLatest(TestNetwork.COORDINATOR.address().hex()));
      assertThat(sent).as("transactions of the one key").isEqualTo(owed);
      assertThat(sent).isGreaterThanOrEqualTo(JOBS + JOBS / 2);
      assertThat(failed).as("none was expired twice").isZero();
    }
  }
}
