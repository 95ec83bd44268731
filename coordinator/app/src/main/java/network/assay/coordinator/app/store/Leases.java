package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.first;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Who does what only one coordinator may do at a time. A lease runs by the database's clock, so
 * that no machine's own clock matters; its fence grows with every new holder.
 */
public final class Leases {
  private Leases() {}

  /** The lease is another's by now; nothing of the transaction may be kept. */
  public static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Lost(String name) {
      super("the lease " + name + " is held by another coordinator");
    }
  }

  /**
   * Takes a lease that is free or expired, or renews our own.
   *
   * @return our fence; empty where another holds it
   */
  public static Optional<Long> take(Connection tx, String name, String holder, Duration term)
      throws SQLException {
    return first(
        tx,
        row -> row.getLong(1),
        "INSERT INTO leases AS l (name, holder, fence, expires_at)"
            + " VALUES (?, ?, 1, clock_timestamp() + ? * interval '1 millisecond')"
            + " ON CONFLICT (name) DO UPDATE SET holder=excluded.holder,"
            + " fence=CASE WHEN l.holder=excluded.holder THEN l.fence ELSE l.fence+1 END,"
            + " expires_at=excluded.expires_at"
            + " WHERE l.holder=excluded.holder OR l.expires_at<clock_timestamp() RETURNING fence",
        name,
        holder,
        term.toMillis());
  }

  /**
   * Locks the lease for the rest of the transaction: nobody takes it over before the commit.
   *
   * @throws Lost where it was taken over before
   */
  public static void check(Connection tx, String name, String holder, long fence)
      throws SQLException {
    boolean held =
        first(
                tx,
                row -> true,
                "SELECT 1 FROM leases WHERE name=? AND holder=? AND fence=? FOR SHARE",
                name,
                holder,
                fence)
            .isPresent();
    if (!held) {
      throw new Lost(name);
    }
  }

  /** Gives a lease back before its time, so that the next takes it at once. */
  public static void release(Connection tx, String name, String holder) throws SQLException {
    update(
        tx,
        "UPDATE leases SET expires_at=clock_timestamp() - interval '1 second'"
            + " WHERE name=? AND holder=?",
        name,
        holder);
  }
}
