package network.assay.testchain.bench.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Signature;
import network.assay.coordinator.app.flow.ChainFeed;
import network.assay.coordinator.app.store.Call;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.GroupCommit;
import network.assay.coordinator.app.store.JobEvent;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Notes;
import network.assay.coordinator.app.store.Offers;
import network.assay.coordinator.app.store.Outbox;
import network.assay.coordinator.app.store.StateCodes;
import network.assay.coordinator.app.store.Takings;
import network.assay.testchain.devnet.DevnetException;

/**
 * Jobs through the coordinator's own tables, on its own PostgreSQL with fsync on: orders taken
 * (what comes at once is committed together), their payments claimed and sent (fifty a transaction,
 * by two coordinators), and the chain's events of its life (fifty a transaction). The chain itself,
 * the network and signatures are not in this figure.
 */
final class Transitions {
  private static final int BATCH = 50;
  private static final int TAKERS = 64; // as many requests as the API takes at once
  private static final Duration CLAIM = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** TAKEN, OPENED, FUNDED, ASSIGNED, RUNNING, COMMITTED, REPORTED. */
  private static final int PER_JOB = 7;

  private final Database database;
  private final int jobs;
  private final BlockingQueue<Long> mined = new LinkedBlockingQueue<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicLong block = new AtomicLong();
  private final GroupCommit<Takings.Taking, Boolean> takings;
  private final ChainFeed feed = new ChainFeed((ids, devices) -> {});

  private Transitions(Database database, int jobs) {
    this.database = database;
    this.jobs = jobs;
    this.takings = new GroupCommit<>(database, BATCH, Takings::put);
  }

  /**
   * What was measured.
   *
   * @param fsyncUs what one small flush to this disk takes, for comparison
   */
  record Measured(int jobs, long transitions, long nanos, long fsyncUs) {
    long perSecond() {
      return transitions * 1_000_000_000L / nanos;
    }
  }

  /** Runs that many jobs, after as many as a tenth of them for warming up. */
  static Measured run(Path folder, int jobs) {
    long fsyncUs = fsyncUs(folder);
    try (Database database = Database.embedded(folder.resolve("postgres"))) {
      new Transitions(database, Math.max(200, jobs / 10)).measure(0);
      long began = System.nanoTime();
      new Transitions(database, jobs).measure(1_000_000);
      long nanos = System.nanoTime() - began;
      check(database, jobs + Math.max(200, jobs / 10));
      return new Measured(jobs, (long) jobs * PER_JOB, nanos, fsyncUs);
    }
  }

  private static void check(Database database, int want) {
    long reported =
        database.transaction(tx ->
            Database.query(
                    tx,
                    row -> row.getLong(1),
                    "SELECT count(*) FROM attempts WHERE chain_state=? AND paid=7",
                    StateCodes.of(JobState.REPORTED))
                .getFirst());
    if (reported != want) {
      throw new DevnetException("want " + want + " jobs reported and paid, got " + reported);
    }
  }

