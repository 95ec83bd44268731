package network.assay.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
import network.assay.contracts.wire.Assignment;
import network.assay.coordinator.app.store.PostgresServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Coordinators, their database, their way to the chain and agents die at random while jobs go
 * through: each job ends once, paid or refunded, and nothing stays locked.
 */
class RandomKillsTest {
  private static final Logger LOG = LoggerFactory.getLogger(RandomKillsTest.class);
  private static final BigInteger PRICE = BigInteger.valueOf(10_000);
  private static final Set<JobState> OVER =
      Set.of(JobState.REPORTED, JobState.FINAL, JobState.REFUNDED, JobState.EXPIRED);

  private enum Victim {
    COORDINATOR,
    DATABASE,
    CHAIN_RPC,
    AGENT
  }

  @TempDir Path folder;

  private long seed;
  private TestNetwork network;
  private PostgresServer database;
  private FlakyRpc rpc;
  private final List<CoordinatorProcess> coordinators = new ArrayList<>();
  private final List<Agent> agents = new ArrayList<>();
  private int epochSeq = 1;

  /** One key pays for all that the test sends to the chain. */
  private final Object turn = new Object();

  /** Accepts all that it is assigned, through whichever coordinator answers. */
  private final class Agent implements AutoCloseable {
    private final Secp256k1.PrivateKey key;
    private final Random random;
    private final Map<Long, Boolean> accepted = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile TestAgent wire;
    private volatile long nonce = 1;

    Agent(String name) {
      this.key = TestNetwork.key(name);
      this.random = new Random(seed + name.hashCode());
      this.wire = connect();
      Thread.ofVirtual().start(this::follow);
    }

    private TestAgent connect() {
      CoordinatorProcess to = coordinators.get(random.nextInt(coordinators.size()));
      return new TestAgent(to.grpc(), to.pin(), network.at.marketDomain(), key);
    }

    /** As kill -9 looks from outside: the connection breaks, and a new process comes. */
    void kill() {
      wire.close();
    }

    private void follow() {
      while (!closed) {
        try {
          wire.putOffer(offer(), TestNetwork.MODEL.hex());
          Iterator<Assignment> assignments = wire.watch();
          while (!closed) {
            take(assignments.next());
          }
        } catch (Exception e) {
          wire.close();
          sleep(200);
          wire = connect();
        }
      }
    }

    private Offer offer() throws Exception {
      synchronized (turn) {
        return new Offer(
            key.address(),
            TestNetwork.CPU,
            0,
            PRICE,
            1,
            3_600,
            PRICE.multiply(BigInteger.valueOf(2_000)),
            16,
            1,
            8,
            nonce++,
            network.anvil.nowS() + 50_000);
      }
    }

    private void take(Assignment assignment) throws Exception {
      long jobId = assignment.getJobId();
      if (accepted.putIfAbsent(jobId, true) != null) {
        return;
      }
      try {
        Order order = Order.fromWords(assignment.getOrder().getWords().toByteArray());
        Bytes32 orderHash = network.hash(order);
        Bytes32 offerHash =
            Offer.fromWords(assignment.getOffer().getWords().toByteArray())
                .digest(network.at.marketDomain());
        Accept accept = new Accept(jobId, orderHash, offerHash, ContentRoot.of(TestNetwork.INPUT));
        int attempt = JobIds.of(orderHash, 1) == jobId ? 1 : 2;
        synchronized (turn) {
          var _ = network.accept(order, attempt, accept, key);
        }
      } catch (Exception e) {
        accepted.remove(jobId); // a new stream begins with it again
        throw e;
      }
    }

    @Override
    public void close() {
      closed = true;
      wire.close();
    }
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CoordinatorProcess coordinator(int index) throws IOException {
    Path book = folder.resolve("deployment.json");
    Files.write(book, network.at.toJson());
    return CoordinatorProcess.start(
        rpc.url().toString(),
        folder.resolve("coordinator-" + index).toString(),
        book.toString(),
        database.jdbcUrl(),
        folder.resolve("database/password").toString());
  }

  private void kill(Victim victim, Random random) throws Exception {
    switch (victim) {
      case COORDINATOR -> {
        int index = random.nextInt(coordinators.size());
        coordinators.get(index).kill();
        coordinators.set(index, coordinator(index));
      }
      case DATABASE -> crashDatabase();
      case CHAIN_RPC -> {
        rpc.cut();
        sleep(200 + random.nextInt(1_500));
        rpc.mend();
      }
      case AGENT -> agents.get(random.nextInt(agents.size())).kill();
    }
  }

  /** SIGKILL of one of its processes makes the server drop all and recover from its log. */
  private void crashDatabase() {
    try (Connection connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        Statement ask = connection.createStatement();
        ResultSet row = ask.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      ProcessHandle.of(row.getLong(1)).ifPresent(ProcessHandle::destroyForcibly);
    } catch (SQLException e) {
      LOG.info("the database is down already: {}", e.getMessage());
    }
  }

  /** The same order again and again until somebody has it: that is what a consumer does. */
  private void submit(Order order, Random random) throws Exception {
    String last = "";
    for (int i = 0; i < 300; i++) {
      CoordinatorProcess to = coordinators.get(random.nextInt(coordinators.size()));
      try (Http http = new Http(to.http())) {
        Http.Answer answer = http.post("/v1/jobs", network.body(order));
        if (answer.status() == 202) {
          return;
        }
        last = answer.json().toString();
        if (last.contains("ORDER_CONSUMED") || last.contains("NONCE_USED")) {
          return; // an earlier try went through, though its answer was lost
        }
      } catch (IOException e) {
        last = String.valueOf(e.getMessage());
      }
      oracleRound();
      sleep(200);
    }
    throw new AssertionError("nobody takes the order: " + last);
  }

