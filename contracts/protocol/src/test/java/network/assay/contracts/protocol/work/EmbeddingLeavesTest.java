package network.assay.contracts.protocol.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import network.assay.contracts.protocol.ProtocolException;
import org.junit.jupiter.api.Test;

class EmbeddingLeavesTest {

  @Test
  void refusesALeafThatHoldsNoWholeFloats() {
    byte[] leaf = EmbeddingLeaves.work(1, 2, new float[] {1});
    assertThatThrownBy(() -> EmbeddingLeaves.readWork(Arrays.copyOf(leaf, 8)))
        .hasMessageContaining("got 0 bytes");
    assertThatThrownBy(() -> EmbeddingLeaves.readWork(Arrays.copyOf(leaf, 11)))
        .hasMessageContaining("got 3 bytes");
    assertThatThrownBy(() -> EmbeddingLeaves.readWork(new byte[3]))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> EmbeddingLeaves.readResult(new byte[4 + 4 * 8193]))
        .hasMessageStartingWith("WRONG_LENGTH");
  }

  @Test
  void refusesAPlaintextWhoseNumbersDoNotFitItsBytes() {
    byte[] plaintext = EmbeddingLeaves.plaintext(List.of(new float[] {1, 2}));
    assertThatThrownBy(
            () -> EmbeddingLeaves.readPlaintext(Arrays.copyOf(plaintext, plaintext.length - 1)))
        .hasMessage("WRONG_LENGTH: want 8 bytes, got 7");
    byte[] many = plaintext.clone();
    many[0] = (byte) 0xff;
    assertThatThrownBy(() -> EmbeddingLeaves.readPlaintext(many))
        .hasMessageStartingWith("OUT_OF_RANGE");
    assertThatThrownBy(() -> EmbeddingLeaves.plaintext(List.of(new float[2], new float[3])))
        .hasMessage("WRONG_DIMENSIONS: want 2, got 3");
  }

  @Test
  void writesBigEndianFields() {
    assertThat(HexFormat.of().formatHex(EmbeddingLeaves.work(1, 258, new float[] {1, -2.5f})))
        .isEqualTo("00000001" + "00000102" + "3f800000" + "c0200000");
    assertThat(HexFormat.of().formatHex(EmbeddingLeaves.result(7, new float[] {-0.0f})))
        .isEqualTo("00000007" + "80000000");
    assertThat(
            HexFormat.of()
                .formatHex(EmbeddingLeaves.plaintext(List.of(new float[] {1}, new float[] {2}))))
        .isEqualTo("00000002" + "00000001" + "3f800000" + "40000000");
  }

  @Test
  void readsWhatItWrote() {
    EmbeddingLeaves.Row row =
        EmbeddingLeaves.readWork(EmbeddingLeaves.work(0xffffffffL, 3, new float[] {Float.NaN, 4}));
    assertThat(row.unit()).isEqualTo(0xffffffffL);
    assertThat(row.token()).isEqualTo(3);
    assertThat(row.values()).containsExactly(Float.NaN, 4);
    assertThat(EmbeddingLeaves.readResult(EmbeddingLeaves.result(5, new float[] {6})).values())
        .containsExactly(6);
    assertThat(
            EmbeddingLeaves.readPlaintext(
                EmbeddingLeaves.plaintext(List.of(new float[] {1}, new float[] {2}))))
        .isDeepEqualTo(new float[][] {{1}, {2}});
  }
}
