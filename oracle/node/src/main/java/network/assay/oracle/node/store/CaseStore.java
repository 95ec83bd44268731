package network.assay.oracle.node.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.PackedVerdict;
import org.jspecify.annotations.Nullable;

/** One row a job: how far this node got with it, what it found, and why it waits or stopped. */
public final class CaseStore {
  /** How far a job has come on this node, in order. */
  public enum Phase {
    UNKNOWN,
    EVIDENCE,
    DRAWN,
    OPENED,
    OBSERVED,
    DECIDED,
    REPORTED
  }

  /**
   * One job's case as it is stored.
   *
   * @param note why it waits, or why it was dropped
   * @param attempt of the observation that is due or done, from 1
   * @param verdict this node's own judgement
   * @param leaf that judgement's leaf data
   * @param seq height at which the committee decided it
   * @param closed nothing more will be done
   */
  public record CaseRow(
      long jobId,
      long epoch,
      Phase phase,
      String note,
      Bytes32 bundleHash,
      int attempt,
      @Nullable PackedVerdict verdict,
      byte @Nullable [] leaf,
      List<String> findings,
      @Nullable Long seq,
      boolean closed) {}

  private static final String COLUMNS =
      "job_id, epoch, phase, note, bundle_hash, attempt, verdict, leaf, findings, seq, closed";

  private CaseStore() {}

  /** Inserts or replaces. */
  public static void put(Connection tx, CaseRow row, long changedAtS) {
    Sql.update(
        tx,
        "INSERT OR REPLACE INTO job(" + COLUMNS + ", changed_at_s) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
        row.jobId(),
        row.epoch(),
        row.phase().name(),
        row.note(),
        row.bundleHash(),
        row.attempt(),
        row.verdict() == null ? null : row.verdict().pack(),
        row.leaf(),
        String.join("\n", row.findings()),
        row.seq(),
        row.closed(),
        changedAtS);
  }

  public static Optional<CaseRow> get(Connection tx, long jobId) {
    return Sql.one(tx, CaseStore::read, "SELECT " + COLUMNS + " FROM job WHERE job_id=?", jobId);
  }

  /** All that are not closed. */
  public static List<CaseRow> open(Connection tx) {
    return Sql.list(
        tx, CaseStore::read, "SELECT " + COLUMNS + " FROM job WHERE closed=0 ORDER BY job_id");
  }

  private static CaseRow read(ResultSet row) throws SQLException {
    byte[] verdict = row.getBytes(7);
    String findings = row.getString(9);
    long seq = row.getLong(10);
    return new CaseRow(
        row.getLong(1),
        row.getLong(2),
        Phase.valueOf(row.getString(3)),
        row.getString(4),
        Bytes32.of(row.getBytes(5)),
        row.getInt(6),
        verdict == null ? null : PackedVerdict.unpack(verdict),
        row.getBytes(8),
        findings.isEmpty() ? List.of() : List.of(findings.split("\n", -1)),
        seq == 0 ? null : seq,
        row.getInt(11) == 1);
  }
}
