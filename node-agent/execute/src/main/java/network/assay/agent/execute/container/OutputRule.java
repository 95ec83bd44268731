package network.assay.agent.execute.container;

/**
 * What is taken from below {@code /assay/out} at the end: a regular file, or all regular files
 * below a folder. Anything else there (links, pipes, devices) makes the whole result refused; what
 * was not declared stays behind.
 *
 * @param path relative, at most 8 plain names
 * @param filesMax at most so many files
 * @param bytesMax at most so many bytes, all files together
 */
public record OutputRule(String path, int filesMax, long bytesMax) {
  public static final int FILES_MAX = 10_000;

  public OutputRule {
    Texts.requirePath("an output", path);
    if (filesMax < 1 || filesMax > FILES_MAX || bytesMax < 0) {
      throw new IllegalArgumentException(
          "want an output of 1 to "
              + FILES_MAX
              + " files and 0 bytes or more, got "
              + filesMax
              + " and "
              + bytesMax);
    }
  }
}
