package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.query;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import network.assay.contracts.protocol.Address;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that we owe. A row is written in the transaction that decides it, its calldata with
 * it; whoever sends it gives its key to the sender, whose journal sends a key once. So a crash at
 * any moment neither loses nor doubles one.
 */
public final class Outbox {
  private Outbox() {}

  /** What a transaction is for. */
  public enum Kind {
    OPEN,
    JOIN,
    RETRY,
    EXPIRE,
    SLASH,
    CLAIM
  }

  /** One transaction; {@code key} is unique for ever. */
  public record Entry(String key, Kind kind, long jobId, Call call) {}

  private static Entry read(ResultSet row) throws SQLException {
    return new Entry(
        row.getString(1),
        Kind.valueOf(row.getString(2)),
        row.getLong(3),
        new Call(Address.of(row.getBytes(4)), row.getBytes(5)));
  }

  /** Owes a transaction; false where the key is already there, done or not. */
  public static boolean add(Connection tx, Entry entry, long nowMs) throws SQLException {
    return update(
            tx,
            "INSERT INTO outbox(key, kind, job_id, target, calldata, state, created_at_ms)"
                + " VALUES (?,?,?,?,?,'DUE',?) ON CONFLICT DO NOTHING",
            entry.key(),
            entry.kind().name(),
            entry.jobId(),
            entry.call().to(),
            entry.call().data(),
            nowMs)
        == 1;
  }

  /** What is still owed, oldest first. */
  public static List<Entry> due(Connection tx, int max) throws SQLException {
    return query(
        tx,
        Outbox::read,
        "SELECT key, kind, job_id, target, calldata FROM outbox WHERE state='DUE'"
            + " ORDER BY created_at_ms LIMIT ?",
        max);
  }

  /** Whether a transaction of this kind is still owed for the job. */
  public static boolean owes(Connection tx, long jobId, Kind kind) throws SQLException {
    return !query(
            tx,
            row -> true,
            "SELECT 1 FROM outbox WHERE job_id=? AND kind=? AND state='DUE'",
            jobId,
            kind.name())
        .isEmpty();
  }

  /** How many of this kind failed for the job. */
  public static int failures(Connection tx, long jobId, Kind kind) throws SQLException {
    return query(
            tx,
            row -> true,
            "SELECT 1 FROM outbox WHERE job_id=? AND kind=? AND state='FAILED'",
            jobId,
            kind.name())
        .size();
  }

  /** How many of this kind were ever owed for the job: numbers the next key. */
  public static int count(Connection tx, long jobId, Kind kind) throws SQLException {
    return query(
            tx, row -> true, "SELECT 1 FROM outbox WHERE job_id=? AND kind=?", jobId, kind.name())
        .size();
  }

  public static void done(Connection tx, String key, @Nullable String txHash, long nowMs)
      throws SQLException {
    update(
        tx,
        "UPDATE outbox SET state='DONE', tx_hash=?, done_at_ms=? WHERE key=?",
        txHash,
        nowMs,
        key);
  }

  public static void failed(
      Connection tx, String key, @Nullable String txHash, String reason, long nowMs)
      throws SQLException {
    update(
        tx,
        "UPDATE outbox SET state='FAILED', tx_hash=?, reason=?, done_at_ms=? WHERE key=?",
        txHash,
        reason.length() <= 1_000 ? reason : reason.substring(0, 1_000),
        nowMs,
        key);
  }
}
