package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.query;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
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

  /**
   * Gives the transaction of this kind that waits and that nobody ever claimed another content, and
   * ends its wait.
   *
   * @return false where none waits: what a sender may have stays as it is
   */
  public static boolean replace(Connection tx, long jobId, Kind kind, Call call)
      throws SQLException {
    return update(
            tx,
            "UPDATE outbox SET target=?, calldata=?, not_before=NULL WHERE job_id=? AND kind=?"
                + " AND state='DUE' AND claim=0 AND not_before IS NOT NULL",
            call.to(),
            call.data(),
            jobId,
            kind.name())
        == 1;
  }

  /**
   * Takes back what nobody ever claimed.
   *
   * @return false where a sender may have it: then it goes its way
   */
  public static boolean withdraw(Connection tx, long jobId, Kind kind, String reason, long nowMs)
      throws SQLException {
    return update(
            tx,
            "UPDATE outbox SET state='FAILED', reason=?, done_at_ms=? WHERE job_id=? AND kind=?"
                + " AND state='DUE' AND claim=0",
            reason,
            nowMs,
            jobId,
            kind.name())
        > 0;
  }

  /** What is still owed, claimed or not, oldest first. */
  public static List<Entry> due(Connection tx, int max) throws SQLException {
    return query(
        tx,
        Outbox::read,
        "SELECT key, kind, job_id, target, calldata FROM outbox WHERE state='DUE'"
            + " ORDER BY created_at_ms LIMIT ?",
        max);
  }

  /** A claimed transaction; {@code claim} fences what follows from its end. */
  public record Claimed(Entry entry, long claim) {}

  /**
   * Claims what is owed and nobody works on, oldest first. A claim that is not renewed in time is
   * another's to take.
   *
   * @param holder of this process's life
   */
  public static List<Claimed> claim(Connection tx, String holder, Duration term, int max)
      throws SQLException {
    return query(
        tx,
        row -> new Claimed(read(row), row.getLong(6)),
        "WITH due AS MATERIALIZED (SELECT key AS k FROM outbox WHERE state='DUE'"
            + " AND (claimed_until IS NULL OR claimed_until<clock_timestamp())"
            + " AND (not_before IS NULL OR not_before<clock_timestamp())"
            + " ORDER BY created_at_ms LIMIT ? FOR UPDATE SKIP LOCKED)"
            + " UPDATE outbox SET claim=claim+1, claimed_by=?,"
            + " claimed_until=clock_timestamp() + ? * interval '1 millisecond'"
            + " FROM due WHERE key=k RETURNING key, kind, job_id, target, calldata, claim",
        max,
        holder,
        term.toMillis());
  }

  /** Keeps those of our claims for another term. */
  public static void renew(Connection tx, String holder, Duration term, Collection<String> keys)
      throws SQLException {
    update(
        tx,
        "UPDATE outbox SET claimed_until=clock_timestamp() + ? * interval '1 millisecond'"
            + " WHERE state='DUE' AND claimed_by=? AND key=ANY(?)",
        term.toMillis(),
        holder,
        tx.createArrayOf("text", keys.toArray()));
  }

  /** Gives all our claims back. */
  public static void release(Connection tx, String holder) throws SQLException {
    update(
        tx,
        "UPDATE outbox SET claimed_by=NULL, claimed_until=NULL WHERE state='DUE' AND claimed_by=?",
        holder);
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

  /** A claimed transaction and where it was mined. */
  public record Done(Claimed claimed, String txHash) {}

  /** Marks what was mined; those whose claim was taken over meanwhile stay as they are. */
  public static void done(Connection tx, List<Done> all, long nowMs) throws SQLException {
    try (PreparedStatement mark =
        tx.prepareStatement(
            "UPDATE outbox SET state='DONE', tx_hash=?, done_at_ms=?"
                + " WHERE key=? AND claim=? AND state='DUE'")) {
      for (Done done : all) {
        mark.setString(1, done.txHash());
        mark.setLong(2, nowMs);
        mark.setString(3, done.claimed().entry().key());
        mark.setLong(4, done.claimed().claim());
        mark.addBatch();
      }
      mark.executeBatch();
    }
  }

  /** Marks what was refused; false where the claim was taken over meanwhile. */
  public static boolean failed(
      Connection tx, Claimed claimed, @Nullable String txHash, String reason, long nowMs)
      throws SQLException {
    return update(
            tx,
            "UPDATE outbox SET state='FAILED', tx_hash=?, reason=?, done_at_ms=?"
                + " WHERE key=? AND claim=? AND state='DUE'",
            txHash,
            reason.length() <= 1_000 ? reason : reason.substring(0, 1_000),
            nowMs,
            claimed.entry().key(),
            claimed.claim())
        == 1;
  }
}
