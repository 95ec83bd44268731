package network.assay.oracle.replay;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * BERT's uncased WordPiece tokenizer: text in, token ids out, the same on every machine.
 *
 * <p>A word is cut from the left into the longest pieces the vocabulary knows; a word that cannot
 * be cut so, or is longer than 100 characters, becomes [UNK]. The text "[SEP]" is five characters
 * like any others: text can never inject a special token.
 */
public final class WordPieceTokenizer {

  /**
   * A passage has at most 600 characters; this leaves room and keeps normalising hostile accents
   * cheap.
   */
  public static final int TEXT_CHARS_MAX = 8_192;

  private static final int WORD_CHARS_MAX = 100;

  private final Map<String, Integer> vocabulary;
  private final int unknown;
  private final int first;
  private final int last;
  private final int longestPiece;

  private WordPieceTokenizer(Map<String, Integer> vocabulary) {
    this.vocabulary = vocabulary;
    this.unknown = special("[UNK]");
    this.first = special("[CLS]");
    this.last = special("[SEP]");
    this.longestPiece = vocabulary.keySet().stream().mapToInt(String::length).max().orElseThrow();
  }

  /**
   * Reads the vocabulary out of a Hugging Face tokenizer.json.
   *
   * @throws IllegalArgumentException if it is not a bounded, uncased WordPiece tokenizer with
   *     [UNK], [CLS], [SEP]
   */
  public static WordPieceTokenizer read(byte[] tokenizerJson) {
    return new WordPieceTokenizer(TokenizerJson.vocabulary(tokenizerJson));
  }

  /**
   * Token ids of {@code text}: [CLS], the pieces, [SEP]; what would go past {@code tokensMax} in
   * all is dropped.
   *
   * @param tokensMax at least 2
   * @throws IllegalArgumentException if the text is longer than {@link #TEXT_CHARS_MAX} UTF-16
   *     units
   */
  public int[] encode(String text, int tokensMax) {
    if (tokensMax < 2) {
      throw new IllegalArgumentException(
          "want room for [CLS] and [SEP], 2 tokens, got " + tokensMax);
    }
    if (text.length() > TEXT_CHARS_MAX) {
      throw new IllegalArgumentException(
          "want a passage of at most " + TEXT_CHARS_MAX + " UTF-16 units, got " + text.length());
    }
    Pieces pieces = new Pieces(tokensMax - 2);
    for (String word : BertText.words(text)) {
      if (pieces.full()) {
        break;
      }
      cut(word, pieces);
    }
    return pieces.between(first, last);
  }

  /** All pieces of one word, or one [UNK]: half a word is never emitted. */
  private void cut(String word, Pieces pieces) {
    if (word.codePointCount(0, word.length()) > WORD_CHARS_MAX) {
      pieces.add(unknown);
      return;
    }
    int[] wordPieces = new int[WORD_CHARS_MAX];
    int count = 0;
    for (int start = 0; start < word.length(); ) {
      Match match = longestMatch(word, start);
      if (match == null) {
        pieces.add(unknown);
        return;
      }
      wordPieces[count++] = match.id;
      start = match.end;
    }
    for (int i = 0; i < count; i++) {
      pieces.add(wordPieces[i]);
    }
  }

  /** A known piece and where it ends in the word, exclusive. */
  private record Match(int id, int end) {}

  /** The longest known piece that starts at {@code start}, or null. */
  private @Nullable Match longestMatch(String word, int start) {
    int end = Math.min(word.length(), start + longestPiece);
    for (; end > start; end--) {
      Integer id = splitsPair(word, end) ? null : vocabulary.get(piece(word, start, end));
      if (id != null) {
        return new Match(id, end);
      }
    }
    return null;
  }

  private static boolean splitsPair(String word, int end) {
    return end < word.length()
        && Character.isLowSurrogate(word.charAt(end))
        && Character.isHighSurrogate(word.charAt(end - 1));
  }

  private static String piece(String word, int start, int end) {
    String part = word.substring(start, end);
    return start == 0 ? part : "##" + part;
  }

  private int special(String token) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw new IllegalArgumentException("want a vocabulary with " + token + ", got one without");
    }
    return id;
  }

  /** How many tokens the vocabulary knows. */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /** A bounded list of ids: everything past its capacity is dropped. */
  private static final class Pieces {
    private final int[] ids;
    private int count;

    Pieces(int capacity) {
      ids = new int[capacity];
    }

    boolean full() {
      return count == ids.length;
    }

    void add(int id) {
      if (!full()) {
        ids[count++] = id;
      }
    }

    int[] between(int first, int last) {
      int[] all = new int[count + 2];
      all[0] = first;
      System.arraycopy(ids, 0, all, 1, count);
      all[count + 1] = last;
      return all;
    }
  }
}
