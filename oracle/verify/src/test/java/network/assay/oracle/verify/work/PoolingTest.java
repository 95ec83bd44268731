package network.assay.oracle.verify.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PoolingTest {

  @Test
  void refusesNothingToPool() {
    assertThatThrownBy(() -> Pooling.embedding(new float[0][])).hasMessageContaining("got none");
    assertThatThrownBy(() -> Pooling.embedding(new float[1][0])).hasMessageContaining("got none");
  }

  @Test
  void refusesRowsOfDifferentLength() {
    assertThatThrownBy(() -> Pooling.embedding(new float[][] {{1, 2}, {1}}))
        .hasMessage("want rows of 2 dimensions, got one of 1");
  }

  @Test
  void refusesAMeanWithoutDirection() {
    assertThatThrownBy(() -> Pooling.embedding(new float[][] {{1, -2}, {-1, 2}}))
        .hasMessageEndingWith("got length 0.0");
    assertThatThrownBy(() -> Pooling.embedding(new float[][] {{Float.NaN}}))
        .hasMessageEndingWith("got length NaN");
    assertThatThrownBy(() -> Pooling.embedding(new float[][] {{Float.POSITIVE_INFINITY}}))
        .hasMessageEndingWith("got length Infinity");
  }

  @Test
  void meansThenNormalises() {
    assertThat(Pooling.embedding(new float[][] {{6, 0}, {0, 8}})).containsExactly(0.6f, 0.8f);
    assertThat(Pooling.embedding(new float[][] {{-5}})).containsExactly(-1f);
  }
}
