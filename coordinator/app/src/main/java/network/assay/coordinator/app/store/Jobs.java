package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.first;
import static network.assay.coordinator.app.store.Database.query;
import static network.assay.coordinator.app.store.Database.update;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Signature;
import network.assay.coordinator.match.HardwareAsk;
import org.jspecify.annotations.Nullable;

/** Orders that we took, and their attempts. */
public final class Jobs {
  private Jobs() {}

  /**
   * An order that we took.
   *
   * @param spec the exact bytes that the order's specHash is of
   * @param attempt the current one, from 1
   */
  public record Job(
      Bytes32 orderHash,
      Order order,
      byte[] spec,
      BigInteger validAfter,
      BigInteger validBefore,
      Signature payment,
      int attempt,
      long createdAtMs) {
    public long jobId() {
      return JobIds.of(orderHash, attempt);
    }
  }

  /**
   * One attempt, as the chain's events tell it.
   *
   * @param offerHash the offer that we chose or that was joined
   * @param deadlineS of the state, chain time
   * @param verdictCode 0 before a report
   * @param settled nothing is left for us to do
   * @param unplaced why it never will have an offer
   */
  public record Attempt(
      long jobId,
      Bytes32 orderHash,
      int attempt,
      @Nullable Bytes32 offerHash,
      @Nullable Address device,
      JobState state,
      long deadlineS,
      BigInteger amount,
      long epoch,
      int verdictCode,
      BigInteger paid,
      BigInteger refunded,
      @Nullable String reportTx,
      boolean slashed,
      boolean settled,
      @Nullable String unplaced) {}

  private static final String JOB =
      "SELECT order_hash, order_words, spec, valid_after, valid_before, payment_signature, attempt,"
          + " created_at_ms FROM jobs ";
  private static final String ATTEMPT =
      "SELECT job_id, order_hash, attempt, offer_hash, device, chain_state, chain_deadline_s,"
          + " chain_amount, chain_epoch, verdict_code, paid, refunded, report_tx, slashed, settled,"
          + " unplaced FROM attempts ";

  private static Job job(ResultSet row) throws SQLException {
    return new Job(
        Bytes32.of(row.getBytes(1)),
        Order.fromWords(row.getBytes(2)),
        row.getBytes(3),
        BigInteger.valueOf(row.getLong(4)),
        BigInteger.valueOf(row.getLong(5)),
        Signature.of(row.getBytes(6)),
        row.getInt(7),
        row.getLong(8));
  }

  private static Attempt attempt(ResultSet row) throws SQLException {
    byte[] offer = row.getBytes(4);
    byte[] device = row.getBytes(5);
    return new Attempt(
        row.getLong(1),
        Bytes32.of(row.getBytes(2)),
        row.getInt(3),
        offer == null ? null : Bytes32.of(offer),
        device == null ? null : Address.of(device),
        JobState.of(row.getInt(6)),
        row.getLong(7),
        integer(row.getBigDecimal(8)),
        row.getLong(9),
        row.getInt(10),
        integer(row.getBigDecimal(11)),
        integer(row.getBigDecimal(12)),
        row.getString(13),
        row.getBoolean(14),
        row.getBoolean(15),
        row.getString(16));
  }

  private static BigInteger integer(BigDecimal value) {
    return value.toBigIntegerExact();
  }

  /** Stores an order with its input and first attempt; false where it is already there. */
  public static boolean insert(Connection tx, Job job, byte[] input) throws SQLException {
    int rows =
        update(
            tx,
            "INSERT INTO jobs(order_hash, consumer, order_words, spec, valid_after, valid_before,"
                + " payment_signature, attempt, created_at_ms) VALUES (?,?,?,?,?,?,?,?,?)"
                + " ON CONFLICT DO NOTHING",
            job.orderHash(),
            job.order().consumer(),
            job.order().words(),
            job.spec(),
            job.validAfter().longValueExact(),
            job.validBefore().longValueExact(),
            job.payment().toArray(),
            job.attempt(),
            job.createdAtMs());
    if (rows == 0) {
      return false;
    }
    update(tx, "INSERT INTO inputs(order_hash, bytes) VALUES (?,?)", job.orderHash(), input);
    insertAttempt(tx, job.orderHash(), job.attempt());
    return true;
  }

