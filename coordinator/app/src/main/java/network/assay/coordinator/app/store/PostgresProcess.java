package network.assay.coordinator.app.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How PostgreSQL's programs are started and stopped. */
final class PostgresProcess {
  private static final Duration STOP_MAX = Duration.ofSeconds(30);

  private PostgresProcess() {}

  /**
   * PostgreSQL refuses to run as root. In a user name space of its own it is nobody, and the files
   * that it makes still belong to whoever started it.
   */
  static List<String> asUnprivileged(String program) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(program);
    return command;
  }

  static ProcessBuilder redirected(List<String> command, Path log) {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
  }

  /**
   * Asks for a fast shutdown (SIGINT), and kills only what does not heed it; a crash recovery at
   * the next start then brings back all that was committed.
   */
  static void stop(ProcessHandle process) {
    signal(process, "INT");
    if (!exited(process, STOP_MAX)) {
      signal(process, "QUIT");
      if (!exited(process, STOP_MAX)) {
        process.destroyForcibly();
      }
    }
  }

  private static void signal(ProcessHandle process, String name) {
    if (!process.isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(5, TimeUnit.SECONDS);
    } catch (IOException e) {
      process.destroy(); // SIGTERM waits for clients, but ends all the same
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean exited(ProcessHandle process, Duration max) {
    long until = System.nanoTime() + max.toNanos();
    while (process.isAlive() && System.nanoTime() < until) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return !process.isAlive();
      }
    }
    return !process.isAlive();
  }
}
