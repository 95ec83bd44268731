package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StructTypeTest {
  private static final Accept ACCEPT =
      new Accept(-1L, Keccak.hashUtf8("order"), Keccak.hashUtf8("offer"), Keccak.hashUtf8("input"));

  private static Offer offer(BigInteger price) {
    return new Offer(
        Address.ZERO,
        Bytes32.ZERO,
        0,
        price,
        1,
        2,
        BigInteger.TEN,
        1,
        0,
        Grade.SAMPLED.bit(),
        0,
        1);
  }

  @Test
  void wordsComeBack() {
    assertThat(Accept.fromWords(ACCEPT.words())).isEqualTo(ACCEPT);
    assertThat(Offer.fromWords(offer(BigInteger.TWO).words())).isEqualTo(offer(BigInteger.TWO));
  }

  @Test
  void textComesBackWithUnsignedNumbers() {
    Map<String, String> text = ACCEPT.toText();
    assertThat(text).containsEntry("jobId", "18446744073709551615");
    assertThat(Accept.fromWords(Accept.TYPE.wordsFromText(text))).isEqualTo(ACCEPT);
  }

  @Test
  void refusesDirtyUpperBits() {
    byte[] words = ACCEPT.words();
    words[0] = 1;
    assertThatThrownBy(() -> Accept.fromWords(words)).hasMessageContaining("OUT_OF_RANGE");
  }

  @Test
  void refusesAWrongLength() {
    assertThatThrownBy(() -> Accept.fromWords(new byte[127])).hasMessageContaining("WRONG_LENGTH");
  }

  @Test
  void refusesAValueThatDoesNotFit() {
    assertThatThrownBy(() -> offer(BigInteger.ONE.shiftLeft(96)))
        .hasMessageContaining("Offer.price");
    assertThatThrownBy(() -> offer(BigInteger.ONE.negate())).hasMessageContaining("Offer.price");
  }

  @Test
  void refusesMissingUnknownAndMalformedText() {
    Map<String, String> missing = new HashMap<>(ACCEPT.toText());
    missing.remove("inputRoot");
    assertThatThrownBy(() -> Accept.TYPE.wordsFromText(missing))
        .hasMessageContaining("WRONG_FIELD_COUNT");
    missing.put("extra", "1");
    assertThatThrownBy(() -> Accept.TYPE.wordsFromText(missing))
        .hasMessageContaining("Accept.inputRoot");
    for (String bad : new String[] {"-1", "0x1", "", "01", "18446744073709551616", " 1"}) {
      Map<String, String> text = new HashMap<>(ACCEPT.toText());
      text.put("jobId", bad);
      assertThatThrownBy(() -> Accept.TYPE.wordsFromText(text))
          .as(bad)
          .isInstanceOf(ProtocolException.class);
    }
  }
}
