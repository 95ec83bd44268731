package network.assay.agent.runtime.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.ContentHasher;

/** The log of a run: a pipe into a file that ends one byte after the limit. */
final class Logs {
  private static final long DROP_PATIENCE_NS = 20_000_000_000L;

  private Logs() {}

  /**
   * A command that starts {@code inner} with stdout and stderr going to the run's log. It works on
   * when we are gone; whoever writes beyond the limit writes into a closed pipe.
   */
  static List<String> piped(RunFolder folder, int logBytesMax, List<String> inner) {
    String script =
        "rm -f \"$1\" && mkfifo -m 600 \"$1\" || exit 125; pipe=$1;"
            + " stdbuf -o0 head -c \"$2\" <\"$1\" >>\"$3\" 2>/dev/null & shift 3;"
            // Conmon leaves files in the folder that it was started in.
            + " cd \"${pipe%/*}\" && exec \"$@\" >\"$pipe\" 2>&1 </dev/null";
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                "setsid",
                "sh",
                "-c",
                script,
                "sh",
                folder.logPipe().toString(),
                Integer.toString(logBytesMax + 1),
                folder.log().toString()));
    command.addAll(inner);
    return command;
  }

  /** Takes away what the engine itself said, so many bytes, before the container is started. */
  static void drop(Path log, int bytes) throws IOException, InterruptedException {
    long endNs = System.nanoTime() + DROP_PATIENCE_NS;
    while (!Files.exists(log) || Files.size(log) < bytes) {
      if (System.nanoTime() > endNs) {
        throw new IOException("want the engine's " + bytes + " bytes in " + log + ", got fewer");
      }
      Thread.sleep(2);
    }
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      FileChannel _ = channel.truncate(0);
    }
  }

  /** Cuts the log to its limit and says what is kept. */
  static ContainerOutcome.Log keep(Path log, int logBytesMax) throws IOException {
    if (!Files.exists(log)) {
      return ContainerOutcome.Log.empty();
    }
    boolean cut = Files.size(log) > logBytesMax;
    if (cut) {
      try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
        FileChannel _ = channel.truncate(logBytesMax);
      }
    }
    ContentHasher hasher = new ContentHasher();
    try (InputStream in = Files.newInputStream(log)) {
      long _ = in.transferTo(hasher);
    }
    return new ContainerOutcome.Log(hasher.length(), cut, hasher.root());
  }

  /** The end of a log, for a message. */
  static String tail(Path log) throws IOException {
    if (!Files.exists(log)) {
      return "";
    }
    String text =
        new String(Files.readAllBytes(log), java.nio.charset.StandardCharsets.UTF_8).strip();
    return text.length() > 500 ? "…" + text.substring(text.length() - 500) : text;
  }
}
