package network.assay.oracle.node.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Signature;

/**
 * Evidence bundles and what was signed about them. Every method is one step of the caller's
 * transaction; at most one bundle of a job is ever acknowledged, by the table's own key.
 */
public final class EvidenceStore {
  /** What was acknowledged for a job. */
  public record StoredAck(long epoch, Bytes32 bundleHash, Signature signature) {}

  /** A flat struct's words and its signature, as sent. */
  public record StoredStruct(byte[] words, Signature signature) {}

  private EvidenceStore() {}

  public static void putBundle(Connection tx, long jobId, Bytes32 hash, byte[] bytes, long atS) {
    Sql.update(tx, "INSERT OR IGNORE INTO bundle VALUES(?,?,?,?)", jobId, hash, bytes, atS);
  }

  public static Optional<byte[]> bundle(Connection tx, long jobId, Bytes32 hash) {
    return Sql.one(
        tx,
        row -> row.getBytes(1),
        "SELECT bytes FROM bundle WHERE job_id=? AND hash=?",
        jobId,
        hash);
  }

  public static boolean hasBundle(Connection tx, long jobId, Bytes32 hash) {
    return Sql.exists(tx, "SELECT 1 FROM bundle WHERE job_id=? AND hash=?", jobId, hash);
  }

  /** Fails where the job has an acknowledged bundle already. */
  public static void putAck(Connection tx, long jobId, StoredAck ack) {
    Sql.update(
        tx,
        "INSERT INTO ack VALUES(?,?,?,?)",
        jobId,
        ack.epoch(),
        ack.bundleHash(),
        ack.signature());
  }

  public static Optional<StoredAck> ack(Connection tx, long jobId) {
    return Sql.one(
        tx,
        row ->
            new StoredAck(
                row.getLong(1), Bytes32.of(row.getBytes(2)), Signature.of(row.getBytes(3))),
        "SELECT epoch, bundle_hash, signature FROM ack WHERE job_id=?",
        jobId);
  }

  /** Keeps the first seed for (job, bundle): a commitment to it may already be out. */
  public static Bytes32 seed(Connection tx, long jobId, Bytes32 bundleHash, Bytes32 fresh) {
    Sql.update(tx, "INSERT OR IGNORE INTO draw_seed VALUES(?,?,?)", jobId, bundleHash, fresh);
    return seed(tx, jobId, bundleHash).orElseThrow();
  }

  public static Optional<Bytes32> seed(Connection tx, long jobId, Bytes32 bundleHash) {
    return Sql.one(
        tx,
        row -> Bytes32.of(row.getBytes(1)),
        "SELECT seed FROM draw_seed WHERE job_id=? AND bundle_hash=?",
        jobId,
        bundleHash);
  }

  public static void putCertificate(Connection tx, long jobId, Bytes32 bundleHash, byte[] message) {
    Sql.update(tx, "INSERT OR IGNORE INTO certificate VALUES(?,?,?)", jobId, bundleHash, message);
  }

  public static Optional<byte[]> certificate(Connection tx, long jobId) {
    return Sql.one(
        tx, row -> row.getBytes(1), "SELECT message FROM certificate WHERE job_id=?", jobId);
  }

  /** False where this oracle's reveal was known already. */
  public static boolean putReveal(Connection tx, long jobId, Address oracle, StoredStruct reveal) {
    return Sql.update(
            tx,
            "INSERT OR IGNORE INTO draw_reveal VALUES(?,?,?,?)",
            jobId,
            oracle,
            reveal.words(),
            reveal.signature())
        == 1;
  }

  public static List<StoredStruct> reveals(Connection tx, long jobId) {
    return Sql.list(
        tx,
        EvidenceStore::struct,
        "SELECT words, signature FROM draw_reveal WHERE job_id=? ORDER BY oracle",
        jobId);
  }

