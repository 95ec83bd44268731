package network.assay.agent.execute.container;

import java.util.regex.Pattern;

/** What a stranger's words must look like before they become part of a command or a path. */
final class Texts {
  private static final int SHOWN_MAX = 80;
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
  private static final int PATH_MAX = 200;
  private static final int DEPTH_MAX = 8;

  private Texts() {}

  /** A stranger's text, short enough for a message, control characters made visible. */
  static String cut(String text) {
    String shown = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
    return shown.replaceAll("\\p{Cntrl}", "�");
  }

  /** Refuses a path that is not relative, short and plain. */
  static void requirePath(String what, String path) {
    String[] segments = path.split("/", -1);
    boolean plain = path.length() <= PATH_MAX && segments.length <= DEPTH_MAX;
    for (String segment : segments) {
      plain &= SEGMENT.matcher(segment).matches();
    }
    if (!plain) {
      throw new IllegalArgumentException(
          "want "
              + what
              + " as a relative path of at most "
              + DEPTH_MAX
              + " plain names (letters, digits, . _ -), got \""
              + cut(path)
              + "\"");
    }
  }

  static void requireNoNul(String what, String text, int lengthMax) {
    if (text.indexOf('\0') >= 0 || text.length() > lengthMax) {
      throw new IllegalArgumentException(
          "want "
              + what
              + " of at most "
              + lengthMax
              + " characters without NUL, got \""
              + cut(text)
              + "\"");
    }
  }
}
