package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.first;
import static network.assay.coordinator.app.store.Database.query;
import static network.assay.coordinator.app.store.Database.update;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What jobs say while they run: their agents' word, bounded, kept after the end. */
public final class JobLogs {
  /** Of one job; an agent that says more is not heard. */
  public static final int LINES_MAX = 20_000;

  public static final int LINE_CHARS_MAX = 4_096;

  private JobLogs() {}

  /**
   * One line.
   *
   * @param seq from 0, the agent's own numbering: the same again changes nothing
   * @param kind stdout, stderr or metric (then {@code name=value})
   */
  public record Line(long seq, long atMs, String kind, String text) {
    /** The line as the log's file has it, and as it is hashed. */
    String written() {
      return seq + "\t" + atMs + "\t" + kind + "\t" + text + "\n";
    }
  }

  public static void add(Connection tx, long jobId, List<Line> lines) throws SQLException {
    try (PreparedStatement put =
        tx.prepareStatement(
            "INSERT INTO job_logs(job_id, seq, at_ms, kind, text) VALUES (?,?,?,?,?)"
                + " ON CONFLICT DO NOTHING")) {
      for (Line line : lines) {
        put.setLong(1, jobId);
        put.setLong(2, line.seq());
        put.setLong(3, line.atMs());
        put.setString(4, line.kind());
        put.setString(5, line.text());
        put.addBatch();
      }
      put.executeBatch();
    }
  }

  /** Lines from a number on, in order. */
  public static List<Line> from(Connection tx, long jobId, long seq, int max) throws SQLException {
    return query(
        tx,
        row -> new Line(row.getLong(1), row.getLong(2), row.getString(3), row.getString(4)),
        "SELECT seq, at_ms, kind, text FROM job_logs WHERE job_id=? AND seq>=? ORDER BY seq LIMIT ?",
        jobId,
        seq,
        max);
  }

  /** The whole log as bytes. */
  public static byte[] file(Connection tx, long jobId) throws SQLException {
    StringBuilder out = new StringBuilder();
    from(tx, jobId, 0, LINES_MAX).forEach(line -> out.append(line.written()));
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Log and events as they were when the receipt was made. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Kept(byte[] log, byte[] events) {}

  /** Keeps them; the first time counts. */
  public static Kept keep(Connection tx, long jobId, byte[] events) throws SQLException {
    update(
        tx,
        "INSERT INTO records(job_id, log, events) VALUES (?,?,?) ON CONFLICT DO NOTHING",
        jobId,
        file(tx, jobId),
        events);
    return kept(tx, jobId).orElseThrow();
  }

  /** Empty before there is a receipt. */
  public static Optional<Kept> kept(Connection tx, long jobId) throws SQLException {
    return first(
        tx,
        row -> new Kept(row.getBytes(1), row.getBytes(2)),
        "SELECT log, events FROM records WHERE job_id=?",
        jobId);
  }
}
