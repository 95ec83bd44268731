package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.first;
import static network.assay.coordinator.app.store.Database.query;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;

/**
 * What unpaid quotes hold, as coordinators on one database tell each other. Hints: who pays is
 * served without them, so they need not survive the server's crash.
 */
public final class QuoteRows {
  private QuoteRows() {}

  /**
   * A quote that holds room.
   *
   * @param leftMs until it ends by itself, by the database's clock
   */
  public record Row(Bytes32 digest, Address device, String holder, int places, long leftMs) {}

  private static final String ROW =
      "SELECT digest, device, holder, places,"
          + " (extract(epoch FROM until_at - clock_timestamp()) * 1000)::bigint FROM quotes"
          + " WHERE until_at > clock_timestamp()";

  private static Row read(ResultSet row) throws SQLException {
    return new Row(
        Bytes32.of(row.getBytes(1)),
        Address.of(row.getBytes(2)),
        row.getString(3),
        row.getInt(4),
        row.getLong(5));
  }

  /** Effects: others may read it; what ended is swept. */
  public static void put(Connection tx, Row row) throws SQLException {
    quick(tx);
    update(
        tx,
        "INSERT INTO quotes(digest, device, holder, places, until_at) VALUES"
            + " (?,?,?,?,clock_timestamp() + ? * interval '1 millisecond') ON CONFLICT DO NOTHING",
        row.digest(),
        row.device(),
        row.holder(),
        row.places(),
        row.leftMs());
  }

  public static Optional<Row> find(Connection tx, Bytes32 digest) throws SQLException {
    return first(tx, QuoteRows::read, ROW + " AND digest=?", digest);
  }

  /** All that hold something now. */
  public static List<Row> all(Connection tx, int max) throws SQLException {
    return query(tx, QuoteRows::read, ROW + " ORDER BY until_at LIMIT ?", max);
  }

  public static void drop(Connection tx, Collection<Bytes32> digests) throws SQLException {
    quick(tx);
    update(
        tx,
        "DELETE FROM quotes WHERE digest=ANY(?)",
        tx.createArrayOf("bytea", digests.stream().map(Bytes32::toArray).toArray(byte[][]::new)));
  }

  public static void dropEnded(Connection tx) throws SQLException {
    quick(tx);
    update(tx, "DELETE FROM quotes WHERE until_at < clock_timestamp()");
  }

  private static void quick(Connection tx) throws SQLException {
    update(tx, "SET LOCAL synchronous_commit=off");
  }
}
