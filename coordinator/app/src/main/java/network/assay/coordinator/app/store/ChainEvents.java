package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.query;
import static network.assay.coordinator.app.store.Database.update;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.JobState;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The contracts' events about our jobs. An attempt's state is nothing but what its events say in
 * order, so that after a reorganisation, or from an empty database, it comes out the same.
 */
public final class ChainEvents {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<Map<String, String>> VALUES = new TypeReference<>() {};

  private static final String SELECT =
      "SELECT name, job_id, members::text, block, log_index, block_hash, tx_hash, at_s"
          + " FROM chain_events";

  private ChainEvents() {}

  /** An event and its block's time. */
  public record Dated(JobEvent event, long atS) {}

  private static Dated read(ResultSet row) throws SQLException {
    return new Dated(
        new JobEvent(
            row.getString(1),
            row.getLong(2),
            JSON.readValue(row.getString(3), VALUES),
            row.getLong(4),
            row.getInt(5),
            row.getString(6),
            row.getString(7)),
        row.getLong(8));
  }

  /** All events of a job, in order. */
  public static List<Dated> of(Connection tx, long jobId) throws SQLException {
    return query(
        tx, ChainEvents::read, SELECT + " WHERE job_id=? ORDER BY block, log_index", jobId);
  }

  /**
   * What the market wants to be shown of a job.
   *
   * @param outcome means something from REPORTED on only
   */
  public record Shown(JobCard card, JobOutcome outcome) {}

  /** What the market wants to be shown of a job, as its events say it. */
  public static Shown shown(Connection tx, long jobId) throws SQLException {
    Fold fold = new Fold();
    of(tx, jobId).forEach(dated -> fold.add(dated.event()));
    return fold.shown();
  }

  /** Stores events and brings their attempts up to date. One seen before changes nothing. */
  public static void append(Connection tx, List<JobEvent> events, long atS) throws SQLException {
    if (events.isEmpty()) {
      return;
    }
    try (PreparedStatement put =
        tx.prepareStatement(
            "INSERT INTO chain_events(name, job_id, members, block, log_index, block_hash, tx_hash,"
                + " at_s) VALUES (?,?,?::jsonb,?,?,?,?,?) ON CONFLICT DO NOTHING")) {
      for (JobEvent event : events) {
        put.setString(1, event.name());
        put.setLong(2, event.jobId());
        put.setString(3, JSON.writeValueAsString(event.values()));
        put.setLong(4, event.block());
        put.setInt(5, event.logIndex());
        put.setString(6, event.blockHash());
        put.setString(7, event.txHash());
        put.setLong(8, atS);
        put.addBatch();
      }
      put.executeBatch();
    }
    refold(tx, events.stream().map(JobEvent::jobId).collect(Collectors.toSet()));
    Webhooks.owe(tx, events, atS);
  }

  /** Forgets all above a block; returns the jobs that this changed. */
  public static List<Long> dropAbove(Connection tx, long block) throws SQLException {
    List<Long> jobs =
        query(
            tx,
            row -> row.getLong(1),
            "SELECT DISTINCT job_id FROM chain_events WHERE block>?",
            block);
    update(tx, "DELETE FROM chain_events WHERE block>?", block);
    refold(tx, Set.copyOf(jobs));
    return jobs;
  }

  /** What the events of an attempt come to. */
  private static final class Fold {
    JobState state = JobState.NONE;
    long deadlineS;
    BigInteger amount = BigInteger.ZERO;
    long epoch;
    long block;
    int code;
    BigInteger paid = BigInteger.ZERO;
    BigInteger refunded = BigInteger.ZERO;
    @Nullable String reportTx;
    boolean slashed;
    @Nullable Bytes32 offerHash;
    @Nullable Address device;
    Bytes32 orderHash = Bytes32.ZERO;
    Address consumer = Address.ZERO;
    Address provider = Address.ZERO;
    long deviceIndex;
    Bytes32 resultHash = Bytes32.ZERO;

