package network.assay.contracts.protocol.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import network.assay.contracts.protocol.work.Passages.Reason;
import org.junit.jupiter.api.Test;

class PassagesTest {

  private static List<String> split(String text) {
    return Passages.split(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertRefused(byte[] input, Reason reason) {
    assertThatExceptionOfType(Passages.RefusedException.class)
        .isThrownBy(() -> Passages.split(input))
        .satisfies(refused -> assertThat(refused.reason()).isEqualTo(reason))
        .withMessageStartingWith("want ");
  }

  @Test
  void refusesAnInputTooLong() {
    byte[] longest = "a ".repeat(Passages.INPUT_BYTES_MAX / 2).getBytes(StandardCharsets.UTF_8);
    assertThat(Passages.split(longest)).isNotEmpty();
    assertRefused(new byte[Passages.INPUT_BYTES_MAX + 1], Reason.INPUT_TOO_LONG);
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertRefused(new byte[] {'a', (byte) 0xFF}, Reason.NOT_UTF8);
    assertRefused(new byte[] {(byte) 0xC0, (byte) 0x80}, Reason.NOT_UTF8); // overlong
    assertRefused(
        new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, Reason.NOT_UTF8); // lone surrogate
    assertRefused(
        new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        Reason.NOT_UTF8); // past U+10FFFF
    assertRefused(new byte[] {(byte) 0xE2, (byte) 0x82}, Reason.NOT_UTF8); // cut short
  }

  @Test
  void refusesNothingButWhiteSpace() {
    assertRefused(new byte[0], Reason.NO_PASSAGE);
    assertRefused(
        " \t\r\n\u00a0\u2028\u3000\n\n ".getBytes(StandardCharsets.UTF_8), Reason.NO_PASSAGE);
  }

  @Test
  void refusesTooManyPassages() {
    assertThat(split("a\n\n".repeat(Passages.PASSAGES_MAX))).hasSize(Passages.PASSAGES_MAX);
    assertRefused(
        "a\n\n".repeat(Passages.PASSAGES_MAX + 1).getBytes(StandardCharsets.UTF_8),
        Reason.TOO_MANY_PASSAGES);
  }

  @Test
  void separatesParagraphsAtBlankLinesOfAnyLineEnd() {
    assertThat(split("one\ntwo\n\nthree")).containsExactly("one two", "three");
    assertThat(split("one\r\ntwo\r\n \t\r\nthree\r\n")).containsExactly("one two", "three");
    assertThat(split("one\rtwo\r\rthree")).containsExactly("one two", "three");
    assertThat(split("\n\n\none\n\n\n\n")).containsExactly("one");
  }

  @Test
  void collapsesEveryKindOfWhiteSpaceAndNothingElse() {
    assertThat(split(" a \t b\u00a0\u2003c\u2028d\u3000 ")).containsExactly("a b c d");
    assertThat(split("a\u200bb\ufeffc\0d")).containsExactly("a\u200bb\ufeffc\0d");
  }

  @Test
  void keepsAParagraphOfExactlyTheLimitWhole() {
    assertThat(split("x".repeat(600))).containsExactly("x".repeat(600));
    assertThat(split("x".repeat(601))).containsExactly("x".repeat(600), "x");
  }

  @Test
  void cutsALongParagraphAtItsLastSentenceEnd() {
    String sentence = "a".repeat(299) + ".";
    // 300 + space + 299 = 600: the second sentence would end at 601, one too far.
    assertThat(split(sentence + " " + sentence + " b")).containsExactly(sentence, sentence + " b");
    String shorter = "a".repeat(298) + "?";
    assertThat(split(sentence + " " + shorter + " b"))
        .containsExactly(sentence + " " + shorter, "b");
  }

  @Test
  void aPointInsideAWordEndsNoSentence() {
    String text = "v1.2 " + "w".repeat(590) + " tail of the text";
    assertThat(split(text)).containsExactly("v1.2 " + "w".repeat(590) + " tail", "of the text");
  }

  @Test
  void cutsAtTheLastSpaceWhereNoSentenceEnds() {
    assertThat(split("a".repeat(400) + " " + "b".repeat(400)))
        .containsExactly("a".repeat(400), "b".repeat(400));
    assertThat(split("a".repeat(600) + " b")).containsExactly("a".repeat(600), "b");
  }

  @Test
  void cutsAfterAnIdeographicFullStopWithoutASpace() {
    String sentence = "字".repeat(399) + "。";
    assertThat(split(sentence + sentence)).containsExactly(sentence, sentence);
  }

  @Test
  void countsCodePointsAndNeverSplitsOne() {
    assertThat(split("😀".repeat(601))).containsExactly("😀".repeat(600), "😀");
  }

  @Test
  void anyTextIsCutIntoPassagesThatHoldAllOfIt() {
    long seed = RandomGenerator.getDefault().nextLong();
    System.out.println("PassagesTest seed " + seed);
    Random random = new Random(seed);
    String[] parts = {
      "word", " ", "\n", "\n\n", ". ", "? ", "。", "😀", "\t", "x".repeat(250), "é", "\r\n", "\u3000"
    };
    for (int round = 0; round < 300; round++) {
      StringBuilder text = new StringBuilder("start");
      for (int i = random.nextInt(200); i > 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      List<String> passages = split(text.toString());
      assertThat(String.join("", passages).replace(" ", ""))
          .isEqualTo(text.toString().replaceAll("[ \\n\\r\\t\\u3000]+", ""));
      for (String passage : passages) {
        assertThat(passage.codePointCount(0, passage.length())).isBetween(1, 600);
        assertThat(passage).doesNotStartWith(" ").doesNotEndWith(" ").doesNotContain("  ");
        assertThat(split(passage)).containsExactly(passage);
      }
    }
  }
}
