package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.query;

import java.sql.Connection;
import java.sql.SQLException;

/** How long attempts wait until a device works on them. */
public final class Waiting {
  private Waiting() {}

  /**
   * Where an attempt stands.
   *
   * @param position how many that came earlier wait, too; 0 for the next one
   * @param estimateMs until it is taken, from how long the last ones waited; -1 where none did
   */
  public record Place(long position, long estimateMs) {}

  /** Counts orders that came before and have no running attempt; the market's turn is theirs. */
  public static Place place(Connection tx, long jobId) throws SQLException {
    return query(
            tx,
            row -> new Place(row.getLong(1), row.getLong(2)),
            "SELECT (SELECT count(*) FROM attempts a JOIN jobs j USING (order_hash)"
                + " WHERE NOT a.settled AND a.chain_state IN (0, 1)"
                + " AND j.created_at_ms < me.created_at_ms),"
                + " coalesce((SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY waited) FROM"
                + " (SELECT min(e.at_s)*1000 - min(j.created_at_ms) AS waited"
                + " FROM chain_events e JOIN attempts a USING (job_id)"
                + " JOIN jobs j USING (order_hash) WHERE e.name IN ('JobAccepted', 'JobOpened')"
                + " GROUP BY j.order_hash ORDER BY min(e.at_s) DESC LIMIT 50) AS lately), -1)"
                + " FROM jobs me WHERE me.order_hash ="
                + " (SELECT order_hash FROM attempts WHERE job_id=?)",
            jobId)
        .getFirst();
  }
}
