package network.assay.oracle.replay;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * From raw text to words, by the rules of BERT's uncased tokenizer: clean, space out ideographs,
 * strip accents, lower-case, split at white space and around punctuation.
 *
 * <p>Categories come from the running JDK's tables, for code points that Unicode 16.0 knows; every
 * other one counts as the same unknown letter, whatever a newer JDK thinks of it ({@link
 * Unicode16}).
 */
final class BertText {

  private BertText() {}

  /** The words of {@code text} in order, none empty; a punctuation mark is a word of its own. */
  static List<String> words(String text) {
    String plain = stripAccentsAndCase(spaceIdeographs(clean(text)));
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    plain
        .codePoints()
        .forEach(c -> {
          boolean punctuation = isPunctuation(c);
          if (punctuation || isWhiteSpace(c)) {
            flush(word, words);
          }
          if (punctuation) {
            words.add(Character.toString(c));
          } else if (!isWhiteSpace(c)) {
            word.appendCodePoint(c);
          }
        });
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private static String clean(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Unicode16.isAssigned(c) ? c : Unicode16.UNKNOWN_LETTER)
        .filter(c -> c != 0 && c != 0xFFFD && !isControl(c))
        .forEach(c -> out.appendCodePoint(isWhiteSpace(c) ? ' ' : c));
    return out.toString();
  }

  private static String spaceIdeographs(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          if (isIdeograph(c)) {
            out.append(' ').appendCodePoint(c).append(' ');
          } else {
            out.appendCodePoint(c);
          }
        });
    return out.toString();
  }

  private static String stripAccentsAndCase(String text) {
    String decomposed = Normalizer.normalize(text, Normalizer.Form.NFD);
    StringBuilder out = new StringBuilder(decomposed.length());
    // Letter by letter, as the models were trained: no special final sigma, no locale.
    decomposed
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .forEach(c -> out.appendCodePoint(Character.toLowerCase(c)));
    return out.toString();
  }

  /**
   * Tab and line ends count as white space; every other control, format, private or lone surrogate
   * goes.
   */
  private static boolean isControl(int c) {
    if (c == '\t' || c == '\n' || c == '\r') {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
      default -> false;
    };
  }

  /** Unicode's White_Space property, which neither isWhitespace nor isSpaceChar is. */
  private static boolean isWhiteSpace(int c) {
    return (c >= 0x09 && c <= 0x0D) || c == 0x85 || Character.isSpaceChar(c);
  }

  private static boolean isPunctuation(int c) {
    if ((c >= 33 && c <= 47)
        || (c >= 58 && c <= 64)
        || (c >= 91 && c <= 96)
        || (c >= 123 && c <= 126)) {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /**
   * The blocks that BERT's own tokenizer treats as one word a character; kana and hangul are not
   * among them.
   */
  private static boolean isIdeograph(int c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2B73F)
        || (c >= 0x2B740 && c <= 0x2B81F)
        || (c >= 0x2B920 && c <= 0x2CEAF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x2F800 && c <= 0x2FA1F);
  }
}
