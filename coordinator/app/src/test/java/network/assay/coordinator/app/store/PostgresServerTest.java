package network.assay.coordinator.app.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is committed survives the death of whoever started the server, and of the server. */
class PostgresServerTest {
  @TempDir Path folder;

  private static Connection connect(PostgresServer server) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
  }

  private static String ask(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static void run(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Process owner() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            PostgresOwner.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void aKilledOwnersServerIsAdoptedWithAllThatWasCommitted() throws Exception {
    Process owner = owner();
    long pid;
    try (BufferedReader out = owner.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      assertThat(line).startsWith("READY ");
      String[] parts = line.split(" ", -1);
      pid = Long.parseLong(parts[1]);
      assertThatThrownBy(() -> PostgresServer.start(folder))
          .isInstanceOf(StoreProblem.class)
          .hasMessageContaining("in use by another coordinator");
      String password = Files.readString(folder.resolve("password")).strip();
      try (Connection connection = DriverManager.getConnection(parts[2], "assay", password);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE t(v int)");
        statement.execute("INSERT INTO t VALUES (41), (42)");
      }
      owner.destroyForcibly();
      assertThat(owner.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ProcessHandle.of(pid)).as("the server outlives its killed owner").isPresent();
    try (PostgresServer server = PostgresServer.start(folder)) {
      assertThat(server.adopted()).isTrue();
      assertThat(server.pid()).isEqualTo(pid);
      assertThat(ask(server, "SELECT max(v) FROM t")).isEqualTo("42");
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aKilledServerRecoversAllThatWasCommitted() throws Exception {
    PostgresServer first = PostgresServer.start(folder);
    run(first, "CREATE TABLE t(v int)");
    run(first, "INSERT INTO t VALUES (7)");
    assertThat(ask(first, "SHOW fsync")).isEqualTo("on");
    assertThat(ask(first, "SHOW synchronous_commit")).isEqualTo("on");
    ProcessHandle process = ProcessHandle.of(first.pid()).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(10, TimeUnit.SECONDS);
    first.close();
    try (PostgresServer second = PostgresServer.start(folder)) {
      assertThat(second.adopted()).isFalse();
      assertThat(ask(second, "SELECT v FROM t")).isEqualTo("7");
    }
  }

  @Test
  void aPidThatIsNoServerOfThisFolderIsNeitherAdoptedNorStopped() throws Exception {
    try (PostgresServer server = PostgresServer.start(folder)) {
      run(server, "CREATE TABLE t(v int)");
    }
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      Files.writeString(
          folder.resolve("data/postmaster.pid"),
          stranger.pid() + "\n" + folder.resolve("data") + "\n0\n1\n\n127.0.0.1\n0 0\nready\n");
      try (PostgresServer server = PostgresServer.start(folder)) {
        assertThat(server.adopted()).isFalse();
        assertThat(stranger.isAlive()).isTrue();
        assertThat(ask(server, "SELECT count(*) FROM t")).isEqualTo("0");
      }
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void aWrongPasswordIsRefusedAndTheServerListensOnLoopbackOnly() throws Exception {
    try (PostgresServer server = PostgresServer.start(folder)) {
      assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), "assay", "wrong"))
          .isInstanceOf(SQLException.class);
      assertThat(ask(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    }
  }
}
