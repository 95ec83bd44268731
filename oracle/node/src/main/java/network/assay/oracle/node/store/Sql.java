package network.assay.oracle.node.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.client.store.StoreException;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Signature;
import org.jspecify.annotations.Nullable;

/**
 * The few lines between a statement with its arguments and JDBC. Protocol values are stored as
 * their bytes.
 */
final class Sql {
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private Sql() {}

  /** Rows changed. */
  static int update(Connection tx, String statement, @Nullable Object... args) {
    try (PreparedStatement prepared = prepare(tx, statement, args)) {
      return prepared.executeUpdate();
    } catch (SQLException e) {
      throw new StoreException("write refused: " + e.getMessage(), e);
    }
  }

  static <T> List<T> list(Connection tx, Row<T> mapper, String query, @Nullable Object... args) {
    try (PreparedStatement prepared = prepare(tx, query, args);
        ResultSet rows = prepared.executeQuery()) {
      List<T> out = new ArrayList<>();
      while (rows.next()) {
        out.add(mapper.read(rows));
      }
      return out;
    } catch (SQLException e) {
      throw new StoreException("read refused: " + e.getMessage(), e);
    }
  }

  static <T> Optional<T> one(Connection tx, Row<T> mapper, String query, @Nullable Object... args) {
    List<T> rows = list(tx, mapper, query, args);
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
  }

  static boolean exists(Connection tx, String query, @Nullable Object... args) {
    return one(tx, row -> true, query, args).isPresent();
  }

  private static PreparedStatement prepare(
      Connection tx, String statement, @Nullable Object... args) throws SQLException {
    PreparedStatement prepared = tx.prepareStatement(statement);
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case null -> prepared.setObject(i + 1, null);
        case Bytes32 value -> prepared.setBytes(i + 1, value.toArray());
        case Address value -> prepared.setBytes(i + 1, value.toArray());
        case Signature value -> prepared.setBytes(i + 1, value.toArray());
        case byte[] value -> prepared.setBytes(i + 1, value);
        case Boolean value -> prepared.setInt(i + 1, value ? 1 : 0);
        default -> prepared.setObject(i + 1, args[i]);
      }
    }
    return prepared;
  }
}
