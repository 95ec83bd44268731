package network.assay.oracle.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Which code points Unicode 16.0 knows. The running JDK's tables grow with every release; were they
 * used as they are, a consumer could order text with a character so new that agent and oracle cut
 * it into different tokens, and have an honest provider slashed. What 16.0 does not know therefore
 * counts as one and the same unknown letter.
 */
final class Unicode16 {

  /**
   * A noncharacter: assigned by no future version, in no vocabulary, without case, accent or
   * decomposition.
   */
  static final int UNKNOWN_LETTER = 0x10FFFF;

  private static final int[] FIRST;
  private static final int[] LAST;

  static {
    List<String> ranges = table().lines().filter(line -> !line.startsWith("#")).toList();
    FIRST =
        ranges.stream().mapToInt(range -> hex(range.substring(0, range.indexOf('.')))).toArray();
    LAST =
        ranges.stream()
            .mapToInt(range -> hex(range.substring(range.lastIndexOf('.') + 1)))
            .toArray();
  }

  private Unicode16() {}

  /** Whether Unicode 16.0 has assigned this code point. */
  static boolean isAssigned(int codePoint) {
    int found = Arrays.binarySearch(FIRST, codePoint);
    int range = found >= 0 ? found : -found - 2;
    return range < 0 || codePoint > LAST[range];
  }

  private static int hex(String digits) {
    return Integer.parseInt(digits, 16);
  }

  private static String table() {
    try (InputStream in = Unicode16.class.getResourceAsStream("unassigned-unicode-16.txt")) {
      if (in == null) {
        throw new IllegalStateException(
            "want unassigned-unicode-16.txt beside the tokenizer, got nothing there");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read unassigned-unicode-16.txt", e);
    }
  }
}