  /** Adds an attempt in state NONE; nothing where it is there. */
  public static void insertAttempt(Connection tx, Bytes32 orderHash, int attempt)
      throws SQLException {
    update(
        tx,
        "INSERT INTO attempts(job_id, order_hash, attempt, chain_state) VALUES (?,?,?,0)"
            + " ON CONFLICT DO NOTHING",
        JobIds.of(orderHash, attempt),
        orderHash,
        attempt);
    update(
        tx,
        "UPDATE jobs SET attempt=? WHERE order_hash=? AND attempt<?",
        attempt,
        orderHash,
        attempt);
  }

  public static Optional<Job> find(Connection tx, Bytes32 orderHash) throws SQLException {
    return first(tx, Jobs::job, JOB + "WHERE order_hash=?", orderHash);
  }

  public static Optional<Job> findByJobId(Connection tx, long jobId) throws SQLException {
    return first(
        tx,
        Jobs::job,
        JOB + "WHERE order_hash = (SELECT order_hash FROM attempts WHERE job_id=?)",
        jobId);
  }

  /** The newest orders, of one consumer or of all. */
  public static List<Job> newest(Connection tx, @Nullable Address consumer, int max)
      throws SQLException {
    return consumer == null
        ? query(tx, Jobs::job, JOB + "ORDER BY created_at_ms DESC LIMIT ?", max)
        : query(
            tx,
            Jobs::job,
            JOB + "WHERE consumer=? ORDER BY created_at_ms DESC LIMIT ?",
            consumer,
            max);
  }

  public static Optional<Attempt> attempt(Connection tx, long jobId) throws SQLException {
    return first(tx, Jobs::attempt, ATTEMPT + "WHERE job_id=?", jobId);
  }

  /** Locks an attempt until the transaction ends: decisions about it come one after the other. */
  public static void lock(Connection tx, long jobId) throws SQLException {
    query(tx, row -> true, "SELECT 1 FROM attempts WHERE job_id=? FOR UPDATE", jobId);
  }

  /** Those of the ids that are attempts of ours. */
  public static Set<Long> known(Connection tx, Set<Long> jobIds) throws SQLException {
    return Set.copyOf(
        query(
            tx,
            row -> row.getLong(1),
            "SELECT job_id FROM attempts WHERE job_id=ANY(?)",
            tx.createArrayOf("bigint", jobIds.toArray())));
  }

  /** The devices of those attempts. */
  public static Set<Address> devices(Connection tx, Set<Long> jobIds) throws SQLException {
    return Set.copyOf(
        query(
            tx,
            row -> Address.of(row.getBytes(1)),
            "SELECT DISTINCT device FROM attempts WHERE job_id=ANY(?) AND device IS NOT NULL",
            tx.createArrayOf("bigint", jobIds.toArray())));
  }

  public static List<Attempt> attempts(Connection tx, Bytes32 orderHash) throws SQLException {
    return query(tx, Jobs::attempt, ATTEMPT + "WHERE order_hash=? ORDER BY attempt", orderHash);
  }

  /** Attempts for which something may still have to be done, oldest id first. */
  public static List<Attempt> open(Connection tx, int max) throws SQLException {
    return query(
        tx, Jobs::attempt, ATTEMPT + "WHERE NOT settled ORDER BY chain_deadline_s LIMIT ?", max);
  }

  /** A device's attempts that it has to work on. */
  public static List<Attempt> assigned(Connection tx, Address device) throws SQLException {
    return query(
        tx,
        Jobs::attempt,
        ATTEMPT + "WHERE device=? AND NOT settled AND chain_state IN (?,?,?) ORDER BY job_id",
        device,
        StateCodes.of(JobState.ASSIGNED),
        StateCodes.of(JobState.RUNNING),
        StateCodes.of(JobState.COMMITTED));
  }