  private final List<Long> jobs = new ArrayList<>();
  private final List<Order> orders = new ArrayList<>();

  private JobState state(long jobId) {
    return network.contracts.market().job(jobId).state();
  }

  private static boolean forgotten(long jobId) {
    return Long.remainderUnsigned(jobId, 5) == 0;
  }

  /** The committee reports what runs, but for every fifth job, which nobody ever commits. */
  private void oracleRound() throws Exception {
    synchronized (turn) {
      List<Outcome.Entry> entries = new ArrayList<>();
      jobs.stream()
          .filter(job -> !forgotten(job) && state(job) == JobState.RUNNING)
          .sorted(Long::compareUnsigned)
          .limit(50)
          .forEach(job ->
              entries.add(
                  new Outcome.Entry(
                      new PackedVerdict(job, VerdictCode.OK, PRICE, Keccak.hashUtf8("r" + job)),
                      Keccak.hashUtf8("leaf " + job))));
      if (!entries.isEmpty()) {
        long now = network.anvil.nowS();
        var _ = network.settle(new Outcome(1, epochSeq++, now, now + 3_600, entries));
      }
      long stuck =
          jobs.stream().filter(job -> forgotten(job) && state(job) == JobState.RUNNING).count();
      if (stuck >= 8) {
        network.anvil.pass(120);
      }
    }
  }

  /** A bounded sample of what {@link #twoHundredKillsOverFiveHundredJobs} does. */
  @Test
  void everyJobEndsOnceThroughAFewKills() throws Exception {
    run(16, 6, 20_261_121);
  }

  @Test
  @Tag("deep")
  void twoHundredKillsOverFiveHundredJobs() throws Exception {
    run(500, 200, System.nanoTime());
  }

  private void run(int jobCount, int kills, long usual) throws Exception {
    seed = Long.getLong("assay.seed", usual);
    LOG.warn("random kills: -Dassay.seed={}", seed);
    Random random = new Random(seed);
    try (TestNetwork started = new TestNetwork(folder);
        PostgresServer server = PostgresServer.start(folder.resolve("database"));
        FlakyRpc way = new FlakyRpc(started.anvil.url())) {
      network = started;
      database = server;
      rpc = way;
      coordinators.add(coordinator(0));
      coordinators.add(coordinator(1));
      agents.add(new Agent("device 1"));
      agents.add(new Agent("device 2"));
      try {
        BigInteger before = balance();
        Map<Victim, Integer> killed = goThrough(jobCount, kills, random);
        LOG.warn("killed {}", killed);
        endAll();
        check(before, jobCount);
      } finally {
        agents.forEach(Agent::close);
        for (CoordinatorProcess coordinator : coordinators) {
          coordinator.kill();
        }
      }
    }
  }

  private Map<Victim, Integer> goThrough(int jobCount, int kills, Random random) throws Exception {
    Map<Victim, Integer> killed = new EnumMap<>(Victim.class);
    int done = 0;
    for (int i = 0; i < jobCount; i++) {
      Order order = network.order(PRICE, 10_000 + i, 300);
      orders.add(order);
      jobs.add(JobIds.of(network.hash(order), 1));
      submit(order, random);
      while (done * (long) jobCount < (i + 1) * (long) kills) {
        Victim victim = Victim.values()[done++ % Victim.values().length];
        killed.merge(victim, 1, Integer::sum);
        sleep(random.nextInt(300));
        kill(victim, random);
      }
      oracleRound();
    }
    return killed;
  }

  private boolean over(Order order) {
    Bytes32 hash = network.hash(order);
    JobState first = state(JobIds.of(hash, 1));
    JobState second = state(JobIds.of(hash, 2));
    return second == JobState.NONE ? OVER.contains(first) : OVER.contains(second);
  }

  private void endAll() throws Exception {
    long until = System.nanoTime() + Duration.ofMinutes(4).toNanos();
    int rounds = 0;
    while (!orders.stream().allMatch(this::over)) {
      assertThat(System.nanoTime())
          .as(
              "all end in time; open: %s (seed %d)",
              orders.stream()
                  .filter(o -> !over(o))
                  .map(o -> state(JobIds.of(network.hash(o), 1)))
                  .toList(),
              seed)
          .isLessThan(until);
      oracleRound();
      sleep(500);
      if (++rounds % 10 == 0) {
        network.anvil.pass(rounds % 40 == 0 ? 700 : 90); // what nobody works on runs out
      }
    }
  }

  private BigInteger balance() {
    return network.contracts.money().tokenBalance(TestNetwork.CONSUMER.address());
  }

  private void check(BigInteger before, int jobCount) throws Exception {
    long reported =
        orders.stream()
            .flatMap(o ->
                List.of(state(JobIds.of(network.hash(o), 1)), state(JobIds.of(network.hash(o), 2)))
                    .stream())
            .filter(s -> s == JobState.REPORTED || s == JobState.FINAL)
            .count();
    LOG.warn("{} of {} jobs paid, the rest refunded", reported, jobCount);
    assertThat(balance())
        .as("each order was paid once (seed %d)", seed)
        .isEqualTo(before.subtract(PRICE.multiply(BigInteger.valueOf(jobCount))));
    assertThat(network.contracts.money().credit(TestNetwork.CONSUMER.address()))
        .as("what was not reported came back (seed %d)", seed)
        .isEqualTo(PRICE.multiply(BigInteger.valueOf(jobCount - reported)));
    for (Agent agent :
        agents.stream().sorted(Comparator.comparing(a -> a.key.address().hex())).toList()) {
      assertThat(network.contracts.market().activeJobs(agent.key.address()))
          .as("jobs that hold the device (seed %d)", seed)
          .isZero();
    }
  }
}
