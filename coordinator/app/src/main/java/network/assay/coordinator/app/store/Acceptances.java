package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.first;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import network.assay.contracts.protocol.Acceptance;
import network.assay.contracts.protocol.Signature;

/** Consumers' signed acceptances of results, for the devices that made these. */
public final class Acceptances {
  private Acceptances() {}

  /** Keeps one; a later one, of a result that replaced the first, takes its place. */
  public static void put(Connection tx, Acceptance.Signed signed, long nowMs) throws SQLException {
    update(
        tx,
        "INSERT INTO acceptances(job_id, words, signature, received_at_ms) VALUES (?,?,?,?)"
            + " ON CONFLICT (job_id) DO UPDATE SET words=excluded.words,"
            + " signature=excluded.signature, received_at_ms=excluded.received_at_ms",
        signed.message().jobId(),
        signed.message().words(),
        signed.signature().toArray(),
        nowMs);
  }

  public static Optional<Acceptance.Signed> find(Connection tx, long jobId) throws SQLException {
    return first(
        tx,
        row ->
            new Acceptance.Signed(
                Acceptance.fromWords(row.getBytes(1)), Signature.of(row.getBytes(2))),
        "SELECT words, signature FROM acceptances WHERE job_id=?",
        jobId);
  }
}
