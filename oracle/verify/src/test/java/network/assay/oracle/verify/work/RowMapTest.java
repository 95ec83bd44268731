package network.assay.oracle.verify.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import network.assay.oracle.verify.fixture.WordModel;
import org.junit.jupiter.api.Test;

class RowMapTest {

  private final RowMap map =
      RowMap.of(List.of("a b", "c", "d e f"), new WordModel()); // 4 + 3 + 5 rows

  @Test
  void refusesARowThatIsNotThere() {
    assertThatThrownBy(() -> map.place(12)).hasMessage("want a row below 12, got 12");
    assertThatThrownBy(() -> map.place(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void numbersRowsOverAllUnitsInOrder() {
    assertThat(map.units()).isEqualTo(3);
    assertThat(map.rows()).isEqualTo(12);
    int row = 0;
    for (int unit = 0; unit < 3; unit++) {
      for (int token = 0; token < new int[] {4, 3, 5}[unit]; token++) {
        assertThat(map.place(row++)).isEqualTo(new RowMap.Place(unit, token));
      }
    }
  }
}
