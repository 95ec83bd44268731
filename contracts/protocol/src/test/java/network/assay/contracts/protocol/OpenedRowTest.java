package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedRowTest {
  private static OpenedRow row(long number) {
    return new OpenedRow(number, 1, new byte[12], List.of(Bytes32.ZERO), new byte[8], List.of());
  }

  @Test
  void bytesComeBack() {
    byte[] bytes = OpenedRow.encode(List.of(row(1), row(4)));
    assertThat(OpenedRow.encode(OpenedRow.decode(bytes))).isEqualTo(bytes);
  }

  @Test
  void refusesDescendingTrailingAndTooMany() {
    byte[] bytes = OpenedRow.encode(List.of(row(4), row(1)));
    assertThatThrownBy(() -> OpenedRow.decode(bytes)).hasMessageContaining("NOT_ASCENDING");
    byte[] one = OpenedRow.encode(List.of(row(4)));
    assertThatThrownBy(() -> OpenedRow.decode(Arrays.copyOf(one, one.length + 1)))
        .hasMessageContaining("TRAILING_BYTES");
    assertThatThrownBy(() -> OpenedRow.decode(new byte[] {1, 0}))
        .hasMessageContaining("OUT_OF_RANGE");
  }

  @Test
  void drawsAreWithinTheRowsAndDependOnTheSeed() {
    assertThat(Draw.rows(Keccak.hashUtf8("a"), 1, Bytes32.ZERO, 1)).containsExactly(0);
    assertThat(Draw.rows(Keccak.hashUtf8("a"), 1, Bytes32.ZERO, 100_000))
        .isNotEqualTo(Draw.rows(Keccak.hashUtf8("b"), 1, Bytes32.ZERO, 100_000))
        .allMatch(r -> r >= 0 && r < 100_000);
  }
}
