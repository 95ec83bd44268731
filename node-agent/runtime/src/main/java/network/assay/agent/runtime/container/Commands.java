package network.assay.agent.runtime.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.assay.agent.execute.container.SandboxException;

/** Runs programs of this machine, with a bound on time and on what they may say. */
final class Commands {
  private static final int OUTPUT_MAX = 4 << 20;
  private static final int SHOWN_MAX = 500;

  private Commands() {}

  /**
   * What a program answered.
   *
   * @param out stdout, cut at 4 MiB
   * @param err stderr, cut likewise
   */
  record Answer(int exitCode, String out, String err) {
    boolean ok() {
      return exitCode == 0;
    }

    /** The end of what it complained about, for a message. */
    String complaint() {
      String all = (err.isBlank() ? out : err).strip();
      return all.length() > SHOWN_MAX ? "…" + all.substring(all.length() - SHOWN_MAX) : all;
    }
  }

  /** Runs it and waits; an exit code other than 0 is an answer, too. */
  static Answer run(Map<String, String> env, Duration patience, List<String> command)
      throws SandboxException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(env);
    Process process;
    try {
      process = builder.redirectInput(ProcessBuilder.Redirect.from(NOTHING)).start();
    } catch (IOException e) {
      throw new SandboxException(command.getFirst() + " cannot be run: " + e.getMessage(), e);
    }
    Collector out = new Collector(process.getInputStream());
    Collector err = new Collector(process.getErrorStream());
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new SandboxException(
            "want an answer within " + patience + " from " + shown(command) + ", got none");
      }
      return new Answer(process.exitValue(), out.text(), err.text());
    } finally {
      process.destroyForcibly();
    }
  }

  /** Runs it and wants exit code 0. */
  static String must(Duration patience, String... command)
      throws SandboxException, InterruptedException {
    List<String> words = Arrays.asList(command);
    Answer answer = run(Map.of(), patience, words);
    if (!answer.ok()) {
      throw new SandboxException(
          shown(words) + " failed with " + answer.exitCode() + ": " + answer.complaint());
    }
    return answer.out();
  }

  static String shown(List<String> command) {
    String all = String.join(" ", command);
    return all.length() > SHOWN_MAX ? all.substring(0, SHOWN_MAX) + "…" : all;
  }

  /** Where a program lies, by PATH and the usual places for administrators. */
  static Optional<Path> find(String program) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin";
    return Arrays.stream(path.split(":", -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static final java.io.File NOTHING = new java.io.File("/dev/null");

  /** Reads a stream to its end and keeps the beginning. */
  private static final class Collector {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final Thread thread;

    Collector(InputStream in) {
      thread = Thread.ofVirtual().start(() -> drain(in));
    }

    private void drain(InputStream in) {
      byte[] buffer = new byte[8192];
      try (in) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          synchronized (kept) {
            kept.write(buffer, 0, Math.min(read, OUTPUT_MAX - kept.size()));
          }
        }
      } catch (IOException e) {
        // The program is gone; what came is what there is.
      }
    }

    /** A grandchild may hold the stream open: what came within a second after the end counts. */
    String text() throws InterruptedException {
      thread.join(Duration.ofSeconds(1));
      synchronized (kept) {
        return kept.toString(UTF_8);
      }
    }
  }
}