    void add(JobEvent event) {
      block = event.block();
      switch (event.name()) {
        case "JobFunded" -> {
          enter(JobState.FUNDED, event, "deadline");
          amount = number(event, "amount");
          orderHash = Bytes32.fromHex(event.value("orderHash"));
          consumer = Address.fromHex(event.value("consumer"));
        }
        case "JobOpened" -> {
          enter(JobState.RUNNING, event, "runUntil");
          orderHash = Bytes32.fromHex(event.value("orderHash"));
          consumer = Address.fromHex(event.value("consumer"));
          join(event);
          epoch = number(event, "epoch").longValue();
        }
        case "JobAssigned" -> {
          enter(JobState.ASSIGNED, event, "acceptUntil");
          join(event);
        }
        case "JobAccepted" -> {
          enter(JobState.RUNNING, event, "runUntil");
          epoch = number(event, "epoch").longValue();
        }
        case "WorkCommitted" -> enter(JobState.COMMITTED, event, "reportUntil");
        case "ReportTimeExtended" -> deadlineS = number(event, "reportUntil").longValue();
        case "JobReported" -> {
          enter(JobState.REPORTED, event, "challengeUntil");
          code = number(event, "code").intValue();
          paid = number(event, "paid");
          refunded = refunded.add(amount.subtract(paid));
          resultHash = Bytes32.fromHex(event.value("resultHash"));
          reportTx = event.txHash();
        }
        case "JobRefunded" -> refunded = refunded.add(number(event, "amount"));
        case "JobExpired" -> expire(JobState.of(number(event, "from").intValue()));
        case "JobCancelled" -> state = JobState.CANCELLED;
        case "JobFailed" -> state = JobState.REFUNDED;
        case "JobSlashed" -> slashed = true;
        default -> {} // tells people something, changes no state
      }
    }

    private void join(JobEvent event) {
      amount = number(event, "price");
      offerHash = Bytes32.fromHex(event.value("offerHash"));
      device = Address.fromHex(event.value("device"));
      provider = Address.fromHex(event.value("provider"));
      deviceIndex = number(event, "deviceIndex").longValue();
    }

    Shown shown() {
      Bytes32 joined = offerHash == null ? Bytes32.ZERO : offerHash;
      JobCard card =
          new JobCard(JobCard.termsOf(orderHash, joined), consumer, provider, deviceIndex, amount);
      return new Shown(card, new JobOutcome(code, paid, resultHash, deadlineS));
    }

    private void enter(JobState next, JobEvent event, String deadline) {
      state = next;
      deadlineS = number(event, deadline).longValue();
    }

    private void expire(JobState from) {
      boolean beforeAccept = from == JobState.FUNDED || from == JobState.ASSIGNED;
      state = beforeAccept ? JobState.EXPIRED : JobState.REFUNDED;
    }

    private static BigInteger number(JobEvent event, String member) {
      return new BigInteger(event.value(member));
    }
  }

  private static void refold(Connection tx, Set<Long> jobs) throws SQLException {
    Map<Long, Fold> folds = new HashMap<>();
    jobs.forEach(job -> folds.put(job, new Fold()));
    query(
            tx,
            ChainEvents::read,
            SELECT + " WHERE job_id=ANY(?) ORDER BY block, log_index",
            tx.createArrayOf("bigint", jobs.toArray()))
        .forEach(
            dated -> Objects.requireNonNull(folds.get(dated.event().jobId())).add(dated.event()));
    try (PreparedStatement put = tx.prepareStatement(UPDATE)) {
      // Always in the same order: two who change several attempts never wait for each other.
      for (Map.Entry<Long, Fold> fold : new TreeMap<>(folds).entrySet()) {
        bind(put, fold.getKey(), fold.getValue());
        put.addBatch();
      }
      put.executeBatch();
    }
  }

  private static final String UPDATE =
      "UPDATE attempts SET chain_state=?, chain_deadline_s=?, chain_amount=?, chain_epoch=?,"
          + " chain_block=?, verdict_code=?, paid=?, refunded=?, report_tx=?, slashed=?,"
          + " settled=?, unplaced=NULL, offer_hash=coalesce(?, offer_hash),"
          + " device=coalesce(?, device) WHERE job_id=?";

  private static void bind(PreparedStatement put, long jobId, Fold fold) throws SQLException {
    boolean over =
        fold.state == JobState.EXPIRED
            || fold.state == JobState.CANCELLED
            || fold.state == JobState.REFUNDED;
    put.setInt(1, StateCodes.of(fold.state));
    put.setLong(2, fold.deadlineS);
    put.setBigDecimal(3, new BigDecimal(fold.amount));
    put.setLong(4, fold.epoch);
    put.setLong(5, fold.block);
    put.setInt(6, fold.code);
    put.setBigDecimal(7, new BigDecimal(fold.paid));
    put.setBigDecimal(8, new BigDecimal(fold.refunded));
    put.setString(9, fold.reportTx);
    put.setBoolean(10, fold.slashed);
    put.setBoolean(11, over);
    put.setBytes(12, fold.offerHash == null ? null : fold.offerHash.toArray());
    put.setBytes(13, fold.device == null ? null : fold.device.toArray());
    put.setLong(14, jobId);
  }
}
