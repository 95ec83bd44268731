package network.assay.coordinator.app.api;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One range of bytes as RFC 9110 section 14 has it.
 *
 * @param from the first byte
 * @param to the last one, inclusive
 */
record ByteRange(long from, long to) {
  private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  long length() {
    return to - from + 1;
  }

  /**
   * Reads a header. What is no single range of bytes is passed over, as the RFC wants it.
   *
   * @throws Unsatisfiable where nothing of {@code total} lies in it
   */
  static Optional<ByteRange> parse(String header, long total) throws Unsatisfiable {
    Matcher parts = ONE.matcher(header.replace(" ", ""));
    if (!parts.matches() || (parts.group(1).isEmpty() && parts.group(2).isEmpty())) {
      return Optional.empty();
    }
    long from;
    long to = total - 1;
    if (parts.group(1).isEmpty()) { // the last so many
      from = Math.max(0, total - Long.parseLong(parts.group(2)));
    } else {
      from = Long.parseLong(parts.group(1));
      if (!parts.group(2).isEmpty()) {
        long end = Long.parseLong(parts.group(2));
        if (end < from) {
          return Optional.empty();
        }
        to = Math.min(to, end);
      }
    }
    if (from > to) {
      throw new Unsatisfiable();
    }
    return Optional.of(new ByteRange(from, to));
  }

  /** Nothing that there is lies in the range. */
  static final class Unsatisfiable extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
