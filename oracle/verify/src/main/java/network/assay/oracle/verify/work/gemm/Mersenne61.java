package network.assay.oracle.verify.work.gemm;

/** The field of 2^61 − 1 elements, each a long from 0 to P − 1. */
final class Mersenne61 {
  static final long P = (1L << 61) - 1;

  private Mersenne61() {}

  /** Any 64 bits, taken as unsigned, as an element. */
  static long reduce(long bits) {
    long folded = fold(bits);
    return folded >= P ? folded - P : folded;
  }

  /** The same residue in at most P + 7, for sums of many. */
  static long fold(long bits) {
    return (bits & P) + (bits >>> 61);
  }

  static long add(long a, long b) {
    return reduce(a + b);
  }

  static long subtract(long a, long b) {
    return a >= b ? a - b : a - b + P;
  }

  static long times(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    return reduce((low & P) + (high << 3 | low >>> 61));
  }

  /** A signed number times an element. */
  static long times(int signed, long element) {
    long product = times(Math.abs((long) signed), element);
    return signed < 0 && product != 0 ? P - product : product;
  }
}
