package network.assay.testchain.devnet;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * Tells a person what happens, with the seconds since the start; never on standard output, which
 * belongs to the result.
 */
public final class Progress {
  private final PrintWriter out;
  private final long startNs = System.nanoTime();

  public Progress(PrintWriter out) {
    this.out = out;
  }

  public synchronized void say(String sentence) {
    out.println(String.format(Locale.ROOT, "[%5.1f s] %s", seconds(), sentence));
    out.flush();
  }

  public double seconds() {
    return (System.nanoTime() - startNs) / 1e9;
  }
}