  public static Optional<StoredStruct> reveal(Connection tx, long jobId, Address oracle) {
    return Sql.one(
        tx,
        EvidenceStore::struct,
        "SELECT words, signature FROM draw_reveal WHERE job_id=? AND oracle=?",
        jobId,
        oracle);
  }

  /** False where it is known already. */
  public static boolean putOpening(Connection tx, long jobId, Bytes32 hash, byte[] message) {
    return Sql.update(tx, "INSERT OR IGNORE INTO opening VALUES(?,?,?)", jobId, hash, message) == 1;
  }

  public static List<byte[]> openings(Connection tx, long jobId) {
    return Sql.list(
        tx,
        row -> row.getBytes(1),
        "SELECT message FROM opening WHERE job_id=? ORDER BY hash",
        jobId);
  }

  public static void putNonce(Connection tx, long jobId, Address device, StoredStruct nonce) {
    Sql.update(
        tx,
        "INSERT INTO telemetry_nonce VALUES(?,?,?,?)",
        jobId,
        device,
        nonce.words(),
        nonce.signature());
  }

  public static Optional<StoredStruct> nonce(Connection tx, long jobId, Address device) {
    return Sql.one(
        tx,
        EvidenceStore::struct,
        "SELECT words, signature FROM telemetry_nonce WHERE job_id=? AND device=?",
        jobId,
        device);
  }

  /** The first batch seen at (job, seq) stays; it is what a second one is compared with. */
  public static void putBatch(
      Connection tx, long jobId, long seq, Bytes32 digest, StoredStruct batch) {
    Sql.update(
        tx,
        "INSERT OR IGNORE INTO telemetry VALUES(?,?,?,?,?)",
        jobId,
        seq,
        digest,
        batch.words(),
        batch.signature());
  }

  /** The batch stored at (job, seq) where its digest is another than the one given. */
  public static Optional<StoredStruct> otherBatch(
      Connection tx, long jobId, long seq, Bytes32 digest) {
    return Sql.one(
        tx,
        EvidenceStore::struct,
        "SELECT words, signature FROM telemetry WHERE job_id=? AND seq=? AND digest<>?",
        jobId,
        seq,
        digest);
  }

  public static long batchCount(Connection tx, long jobId) {
    return Sql.one(
            tx, row -> row.getLong(1), "SELECT count(*) FROM telemetry WHERE job_id=?", jobId)
        .orElse(0L);
  }

  /** False where the job's telemetry was void already. */
  public static boolean putConflict(Connection tx, long jobId, byte[] message) {
    return Sql.update(tx, "INSERT OR IGNORE INTO telemetry_conflict VALUES(?,?)", jobId, message)
        == 1;
  }

  public static Optional<byte[]> conflict(Connection tx, long jobId) {
    return Sql.one(
        tx, row -> row.getBytes(1), "SELECT message FROM telemetry_conflict WHERE job_id=?", jobId);
  }

  /**
   * Forgets the bulk (bundles, openings, telemetry) of jobs closed before the moment given. What
   * was signed stays for ever: it is small, and forgetting it would allow signing again.
   */
  public static int forgetClosedBefore(Connection tx, long beforeS, int jobsMax) {
    List<Long> jobs =
        Sql.list(
            tx,
            row -> row.getLong(1),
            "SELECT job_id FROM job WHERE closed=1 AND changed_at_s<? AND EXISTS(SELECT 1 FROM bundle b WHERE b.job_id=job.job_id) LIMIT ?",
            beforeS,
            jobsMax);
    for (long job : jobs) {
      for (String table : List.of("bundle", "opening", "telemetry", "telemetry_nonce")) {
        Sql.update(tx, "DELETE FROM " + table + " WHERE job_id=?", job);
      }
    }
    return jobs.size();
  }

  private static StoredStruct struct(ResultSet row) throws SQLException {
    return new StoredStruct(row.getBytes(1), Signature.of(row.getBytes(2)));
  }
}
