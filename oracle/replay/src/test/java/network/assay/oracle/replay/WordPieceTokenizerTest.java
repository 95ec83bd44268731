package network.assay.oracle.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WordPieceTokenizerTest {

  private static final WordPieceTokenizer TOKENIZER =
      WordPieceTokenizer.read(ModelFiles.tokenizer(ModelRegistry.MINI_LM_FP32));

  private static int[] encode(String text) {
    return TOKENIZER.encode(text, 256);
  }

  @Test
  void refusesTextTooLongToNormaliseCheaply() {
    assertThat(encode("a".repeat(WordPieceTokenizer.TEXT_CHARS_MAX))).hasSize(3);
    assertThatThrownBy(() -> encode("a".repeat(WordPieceTokenizer.TEXT_CHARS_MAX + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("want a passage of at most 8192 UTF-16 units, got 8193");
  }

  @Test
  void refusesNoRoomForTheTwoSpecialTokens() {
    assertThatThrownBy(() -> TOKENIZER.encode("a", 1))
        .hasMessage("want room for [CLS] and [SEP], 2 tokens, got 1");
  }

  @Test
  void refusesATokenizerWithOtherRules() {
    String json =
        new String(ModelFiles.tokenizer(ModelRegistry.MINI_LM_FP32), StandardCharsets.UTF_8);
    assertRefused(
        json.replace("\"lowercase\": true", "\"lowercase\": false"),
        "want true at /normalizer/lowercase");
    assertRefused(json.replace("\"BertPreTokenizer\"", "\"Whitespace\""), "at /pre_tokenizer/type");
    assertRefused(
        json.replace("\"type\": \"WordPiece\",\n    \"unk", "\"type\": \"BPE\",\n    \"unk"),
        "at /model/type");
  }

  @Test
  void refusesAVocabularyWithAnIdTwice() {
    String json =
        new String(ModelFiles.tokenizer(ModelRegistry.MINI_LM_FP32), StandardCharsets.UTF_8);
    assertRefused(
        json.replace("\"hello\": 7592", "\"hello\": 7593"),
        "want the ids 0..30521 once each, got 7593");
  }

  @Test
  void refusesAVocabularyWithoutASpecialToken() {
    String json =
        new String(ModelFiles.tokenizer(ModelRegistry.MINI_LM_FP32), StandardCharsets.UTF_8);
    assertRefused(
        json.replace("\"[SEP]\": 102", "\"[S-E-P]\": 102"),
        "want a vocabulary with [SEP], got one without");
  }

  @Test
  void refusesBytesThatAreNoJsonAndDeepOnes() {
    assertRefused("{\"model\":", "want a tokenizer.json, got: ");
    assertRefused("[".repeat(100_000), "want a tokenizer.json, got: ");
    assertRefused("{\"a\":1,\"a\":2}", "want a tokenizer.json, got: ");
    assertThatThrownBy(() -> WordPieceTokenizer.read(new byte[TokenizerJson.BYTES_MAX + 1]))
        .hasMessageStartingWith("want a tokenizer.json of at most 4194304 bytes");
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> WordPieceTokenizer.read(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void truncatesToTheTokensAskedForAndEndsWithSep() {
    assertThat(TOKENIZER.encode("hello world hello", 4)).containsExactly(101, 7592, 2088, 102);
    assertThat(TOKENIZER.encode("hello", 2)).containsExactly(101, 102);
    assertThat(encode("hello ".repeat(400))).hasSize(256).endsWith(7592, 102);
  }

  @Test
  void textCannotInjectASpecialToken() {
    assertThat(encode("[SEP]")).containsExactly(101, 1031, 19802, 1033, 102);
  }

  @Test
  void encodesHelloWorld() {
    assertThat(encode("hello world")).containsExactly(101, 7592, 2088, 102);
    assertThat(encode("")).containsExactly(101, 102);
    assertThat(TOKENIZER.vocabularySize()).isEqualTo(30_522);
  }

  /** Against ids another implementation computed; the file says which, and how. */
  @TestFactory
  Stream<DynamicTest> agreesWithTheReferenceTokenizer() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            WordPieceTokenizerTest.class.getResourceAsStream("wordpiece-reference.json"))) {
      JsonNode cases = JsonMapper.shared().readTree(in).get("cases");
      assertThat(cases.size()).isGreaterThan(190);
      return cases.valueStream().map(WordPieceTokenizerTest::agrees).toList().stream();
    }
  }

  private static DynamicTest agrees(JsonNode expected) {
    String text = expected.get("text").stringValue();
    int[] ids = expected.get("ids").valueStream().mapToInt(JsonNode::intValue).toArray();
    String name = text.codePoints().limit(24).mapToObj("%04x"::formatted).toList().toString();
    return DynamicTest.dynamicTest(name, () -> assertThat(encode(text)).containsExactly(ids));
  }
}
