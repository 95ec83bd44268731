package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.first;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Where attempts stand that wait for a node: as the one keeper's queue has them. */
public final class Waiting {
  private Waiting() {}

  /**
   * Where an attempt stands.
   *
   * @param position how many come before it; 0 for the next one, and for one that has its node
   * @param estimateMs until a node has it; -1 where nothing tells
   */
  public record Place(long position, long estimateMs) {}

  /** An attempt in the queue. */
  public record Queued(long jobId, Place place) {}

  /** Effects: the queue is this one; it is told anew after each change. */
  public static void put(Connection tx, List<Queued> queue) throws SQLException {
    update(tx, "SET LOCAL synchronous_commit=off");
    update(tx, "DELETE FROM queue");
    try (PreparedStatement put = tx.prepareStatement("INSERT INTO queue VALUES (?,?,?)")) {
      for (Queued queued : queue) {
        put.setLong(1, queued.jobId());
        put.setLong(2, queued.place().position());
        put.setLong(3, queued.place().estimateMs());
        put.addBatch();
      }
      put.executeBatch();
    }
  }

  /**
   * An attempt's place. One that is in no queue has its node, and waits for its transaction as long
   * as the last ones did.
   */
  public static Place place(Connection tx, long jobId) throws SQLException {
    return first(
            tx,
            row -> new Place(row.getLong(1), row.getLong(2)),
            "SELECT position, estimate_ms FROM queue WHERE job_id=?",
            jobId)
        .orElse(new Place(0, lately(tx)));
  }

  /** How long half of the last orders waited at most; -1 where there were none. */
  public static long lately(Connection tx) throws SQLException {
    return first(
            tx,
            row -> row.getLong(1),
            "SELECT coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY waited), -1) FROM"
                + " (SELECT min(e.at_s)*1000 - min(j.created_at_ms) AS waited"
                + " FROM chain_events e JOIN attempts a USING (job_id)"
                + " JOIN jobs j USING (order_hash) WHERE e.name IN ('JobAccepted', 'JobOpened')"
                + " GROUP BY j.order_hash ORDER BY min(e.at_s) DESC LIMIT 50) AS lately")
        .orElse(-1L);
  }
}