  private void measure(int firstSalt) {
    List<Thread> threads = new ArrayList<>();
    AtomicInteger salts = new AtomicInteger(firstSalt);
    for (int i = 0; i < TAKERS; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int salt = salts.getAndIncrement();
                    salt < firstSalt + jobs;
                    salt = salts.getAndIncrement()) {
                  take(salt);
                }
              }));
    }
    for (int i = 0; i < 2; i++) {
      String holder = "coordinator " + i;
      threads.add(Thread.ofVirtual().start(() -> send(holder)));
    }
    threads.add(Thread.ofVirtual().start(this::follow));
    for (Thread thread : threads) {
      try {
        if (!thread.join(LIMIT)) {
          throw new DevnetException("the jobs did not end within " + LIMIT);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DevnetException("interrupted");
      }
    }
  }

  private void take(int salt) {
    Order order = order(salt);
    Bytes32 hash = Keccak.hashUtf8("bench order " + salt);
    Jobs.Job job =
        new Jobs.Job(
            hash,
            order,
            "{}".getBytes(StandardCharsets.UTF_8),
            BigInteger.ZERO,
            BigInteger.TEN,
            signature(),
            1,
            salt);
    Call call = new Call(Address.ZERO, new byte[900]);
    Outbox.Entry open =
        new Outbox.Entry(
            "open/" + JobIds.text(job.jobId()) + "/1", Outbox.Kind.OPEN, job.jobId(), call);
    Notes.Note note = new Notes.Note(salt, "coordinator", "MATCHED", "matched");
    if (!takings.run(new Takings.Taking(job, new byte[256], offer(salt), note, open))) {
      throw new DevnetException("the order " + hash + " was there before");
    }
  }

  private static Offers.Standing offer(int salt) {
    Address device = device(salt);
    Offer offer =
        new Offer(
            device, Bytes32.ZERO, 0, BigInteger.TEN, 1, 3_600, BigInteger.TEN, 1, 1, 1, 1, 1_000);
    Bytes32 hash = Keccak.hashUtf8("offer of " + device);
    return new Offers.Standing(hash, offer, signature(), "bench", Set.of());
  }

  private void send(String holder) {
    while (opened.get() < jobs) {
      List<Outbox.Claimed> claimed =
          database.transaction(tx -> Outbox.claim(tx, holder, CLAIM, BATCH));
      if (claimed.isEmpty()) {
        pause();
        continue;
      }
      List<Outbox.Done> done =
          claimed.stream().map(c -> new Outbox.Done(c, "0x" + "ab".repeat(32))).toList();
      database.transaction(tx -> {
        Outbox.done(tx, done, 1);
        return true;
      });
      opened.addAndGet(done.size());
      done.forEach(d -> mined.add(d.claimed().entry().jobId()));
    }
  }

  private void follow() {
    int left = jobs;
    while (left > 0) {
      List<Long> batch = new ArrayList<>();
      mined.drainTo(batch, BATCH);
      if (batch.isEmpty()) {
        pause();
        continue;
      }
      List<String> names =
          List.of("JobFunded", "JobAssigned", "JobAccepted", "WorkCommitted", "JobReported");
      for (String name : names) {
        long number = block.incrementAndGet() + (long) jobs * 1_000;
        List<JobEvent> events = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
          events.add(event(name, batch.get(i), number, i));
        }
        database.transaction(tx -> {
          feed.onBlock(events, number, tx);
          return true;
        });
      }
      left -= batch.size();
    }
  }

  private static JobEvent event(String name, long job, long block, int index) {
    String hash = Keccak.hashUtf8("job " + job).hex();
    Map<String, String> values =
        switch (name) {
          case "JobFunded" ->
              Map.of(
                  "orderHash",
                  hash,
                  "consumer",
                  Address.ZERO.hex(),
                  "amount",
                  "9",
                  "attempt",
                  "1",
                  "deadline",
                  "100");
          case "JobAssigned" ->
              Map.of(
                  "offerHash",
                  hash,
                  "device",
                  device((int) (job & 63)).hex(),
                  "provider",
                  Address.ZERO.hex(),
                  "deviceIndex",
                  "1",
                  "price",
                  "9",
                  "acceptUntil",
                  "100");
          case "JobAccepted" -> Map.of("runUntil", "200", "epoch", "1");
          case "WorkCommitted" -> Map.of("reportUntil", "300");
          default -> Map.of("challengeUntil", "400", "code", "1", "paid", "7", "resultHash", hash);
        };
    return new JobEvent(name, job, values, block, index, "0x" + "01".repeat(32), hash);
  }

  /** Well-formed; nobody checks it here. */
  private static Signature signature() {
    byte[] bytes = new byte[65];
    bytes[31] = 1;
    bytes[63] = 1;
    bytes[64] = 27;
    return Signature.of(bytes);
  }

  private static Address device(int salt) {
    return Address.of(java.util.Arrays.copyOf(Keccak.hashUtf8("d" + (salt & 63)).toArray(), 20));
  }

  private static Order order(int salt) {
    return new Order(
        device(salt),
        Bytes32.ZERO,
        Bytes32.ZERO,
        Address.ZERO,
        Bytes32.ZERO,
        0,
        1,
        1,
        BigInteger.TEN,
        BigInteger.TEN,
        100,
        2,
        1_000,
        30,
        60,
        60,
        Bytes32.ZERO,
        Address.ZERO,
        0,
        salt);
  }

  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevnetException("interrupted");
    }
  }

  /** The median of a hundred flushes of 8 KiB. */
  private static long fsyncUs(Path folder) {
    List<Long> times = new ArrayList<>();
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("fsync"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < 100; i++) {
        long began = System.nanoTime();
        file.write(ByteBuffer.allocate(8_192), 0);
        file.force(false);
        times.add(System.nanoTime() - began);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TimeUnit.NANOSECONDS.toMicros(times.stream().sorted().toList().get(50));
  }
}
