package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.first;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.SQLException;
import network.assay.contracts.protocol.Address;

/** Whose database this is: all coordinators on it are the same matcher of the same market. */
public final class Served {
  private Served() {}

  /**
   * Writes it down the first time.
   *
   * @throws StoreProblem where the database is another's
   */
  public static void claim(Connection tx, long chainId, Address market, Address matcher)
      throws SQLException {
    update(
        tx,
        "INSERT INTO served(chain_id, market, matcher) VALUES (?,?,?) ON CONFLICT DO NOTHING",
        chainId,
        market,
        matcher);
    String want = text(chainId, market, matcher);
    String got =
        first(
                tx,
                row ->
                    text(row.getLong(1), Address.of(row.getBytes(2)), Address.of(row.getBytes(3))),
                "SELECT chain_id, market, matcher FROM served")
            .orElseThrow();
    if (!got.equals(want)) {
      throw new StoreProblem(
          "the database serves "
              + got
              + ", this coordinator is "
              + want
              + ": coordinators that share a database share key and deployment");
    }
  }

  private static String text(long chainId, Address market, Address matcher) {
    return "matcher " + matcher + " of market " + market + " on chain " + chainId;
  }
}
