package network.assay.oracle.verify.work;

/**
 * From a passage's rows to its embedding, in one fixed order of operations, so that equal rows give
 * equal bits everywhere.
 *
 * <p>For each dimension: add the rows' numbers in double precision, first token first; divide by
 * the number of tokens. Then add the squares of these means in double precision, first dimension
 * first; divide each mean by the square root and round to single precision once, at the very end.
 * No fused multiply-add, no reordering: Java promises both.
 */
public final class Pooling {

  private Pooling() {}

  /**
   * Mean over all tokens, L2-normalised.
   *
   * @param rows [tokens][dim], at least one row, all of one length, finite
   * @return dim numbers with an L2 norm of one
   * @throws IllegalArgumentException if there is no row, rows differ in length, or the mean has no
   *     direction (zero or not finite)
   */
  public static float[] embedding(float[][] rows) {
    if (rows.length == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException(
          "want at least one row with one dimension to pool, got none");
    }
    double[] mean = mean(rows);
    double squares = 0;
    for (double value : mean) {
      squares += value * value;
    }
    double norm = Math.sqrt(squares);
    if (!(norm > 0) || Double.isInfinite(norm)) {
      throw new IllegalArgumentException(
          "want a mean with a finite length above zero, got length " + norm);
    }
    float[] embedding = new float[mean.length];
    for (int d = 0; d < mean.length; d++) {
      embedding[d] = (float) (mean[d] / norm);
    }
    return embedding;
  }

  private static double[] mean(float[][] rows) {
    double[] mean = new double[rows[0].length];
    for (float[] row : rows) {
      if (row.length != mean.length) {
        throw new IllegalArgumentException(
            "want rows of " + mean.length + " dimensions, got one of " + row.length);
      }
      for (int d = 0; d < mean.length; d++) {
        mean[d] += row[d];
      }
    }
    for (int d = 0; d < mean.length; d++) {
      mean[d] /= rows.length;
    }
    return mean;
  }
}
