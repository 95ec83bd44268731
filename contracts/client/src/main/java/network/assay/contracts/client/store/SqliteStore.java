package network.assay.contracts.client.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * One SQLite file with one writer: write-ahead log, {@code synchronous=FULL} (a commit that
 * returned survives a power cut), foreign keys on, file mode 600. A lock file beside it refuses a
 * second process, for two writers with one key or one checkpoint would each be right alone and
 * wrong together.
 */
public final class SqliteStore implements Transactions, AutoCloseable {
  /** Long enough for a backup tool's read lock; a writer of ours never waits for another. */
  private static final int BUSY_TIMEOUT_MS = 5_000;

  private final Path file;
  private final FileChannel lockFile;
  private final Connection connection;
  private final ReentrantLock turn = new ReentrantLock(true);

  private SqliteStore(Path file, FileChannel lockFile, Connection connection) {
    this.file = file;
    this.lockFile = lockFile;
    this.connection = connection;
  }

  /**
   * Opens or makes the file and its folder.
   *
   * @throws StoreException where another process holds the file, or it is no database
   */
  public static SqliteStore open(Path file) {
    Path path = file.toAbsolutePath();
    FileChannel lock = lock(path);
    try {
      makePrivate(path);
      SQLiteConfig config = new SQLiteConfig();
      config.setJournalMode(SQLiteConfig.JournalMode.WAL);
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
      config.setBusyTimeout(BUSY_TIMEOUT_MS);
      config.enforceForeignKeys(true);
      config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
      Connection connection = config.createConnection("jdbc:sqlite:" + path);
      SqliteStore store = new SqliteStore(path, lock, connection);
      store.migrate("schema", List.of());
      connection.setAutoCommit(false);
      return store;
    } catch (SQLException | IOException | RuntimeException e) {
      closeQuietly(lock);
      throw e instanceof StoreException s
          ? s
          : new StoreException(
              "cannot open the store " + path.getFileName() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Applies what is new of a component's statements, each once and in order, in one transaction.
   * Statements already applied must never change; add to the end of the list.
   *
   * @throws StoreException where the file has more steps than the code knows: it was written by a
   *     newer version
   */
  public void migrate(String component, List<String> steps) {
    inTransaction(tx -> {
      try (Statement make = tx.createStatement()) {
        make.execute(
            "CREATE TABLE IF NOT EXISTS schema_step(component TEXT PRIMARY KEY, applied INTEGER NOT NULL) STRICT");
      }
      int applied = applied(tx, component);
      if (applied > steps.size()) {
        throw new StoreException(
            "the store "
                + file.getFileName()
                + " was written by a newer version: "
                + component
                + " has step "
                + applied
                + ", this program knows "
                + steps.size());
      }
      for (String step : steps.subList(applied, steps.size())) {
        try (Statement statement = tx.createStatement()) {
          statement.execute(step);
        }
      }
      try (PreparedStatement mark =
          tx.prepareStatement(
              "INSERT INTO schema_step VALUES(?,?) ON CONFLICT(component) DO UPDATE SET applied=excluded.applied")) {
        mark.setString(1, component);
        mark.setInt(2, steps.size());
        mark.executeUpdate();
      }
      return null;
    });
  }

  private static int applied(Connection tx, String component) throws SQLException {
    try (PreparedStatement ask =
        tx.prepareStatement("SELECT applied FROM schema_step WHERE component=?")) {
      ask.setString(1, component);
      try (ResultSet row = ask.executeQuery()) {
        return row.next() ? row.getInt(1) : 0;
      }
    }
  }

  @Override
  public <T extends @Nullable Object> T inTransaction(Work<T> work) {
    turn.lock();
    try {
      if (turn.getHoldCount() > 1) {
        throw new StoreException(
            "a transaction of the store " + file.getFileName() + " was begun inside another");
      }
      try {
        connection.setAutoCommit(false);
        T result = work.run(connection);
        connection.commit();
        return result;
      } catch (SQLException e) {
        rollback(e);
        throw new StoreException(
            "the store " + file.getFileName() + " refused: " + e.getMessage(), e);
      } catch (RuntimeException | Error e) {
        rollback(e);
        throw e;
      }
    } finally {
      turn.unlock();
    }
  }

  private void rollback(Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  public Path file() {
    return file;
  }

  @Override
  public void close() {
    turn.lock();
    try {
      connection.close();
    } catch (SQLException e) {
      throw new StoreException(
          "cannot close the store " + file.getFileName() + ": " + e.getMessage(), e);
    } finally {
      turn.unlock();
      closeQuietly(lockFile);
    }
  }

  private static FileChannel lock(Path path) {
    Path lockPath = path.resolveSibling(path.getFileName() + ".lock");
    try {
      Path folder = path.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel channel =
          FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() == null) {
          throw new OverlappingFileLockException();
        }
        return channel;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (OverlappingFileLockException e) {
      throw new StoreException(
          "the store " + path.getFileName() + " is in use by another process or twice in this one",
          e);
    } catch (IOException e) {
      throw new StoreException(
          "cannot lock the store " + path.getFileName() + ": " + e.getMessage(), e);
    }
  }

  private static void makePrivate(Path path) throws IOException {
    if (!Files.exists(path)) {
      Files.createFile(path);
    }
    if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process; there is nobody to tell.
    }
  }
}