  /** Attempts that chose an offer of the device and are not yet joined on chain. */
  public static List<Attempt> pending(Connection tx, Address device) throws SQLException {
    return query(
        tx,
        Jobs::attempt,
        ATTEMPT + "WHERE device=? AND NOT settled AND chain_state IN (?,?)",
        device,
        StateCodes.of(JobState.NONE),
        StateCodes.of(JobState.FUNDED));
  }

  /** Effects: nothing more is begun for the order; the first word counts. */
  public static void stop(Connection tx, Bytes32 orderHash, long nowMs) throws SQLException {
    update(
        tx,
        "UPDATE jobs SET stopped_at_ms=coalesce(stopped_at_ms, ?) WHERE order_hash=?",
        nowMs,
        orderHash);
  }

  public static boolean isStopped(Connection tx, Bytes32 orderHash) throws SQLException {
    return first(
            tx,
            row -> row.getBoolean(1),
            "SELECT stopped_at_ms IS NOT NULL FROM jobs WHERE order_hash=?",
            orderHash)
        .orElse(false);
  }

  /** What the order's consumer asks of the hardware. */
  public static HardwareAsk hardware(Connection tx, Bytes32 orderHash) throws SQLException {
    return first(
            tx,
            row -> HardwareText.ask(row.getString(1)),
            "SELECT hardware FROM jobs WHERE order_hash=?",
            orderHash)
        .orElse(HardwareAsk.ANY);
  }

  /** Cards that jobs have, or are promised, of a device that shares none. */
  public static int cardsTaken(Connection tx, Address device) throws SQLException {
    return query(
            tx,
            row -> row.getInt(1),
            "SELECT coalesce(sum(cards), 0)::int FROM attempts JOIN jobs USING (order_hash)"
                + " WHERE device=? AND NOT settled AND chain_state IN (?,?,?,?,?,?)",
            device,
            StateCodes.of(JobState.NONE),
            StateCodes.of(JobState.FUNDED),
            StateCodes.of(JobState.ASSIGNED),
            StateCodes.of(JobState.RUNNING),
            StateCodes.of(JobState.CHECKPOINTED),
            StateCodes.of(JobState.COMMITTED))
        .getFirst();
  }

  /** Devices that had an earlier attempt at this order. */
  public static Set<Address> devicesTried(Connection tx, Bytes32 orderHash, int before)
      throws SQLException {
    return attempts(tx, orderHash).stream()
        .filter(a -> a.attempt() < before)
        .map(Attempt::device)
        .filter(java.util.Objects::nonNull)
        .map(java.util.Objects::requireNonNull)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Notes which offer we chose; null for none. */
  public static void choose(
      Connection tx, long jobId, @Nullable Bytes32 offerHash, @Nullable Address device)
      throws SQLException {
    update(
        tx, "UPDATE attempts SET offer_hash=?, device=? WHERE job_id=?", offerHash, device, jobId);
  }

  public static void settle(Connection tx, long jobId) throws SQLException {
    update(tx, "UPDATE attempts SET settled=true WHERE job_id=?", jobId);
  }

  /** The attempt gets no offer and no money was taken for it. */
  public static void giveUp(Connection tx, long jobId, String reason) throws SQLException {
    update(tx, "UPDATE attempts SET settled=true, unplaced=? WHERE job_id=?", clip(reason), jobId);
  }

  public static Optional<byte[]> input(Connection tx, Bytes32 orderHash) throws SQLException {
    return first(
        tx, row -> row.getBytes(1), "SELECT bytes FROM inputs WHERE order_hash=?", orderHash);
  }

  private static String clip(String text) {
    return text.length() <= 1_000 ? text : text.substring(0, 1_000);
  }
}
