package network.assay.contracts.protocol.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SortedSet;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.ProtocolException;
import org.junit.jupiter.api.Test;

class MatrixDrawTest {
  private static final Bytes32 ROOT = Keccak.hashUtf8("work root");

  private static MatrixDraw draw(int i, long rounds, long n) {
    return MatrixDraw.of(Keccak.hashUtf8("randomness " + i), 7, ROOT, rounds, n);
  }

  @Test
  void threeRoundsOf128RowsOrAllThatThereAre() {
    MatrixDraw many = draw(0, 400, 4_096);
    assertThat(many.rows()).hasSize(MatrixDraw.ROUNDS);
    assertThat(many.rows().values()).allSatisfy(rows -> assertThat(rows).hasSize(MatrixDraw.ROWS));
    MatrixDraw few = draw(0, 2, 64);
    assertThat(few.rows().keySet()).containsExactly(0, 1);
    assertThat(few.rows().get(1)).hasSize(64);
  }

  @Test
  void anotherWorkJobOrRandomnessDrawsOtherRows() {
    MatrixDraw draw = draw(0, 400, 4_096);
    assertThat(draw).isEqualTo(draw(0, 400, 4_096));
    assertThat(draw).isNotEqualTo(draw(1, 400, 4_096));
    Bytes32 randomness = Keccak.hashUtf8("randomness 0");
    assertThat(draw).isNotEqualTo(MatrixDraw.of(randomness, 8, ROOT, 400, 4_096));
    Bytes32 other = Keccak.hashUtf8("another root");
    assertThat(draw).isNotEqualTo(MatrixDraw.of(randomness, 7, other, 400, 4_096));
  }

  /** The share of draws that miss every wrong row is (1−f)^rows, here with one row in a round. */
  @Test
  void wrongRowsAreHitAsOftenAsTheFormulaSays() {
    for (double wrong : new double[] {0.05, 0.10}) {
      int limit = (int) (4_096 * wrong);
      int hits = 0;
      int drawn = 0;
      for (int i = 0; i < 60; i++) {
        for (SortedSet<Integer> rows : draw(i, 400, 4_096).rows().values()) {
          hits += rows.headSet(limit).size();
          drawn += rows.size();
        }
      }
      // 23,040 rows: five standard deviations are 0.7 % and 1.0 %.
      assertThat((double) hits / drawn).isCloseTo(wrong, within(0.01));
    }
  }

  @Test
  void sizesThatNoWorkHasAreRefused() {
    assertThatThrownBy(() -> draw(0, 0, 64)).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> draw(0, MatrixDraw.ROUNDS_MAX + 1L, 64))
        .hasMessageContaining("OUT_OF_RANGE");
    for (long n : new long[] {0, 63, 65, 65_600, 1L << 32 | 64, -64}) {
      assertThatThrownBy(() -> draw(0, 1, n)).hasMessageContaining("WRONG_SIZE");
    }
  }
}
