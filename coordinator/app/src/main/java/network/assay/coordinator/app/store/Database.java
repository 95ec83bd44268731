package network.assay.coordinator.app.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/** The coordinator's database: our own durable server over a folder, or one of the operator's. */
public final class Database implements AutoCloseable {
  /** Requests, agents' calls and five loops; more would only queue inside the server. */
  private static final int CONNECTIONS_MAX = 16;

  private final @Nullable PostgresServer server;
  private final HikariDataSource source;

  private Database(@Nullable PostgresServer server, HikariDataSource source) {
    this.server = server;
    this.source = source;
  }

  /** A connection beside the pool, for LISTEN; the caller closes it. */
  Connection dedicated() throws SQLException {
    return DriverManager.getConnection(
        source.getJdbcUrl(), source.getUsername(), source.getPassword());
  }

  /** Work inside one transaction. */
  @FunctionalInterface
  public interface Work<T extends @Nullable Object> {
    T run(Connection tx) throws SQLException;
  }

  /** Reads one row. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Our own server over the folder; migrated to the newest schema. */
  public static Database embedded(Path folder) {
    PostgresServer server = PostgresServer.start(folder);
    try {
      return new Database(server, open(server.jdbcUrl(), server.user(), server.password()));
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** The operator's server, by a {@code jdbc:postgresql:} URL; migrated to the newest schema. */
  public static Database external(String url, String user, String password) {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new StoreProblem("want a databaseUrl that begins with jdbc:postgresql:");
    }
    return new Database(null, open(url, user, password));
  }

  private static HikariDataSource open(String url, String user, String password) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(CONNECTIONS_MAX);
    config.setMinimumIdle(2);
    config.setConnectionTimeout(10_000);
    config.setRegisterMbeans(false);
    config.setPoolName("coordinator");
    // A peer that vanished without a word must not keep a lease's row locked.
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.setConnectionInitSql("SET idle_in_transaction_session_timeout='10s'");
    HikariDataSource source = new HikariDataSource(config);
    try {
      refuseUnsafe(source);
      Flyway.configure(Database.class.getClassLoader())
          .dataSource(source)
          .locations("classpath:assay/coordinator/db")
          .table("coordinator_schema")
          .load()
          .migrate();
      return source;
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** Jobs are money: a server that may forget a commit is refused. */
  private static void refuseUnsafe(HikariDataSource source) {
    try (Connection connection = source.getConnection();
        PreparedStatement ask =
            connection.prepareStatement(
                "SELECT current_setting('fsync'), current_setting('synchronous_commit')");
        ResultSet row = ask.executeQuery()) {
      row.next();
      if (!row.getString(1).equals("on") || row.getString(2).equals("off")) {
        throw new StoreProblem(
            "the database may forget what it committed: want fsync on and synchronous_commit not off, got "
                + row.getString(1)
                + " and "
                + row.getString(2));
      }
    } catch (SQLException e) {
      throw new StoreProblem("the database does not answer", e);
    }
  }

  /**
   * Runs the work in one transaction: all of it is durable when this returns, or nothing.
   *
   * @throws StoreProblem where the database refuses
   */
  public <T extends @Nullable Object> T transaction(Work<T> work) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.run(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new StoreProblem("the database refused", e);
    }
  }

  /** All rows of a query. */
  public static <T> List<T> query(
      Connection tx, RowReader<T> reader, String sql, @Nullable Object... arguments)
      throws SQLException {
    try (PreparedStatement statement = tx.prepareStatement(sql)) {
      bind(statement, arguments);
      try (ResultSet rows = statement.executeQuery()) {
        List<T> out = new ArrayList<>();
        while (rows.next()) {
          out.add(reader.read(rows));
        }
        return out;
      }
    }
  }

  /** The first row of a query. */
  public static <T> Optional<T> first(
      Connection tx, RowReader<T> reader, String sql, @Nullable Object... arguments)
      throws SQLException {
    return query(tx, reader, sql, arguments).stream().findFirst();
  }

  /** Runs a statement; returns the number of rows that it touched. */
  public static int update(Connection tx, String sql, @Nullable Object... arguments)
      throws SQLException {
    try (PreparedStatement statement = tx.prepareStatement(sql)) {
      bind(statement, arguments);
      return statement.executeUpdate();
    }
  }

  private static void bind(PreparedStatement statement, @Nullable Object... arguments)
      throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      Object value = arguments[i];
      switch (value) {
        case null -> statement.setObject(i + 1, null);
        case Bytes32 bytes -> statement.setBytes(i + 1, bytes.toArray());
        case Address address -> statement.setBytes(i + 1, address.toArray());
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        case java.math.BigInteger big ->
            statement.setBigDecimal(i + 1, new java.math.BigDecimal(big));
        default -> statement.setObject(i + 1, value);
      }
    }
  }

  /** Whether the database answers now. */
  public boolean answers() {
    try (Connection connection = source.getConnection()) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public void close() {
    source.close();
    if (server != null) {
      server.close();
    }
  }
}
