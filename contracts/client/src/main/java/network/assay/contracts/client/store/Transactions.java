package network.assay.contracts.client.store;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Runs work in one database transaction. {@link SqliteStore} is one; over PostgreSQL it is a few
 * lines around a DataSource.
 */
@FunctionalInterface
public interface Transactions {

  /**
   * What runs inside the transaction. It must neither commit, roll back nor close the connection.
   */
  @FunctionalInterface
  interface Work<T extends @org.jspecify.annotations.Nullable Object> {
    T run(Connection tx) throws SQLException;
  }

  /**
   * Effects: commits everything that the work wrote, durably, or nothing where it throws.
   *
   * @throws StoreException where the database refuses; an unchecked exception of the work passes
   *     through after the roll-back
   */
  <T extends @org.jspecify.annotations.Nullable Object> T inTransaction(Work<T> work);
}
