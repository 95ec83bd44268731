package network.assay.coordinator.app.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a running PostgreSQL says of itself in {@code postmaster.pid}. Source: PostgreSQL, "Database
 * File Layout" and src/include/utils/pidfile.h: line 1 process id, 2 data directory, 4 port, 8
 * status.
 *
 * @param port TCP port
 * @param ready the server takes connections
 */
record PostmasterPid(long pid, int port, boolean ready) {
  static final String FILE = "postmaster.pid";

  /** Empty where there is no such file, or not yet all of it. */
  static Optional<PostmasterPid> read(Path dataFolder) {
    try {
      List<String> lines = Files.readAllLines(dataFolder.resolve(FILE));
      if (lines.size() < 8) {
        return Optional.empty();
      }
      return Optional.of(
          new PostmasterPid(
              Long.parseLong(lines.get(0).strip()),
              Integer.parseInt(lines.get(3).strip()),
              lines.get(7).strip().equals("ready")));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * The living process that the file means. A pid alone proves nothing, as the system gives numbers
   * out again: the process must be a postgres that was started over this very data folder.
   */
  Optional<ProcessHandle> process(Path dataFolder) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> {
          List<String> line = commandLine();
          return !line.isEmpty()
              && Path.of(line.getFirst()).endsWith("postgres")
              && line.contains(dataFolder.toString());
        });
  }

  private List<String> commandLine() {
    try {
      String raw = Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline"));
      return List.of(raw.split("\0", -1));
    } catch (IOException e) {
      return List.of();
    }
  }
}
