package network.assay.oracle.replay;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what we need of a Hugging Face tokenizer.json, bounded, and refuses any tokenizer that is
 * not BERT uncased.
 */
final class TokenizerJson {

  /**
   * Ours has 0.7 MB and 30,522 entries; the limits leave room for a larger vocabulary, not for a
   * bomb.
   */
  static final int BYTES_MAX = 4 << 20;

  private static final int TOKENS_MAX = 131_072;
  private static final int PIECE_CHARS_MAX = 200;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxDocumentLength(BYTES_MAX)
                          .maxNameLength(PIECE_CHARS_MAX)
                          .maxStringLength(1_024)
                          .maxNumberLength(20)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  private TokenizerJson() {}

  /** Piece → id. Ids are exactly 0..size-1. */
  static Map<String, Integer> vocabulary(byte[] json) {
    JsonNode root = parse(json);
    expect(root, "/model/type", "\"WordPiece\"");
    expect(root, "/model/unk_token", "\"[UNK]\"");
    expect(root, "/model/continuing_subword_prefix", "\"##\"");
    expect(root, "/model/max_input_chars_per_word", "100");
    expect(root, "/normalizer/type", "\"BertNormalizer\"");
    expect(root, "/normalizer/clean_text", "true");
    expect(root, "/normalizer/handle_chinese_chars", "true");
    expect(root, "/normalizer/strip_accents", "null");
    expect(root, "/normalizer/lowercase", "true");
    expect(root, "/pre_tokenizer/type", "\"BertPreTokenizer\"");
    return entries(root.at("/model/vocab"));
  }

  private static JsonNode parse(byte[] json) {
    if (json.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "want a tokenizer.json of at most " + BYTES_MAX + " bytes, got " + json.length);
    }
    try {
      return JSON.readTree(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "want a tokenizer.json, got: " + e.getOriginalMessage(), e);
    }
  }

  /** A rule we do not implement must be refused, not silently replaced by ours. */
  private static void expect(JsonNode root, String pointer, String want) {
    JsonNode got = root.at(pointer);
    if (got.isMissingNode() || !got.toString().equals(want)) {
      throw new IllegalArgumentException(
          "want "
              + want
              + " at "
              + pointer
              + " of tokenizer.json, got "
              + (got.isMissingNode() ? "nothing" : got));
    }
  }

  private static Map<String, Integer> entries(JsonNode vocab) {
    if (!vocab.isObject() || vocab.isEmpty() || vocab.size() > TOKENS_MAX) {
      throw new IllegalArgumentException(
          "want 1.." + TOKENS_MAX + " tokens in tokenizer.json, got " + vocab.size());
    }
    Map<String, Integer> entries = HashMap.newHashMap(vocab.size());
    boolean[] taken = new boolean[vocab.size()];
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      JsonNode id = entry.getValue();
      if (!id.isInt()
          || id.intValue() < 0
          || id.intValue() >= taken.length
          || taken[id.intValue()]) {
        throw new IllegalArgumentException(
            "want the ids 0.."
                + (taken.length - 1)
                + " once each, got "
                + id
                + " for \""
                + entry.getKey()
                + "\"");
      }
      taken[id.intValue()] = true;
      entries.put(entry.getKey(), id.intValue());
    }
    return entries;
  }
}
