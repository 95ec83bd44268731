package network.assay.contracts.protocol.work;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a job's input into passages, the units of an embeddings job. Provider and oracles must get
 * the very same list, so every step is fixed here and depends on no Unicode table, locale or
 * platform:
 *
 * <ol>
 *   <li>The input is strict UTF-8 of at most {@value #INPUT_BYTES_MAX} bytes: overlong forms, lone
 *       surrogates, and truncated sequences are refused, never replaced. A byte order mark is a
 *       character like any other.
 *   <li>CR LF and a lone CR become LF. <em>White space</em> is exactly U+0009..000D, 0020, 0085,
 *       00A0, 1680, 2000..200A, 2028, 2029, 202F, 205F, 3000.
 *   <li>A line of nothing but white space is blank; blank lines separate paragraphs. Inside a
 *       paragraph each run of white space, line ends included, becomes one space; at its ends it
 *       goes.
 *   <li>While a paragraph has more than {@value #PASSAGE_CODE_POINTS_MAX} code points: cut it at
 *       the last sentence end that leaves a piece of 1..{@value #PASSAGE_CODE_POINTS_MAX}, else at
 *       the last such space, else after exactly that many. A sentence ends after one of {@code . !
 *       ?} or U+2026 that a space follows, and after U+3002, U+FF01, U+FF1F. The space at the cut
 *       belongs to neither side.
 *   <li>No passage at all, or more than {@value #PASSAGES_MAX}, is refused.
 * </ol>
 *
 * <p>Lengths count code points, not UTF-16 units or bytes.
 */
public final class Passages {

  /** Longest input, bytes: what each oracle stores and cuts for every job. */
  public static final int INPUT_BYTES_MAX = 256 * 1024;

  /** Longest passage, code points: about 150 tokens of English, inside the model's 256. */
  public static final int PASSAGE_CODE_POINTS_MAX = 600;

  /** Most passages in one job: bounds an oracle's bookkeeping per job. */
  public static final int PASSAGES_MAX = 4_096;

  private Passages() {}

  /** Why an input is no list of passages. */
  public enum Reason {
    /** More than {@link #INPUT_BYTES_MAX} bytes. */
    INPUT_TOO_LONG,
    /** Bytes that are not UTF-8. */
    NOT_UTF8,
    /** Nothing but white space. */
    NO_PASSAGE,
    /** More than {@link #PASSAGES_MAX} passages. */
    TOO_MANY_PASSAGES
  }

  /** An input that cannot be cut; the message says what was wanted and what came. */
  public static final class RefusedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** Why. */
    private final Reason reason;

    RefusedException(Reason reason, String message) {
      super(message);
      this.reason = reason;
    }

    /** Why, for programs. */
    public Reason reason() {
      return reason;
    }
  }

  /**
   * The passages of {@code utf8}, in order.
   *
   * @return 1..{@link #PASSAGES_MAX} passages of 1..{@link #PASSAGE_CODE_POINTS_MAX} code points
   * @throws RefusedException if the input is too long, not UTF-8, empty, or holds too many
   */
  public static List<String> split(byte[] utf8) {
    if (utf8.length > INPUT_BYTES_MAX) {
      throw new RefusedException(
          Reason.INPUT_TOO_LONG,
          "want an input of at most " + INPUT_BYTES_MAX + " bytes, got " + utf8.length);
    }
    List<String> passages = new ArrayList<>();
    for (String paragraph : paragraphs(decode(utf8))) {
      cut(paragraph.codePoints().toArray(), passages);
    }
    if (passages.isEmpty()) {
      throw new RefusedException(
          Reason.NO_PASSAGE, "want at least one passage, got nothing but white space");
    }
    return List.copyOf(passages);
  }

  private static String decode(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(utf8))
          .toString();
    } catch (CharacterCodingException e) {
      throw new RefusedException(
          Reason.NOT_UTF8, "want UTF-8 text, got bytes that are not: " + e.getMessage());
    }
  }

  private static List<String> paragraphs(String text) {
    List<String> paragraphs = new ArrayList<>();
    StringBuilder paragraph = new StringBuilder();
    for (String line : text.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1)) {
      int before = paragraph.length();
      appendWords(line, paragraph);
      if (paragraph.length() == before && before > 0) {
        paragraphs.add(paragraph.toString());
        paragraph.setLength(0);
      }
    }
    if (!paragraph.isEmpty()) {
      paragraphs.add(paragraph.toString());
    }
    return paragraphs;
  }

  /** Appends the words of a line, one space before each but the paragraph's first. */
  private static void appendWords(String line, StringBuilder paragraph) {
    boolean between = true;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i); // all white space lies in the basic plane
      if (isWhiteSpace(c)) {
        between = true;
        continue;
      }
      if (between && !paragraph.isEmpty()) {
        paragraph.append(' ');
      }
      between = false;
      paragraph.append(c);
    }
  }

  private static void cut(int[] paragraph, List<String> passages) {
    int start = 0;
    while (start < paragraph.length) {
      int end = end(paragraph, start);
      if (passages.size() == PASSAGES_MAX) {
        throw new RefusedException(
            Reason.TOO_MANY_PASSAGES, "want at most " + PASSAGES_MAX + " passages, got more");
      }
      passages.add(new String(paragraph, start, end - start));
      start = end < paragraph.length && paragraph[end] == ' ' ? end + 1 : end;
    }
  }

  /** Where the passage that starts at {@code start} ends, exclusive. */
  private static int end(int[] paragraph, int start) {
    int limit = start + PASSAGE_CODE_POINTS_MAX;
    if (paragraph.length <= limit) {
      return paragraph.length;
    }
    for (int end = limit; end > start; end--) {
      if (endsSentence(paragraph[end - 1], paragraph[end])) {
        return end;
      }
    }
    for (int end = limit; end > start; end--) {
      if (paragraph[end] == ' ') {
        return end;
      }
    }
    return limit;
  }

  private static boolean endsSentence(int last, int next) {
    return switch (last) {
      case '.', '!', '?', 0x2026 -> next == ' ';
      case 0x3002, 0xFF01, 0xFF1F -> true;
      default -> false;
    };
  }

  private static boolean isWhiteSpace(char c) {
    return (c >= 0x09 && c <= 0x0D)
        || c == 0x20
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }
}
