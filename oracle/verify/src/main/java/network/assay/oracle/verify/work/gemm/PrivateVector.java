package network.assay.oracle.verify.work.gemm;

import java.util.random.RandomGenerator;

/**
 * An oracle's own secret vector r over 2^61 − 1, drawn for one round of one provider's work, used
 * once and shown to nobody: whoever knows r before he commits can pass with a matrix that is wrong.
 */
final class PrivateVector {
  private final long[] elements;

  private PrivateVector(long[] elements) {
    this.elements = elements;
  }

  /**
   * Draws n elements, each equally likely.
   *
   * @param random a secure one; tests have others
   */
  static PrivateVector draw(int n, RandomGenerator random) {
    long[] elements = new long[n];
    for (int i = 0; i < n; i++) {
      do {
        elements[i] = random.nextLong() >>> 3;
      } while (elements[i] == Mersenne61.P);
    }
    return new PrivateVector(elements);
  }

  int size() {
    return elements.length;
  }

  long at(int i) {
    return elements[i];
  }

  /** Σ entries[j]·r[j]. */
  long times(int[] entries) {
    long sum = 0;
    for (int j = 0; j < elements.length; j++) {
      sum = Mersenne61.add(sum, Mersenne61.times(entries[j], elements[j]));
    }
    return sum;
  }
}
