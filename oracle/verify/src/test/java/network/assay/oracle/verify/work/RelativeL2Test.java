package network.assay.oracle.verify.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RelativeL2Test {

  @Test
  void refusesAnotherNumberOfDimensions() {
    assertThatThrownBy(() -> RelativeL2.between(new float[3], new float[2]))
        .hasMessage("want 2 dimensions, got 3");
  }

  @Test
  void isNoNumberWhereAnInputIsNone() {
    assertThat(RelativeL2.between(new float[] {Float.NaN}, new float[] {1})).isNaN();
    assertThat(RelativeL2.between(new float[] {1}, new float[] {Float.NaN})).isNaN();
    assertThat(RelativeL2.between(new float[] {Float.POSITIVE_INFINITY}, new float[] {1}))
        .isInfinite();
    assertThat(RelativeL2.between(new float[] {1}, new float[] {0})).isInfinite();
    assertThat(RelativeL2.between(new float[] {0}, new float[] {0})).isNaN();
  }

  @Test
  void measuresRelativeToWhatWasWanted() {
    assertThat(RelativeL2.between(new float[] {3, 4}, new float[] {3, 4})).isZero();
    assertThat(RelativeL2.between(new float[] {0, 0}, new float[] {3, 4})).isEqualTo(1);
    assertThat(RelativeL2.between(new float[] {-3, -4}, new float[] {3, 4})).isEqualTo(2);
    assertThat(RelativeL2.between(new float[] {3, 4.5f}, new float[] {3, 4}))
        .isCloseTo(0.1, within(1e-12));
  }

  @Test
  void survivesNumbersWhoseSquaresOverflowAFloat() {
    assertThat(RelativeL2.between(new float[] {1.1e30f}, new float[] {1e30f}))
        .isCloseTo(0.1, within(1e-6));
  }
}
