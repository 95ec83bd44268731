package network.assay.coordinator.app.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own over one folder, durable: {@code fsync} and {@code synchronous_commit}
 * are on, nothing is ever cleaned away. The usual embedded starters turn both off and leave the
 * server behind when their process is killed; so this one starts the programs itself.
 *
 * <p>The folder has one owner at a time, by a file lock that dies with its process. Whoever holds
 * it and finds a server of an earlier owner still running over the same data (that owner was
 * killed) adopts it, or stops it where it does not answer.
 *
 * <p>It listens on 127.0.0.1 only, on a port of its own choice, and asks for a password that only
 * the folder's owner can read.
 */
public final class PostgresServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
  private static final Duration START_MAX = Duration.ofSeconds(90);
  private static final String USER = "assay";

  private final Path data;
  private final FileChannel lock;
  private final ProcessHandle process;
  private final int port;
  private final String password;
  private final boolean adopted;

  private PostgresServer(
      Path data,
      FileChannel lock,
      ProcessHandle process,
      int port,
      String password,
      boolean adopted) {
    this.data = data;
    this.lock = lock;
    this.process = process;
    this.port = port;
    this.password = password;
    this.adopted = adopted;
  }

  /**
   * Starts or adopts the server of a folder; the folder is made where it lacks.
   *
   * @throws StoreProblem where another process owns the folder, or the server does not start
   */
  public static PostgresServer start(Path home) {
    try {
      Path root = Files.createDirectories(home.toAbsolutePath()).toRealPath();
      FileChannel lock = lock(root);
      try {
        return start(root, lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StoreProblem("cannot start the database in " + home.getFileName(), e);
    }
  }

  private static PostgresServer start(Path root, FileChannel lock) throws IOException {
    Path programs = PostgresBinaries.unpackInto(root);
    Path data = root.resolve("data");
    String password = password(root.resolve("password"));
    if (!Files.exists(data.resolve("PG_VERSION"))) {
      initialise(root, programs, data);
    }
    Optional<PostgresServer> old = adopt(data, lock, password);
    if (old.isPresent()) {
      return old.get();
    }
    int port = freePort();
    Process process = launch(root, programs, data, port);
    awaitReady(process.toHandle(), port, password, root);
    return new PostgresServer(data, lock, process.toHandle(), port, password, false);
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve("owner.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new OverlappingFileLockException();
      }
      return channel;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new StoreProblem(
          "the database folder "
              + root.getFileName()
              + " is in use by another coordinator; give each its own dataFolder");
    }
  }

  private static String password(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] secret = new byte[24];
      new SecureRandom().nextBytes(secret);
      Files.writeString(file, HexFormat.of().formatHex(secret));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return Files.readString(file).strip();
  }

  /** A folder that initdb did not finish has no name yet, so that it is never taken for whole. */
  private static void initialise(Path root, Path programs, Path data) throws IOException {
    Path fresh = root.resolve("data-new");
    if (Files.exists(fresh)) {
      PostgresBinaries.deleteTree(fresh);
    }
    List<String> command =
        PostgresProcess.asUnprivileged(programs.resolve("bin/initdb").toString());
    command.addAll(
        List.of(
            "-D",
            fresh.toString(),
            "-U",
            USER,
            "-E",
            "UTF8",
            "--locale=C",
            "--auth=scram-sha-256",
            "--pwfile=" + root.resolve("password")));
    Process initdb = PostgresProcess.redirected(command, root.resolve("initdb.log")).start();
    try {
      if (!initdb.waitFor(START_MAX.toSeconds(), TimeUnit.SECONDS) || initdb.exitValue() != 0) {
        initdb.destroyForcibly();
        throw new StoreProblem("initdb failed; see " + root.getFileName() + "/initdb.log");
      }
    } catch (InterruptedException e) {
      initdb.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new StoreProblem("interrupted while initdb ran");
    }
    Files.move(fresh, data, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private static Optional<PostgresServer> adopt(Path data, FileChannel lock, String password)
      throws IOException {
    Optional<PostmasterPid> pid = PostmasterPid.read(data);
    Optional<ProcessHandle> process = pid.flatMap(found -> found.process(data));
    if (pid.isEmpty() || process.isEmpty()) {
      if (pid.flatMap(found -> ProcessHandle.of(found.pid())).isPresent()) {
        // The number was given out again: PostgreSQL would take the stranger for a server of its
        // own.
        Files.delete(data.resolve(PostmasterPid.FILE));
      }
      return Optional.empty();
    }
    int port = pid.get().port();
    if (pid.get().ready() && answers(port, password)) {
      LOG.info("adopted the database server {} that an earlier coordinator left", pid.get().pid());
      return Optional.of(new PostgresServer(data, lock, process.get(), port, password, true));
    }
    LOG.warn("the database server {} of an earlier coordinator does not answer", pid.get().pid());
    PostgresProcess.stop(process.get());
    return Optional.empty();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Process launch(Path root, Path programs, Path data, int port) throws IOException {
    List<String> command =
        PostgresProcess.asUnprivileged(programs.resolve("bin/postgres").toString());
    command.addAll(
        List.of(
            "-D",
            data.toString(),
            "-p",
            String.valueOf(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "fsync=on",
            "-c",
            "synchronous_commit=on",
            "-c",
            "full_page_writes=on",
            "-c",
            "max_connections=64",
            "-c",
            "shared_buffers=64MB",
            "-c",
            "timezone=UTC",
            "-c",
            "log_min_messages=warning"));
    return PostgresProcess.redirected(command, root.resolve("postgres.log")).start();
  }

  private static void awaitReady(ProcessHandle process, int port, String password, Path root) {
    long until = System.nanoTime() + START_MAX.toNanos();
    while (!answers(port, password)) {
      if (!process.isAlive() || System.nanoTime() > until) {
        PostgresProcess.stop(process);
        throw new StoreProblem(
            "PostgreSQL did not start; see " + root.getFileName() + "/postgres.log");
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        PostgresProcess.stop(process);
        Thread.currentThread().interrupt();
        throw new StoreProblem("interrupted while PostgreSQL started");
      }
    }
  }

  private static boolean answers(int port, String password) {
    Properties properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("socketTimeout", "5");
    try (Connection connection = DriverManager.getConnection(url(port), properties)) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  private static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  public String jdbcUrl() {
    return url(port);
  }

  public String user() {
    return USER;
  }

  public String password() {
    return password;
  }

  /** Whether the server was already running when we came. */
  public boolean adopted() {
    return adopted;
  }

  /** The server's process id. */
  public long pid() {
    return process.pid();
  }

  /** The folder that holds the tables. */
  public Path dataFolder() {
    return data;
  }

  /** Stops the server: open transactions are rolled back, everything committed is on disk. */
  @Override
  public void close() {
    PostgresProcess.stop(process);
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("the lock of the database folder goes with this process: {}", e.getMessage());
    }
  }
}
