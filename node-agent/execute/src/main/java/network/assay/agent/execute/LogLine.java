package network.assay.agent.execute;

/**
 * What a job says while it runs; a hint for its consumer.
 *
 * @param seq from 0, without gaps; the same line has the same number after a restart
 * @param kind stdout, stderr or metric (then text is {@code name=value})
 * @param text at most {@link #CHARS_MAX} characters
 */
public record LogLine(int seq, long atMs, String kind, String text) {
  public static final int LINES_MAX = 20_000;
  public static final int CHARS_MAX = 4_096;
  public static final int AT_ONCE_MAX = 500;
}
