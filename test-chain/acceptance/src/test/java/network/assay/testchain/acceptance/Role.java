package network.assay.testchain.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.assay.testchain.devnet.JavaCommand;

/**
 * One role in an operating-system process of its own, started from its configuration file as an
 * operator would.
 */
final class Role implements AutoCloseable {
  private final String main;
  private final String word;
  private final Path config;
  private Process process;

  Role(String main, String word, Path config) throws IOException {
    this.main = main;
    this.word = word;
    this.config = config;
    this.process = spawn();
  }

  private Process spawn() throws IOException {
    List<String> command = new ArrayList<>(JavaCommand.same());
    command.add("-Dassay.log=" + config.resolveSibling("process.log"));
    command.addAll(List.of(main, word, "up", "--config", config.toString()));
    return new ProcessBuilder(command)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(config.resolveSibling("process.out").toFile()))
        .start();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends the story at once, with the process's last words, where it died without being killed. */
  void requireAlive() {
    if (process.isAlive()) {
      return;
    }
    try {
      List<String> lines = Files.readAllLines(config.resolveSibling("process.out"));
      throw new AssertionError(
          word
              + " ended by itself: "
              + String.join("\n", lines.subList(0, Math.min(lines.size(), 12))));
    } catch (IOException e) {
      throw new AssertionError(word + " ended by itself", e);
    }
  }

  /** kill -9: no shutdown hook runs, nothing is flushed. */
  void kill() {
    process.destroyForcibly();
    if (!ended(10)) {
      throw new IllegalStateException(word + " survived SIGKILL");
    }
  }

  private boolean ended(long limitS) {
    try {
      return process.waitFor(limitS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void restart() throws IOException {
    process = spawn();
  }

  @Override
  public void close() {
    process.destroy();
    if (!ended(20)) {
      kill();
    }
  }
}
