package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.first;
import static network.assay.coordinator.app.store.Database.query;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.WorkCommit;

/** Sealed results and receipts. */
public final class Results {
  private Results() {}

  /** A sealed result with the commitment that names its root. */
  public record Result(WorkCommit commit, Signature signature, byte[] ciphertext) {}

  /**
   * Keeps a job's result. A later one replaces it: before the report a device may think better of
   * it, after the report only the reported one is let in.
   */
  public static void put(Connection tx, Result result, Bytes32 root, long nowMs)
      throws SQLException {
    update(
        tx,
        "INSERT INTO results(job_id, ciphertext_root, ciphertext, commit_words, commit_signature,"
            + " received_at_ms) VALUES (?,?,?,?,?,?) ON CONFLICT (job_id) DO UPDATE SET"
            + " ciphertext_root=excluded.ciphertext_root, ciphertext=excluded.ciphertext,"
            + " commit_words=excluded.commit_words, commit_signature=excluded.commit_signature,"
            + " received_at_ms=excluded.received_at_ms",
        result.commit().jobId(),
        root,
        result.ciphertext(),
        result.commit().words(),
        result.signature().toArray(),
        nowMs);
  }

  public static Optional<Result> find(Connection tx, long jobId) throws SQLException {
    return first(
        tx,
        row ->
            new Result(
                WorkCommit.fromWords(row.getBytes(1)),
                Signature.of(row.getBytes(2)),
                row.getBytes(3)),
        "SELECT commit_words, commit_signature, ciphertext FROM results WHERE job_id=?",
        jobId);
  }

  /** A result without its content. */
  public record Head(WorkCommit commit, long bytes) {}

  public static Optional<Head> head(Connection tx, long jobId) throws SQLException {
    return first(
        tx,
        row -> new Head(WorkCommit.fromWords(row.getBytes(1)), row.getLong(2)),
        "SELECT commit_words, octet_length(ciphertext) FROM results WHERE job_id=?",
        jobId);
  }

  /** So many bytes of the content of that root; empty where it was replaced meanwhile. */
  public static Optional<byte[]> slice(
      Connection tx, long jobId, Bytes32 root, long from, int length) throws SQLException {
    return first(
        tx,
        row -> row.getBytes(1),
        "SELECT substring(ciphertext FROM ? FOR ?) FROM results"
            + " WHERE job_id=? AND ciphertext_root=?",
        (int) from + 1,
        length,
        jobId,
        root);
  }

  public static boolean has(Connection tx, long jobId) throws SQLException {
    return first(tx, row -> true, "SELECT 1 FROM results WHERE job_id=?", jobId).isPresent();
  }

  public static void putReceipt(Connection tx, long jobId, byte[] json) throws SQLException {
    update(
        tx,
        "INSERT INTO receipts(job_id, json) VALUES (?,?) ON CONFLICT (job_id) DO UPDATE SET"
            + " json=excluded.json",
        jobId,
        json);
  }

  public static Optional<byte[]> receipt(Connection tx, long jobId) throws SQLException {
    return first(tx, row -> row.getBytes(1), "SELECT json FROM receipts WHERE job_id=?", jobId);
  }

  /** Reported attempts that have no receipt, newest deadline first. */
  public static List<Long> wanting(Connection tx, int max) throws SQLException {
    return query(
        tx,
        row -> row.getLong(1),
        "SELECT job_id FROM attempts a WHERE report_tx IS NOT NULL AND NOT EXISTS"
            + " (SELECT 1 FROM receipts r WHERE r.job_id=a.job_id)"
            + " ORDER BY chain_deadline_s DESC LIMIT ?",
        max);
  }

  /** After a reorganisation dropped the report. */
  public static void dropReceipt(Connection tx, long jobId) throws SQLException {
    update(tx, "DELETE FROM receipts WHERE job_id=?", jobId);
  }
}
