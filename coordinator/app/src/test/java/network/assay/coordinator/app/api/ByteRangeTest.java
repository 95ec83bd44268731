package network.assay.coordinator.app.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-9, 0, 9",
    "bytes=0-, 0, 99",
    "bytes=90-200, 90, 99",
    "bytes=-5, 95, 99",
    "bytes=-500, 0, 99",
    "'bytes=3 - 4', 3, 4",
  })
  void aRangeOfAHundredBytes(String header, long from, long to) throws Exception {
    assertThat(ByteRange.parse(header, 100)).isEqualTo(Optional.of(new ByteRange(from, to)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes=",
        "bytes=-",
        "bytes=1-2,4-5",
        "lines=1-2",
        "bytes=9-3",
        "bytes=x-y",
        "bytes=99999999999999999999-"
      })
  void whatIsNoSingleRangeIsPassedOver(String header) throws Exception {
    assertThat(ByteRange.parse(header, 100)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0"})
  void whatLiesBehindTheEndCannotBeHad(String header) {
    assertThatThrownBy(() -> ByteRange.parse(header, 100))
        .isInstanceOf(ByteRange.Unsatisfiable.class);
  }
}
