package network.assay.oracle.verify.work.gemm;

import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.work.OperandGenerator;
import network.assay.contracts.protocol.work.OperandGenerator.Matrix;

/**
 * v = B·r of one round: with it, row i of A alone says what row i of C times r must be, C_i·r =
 * A_i·v.
 *
 * <p>All of B passes by once, n²/64 digests, and is not kept. Rows of Bᵀ are taken eight at a time:
 * two rows' digits, four bits each, choose one of 256 sums made beforehand, so that a digit costs
 * half a look into a table in place of a multiplication.
 */
final class Projection {
  private static final int ROWS_AT_ONCE = 8;

  /** A digit is an operand plus this. */
  private static final int OFFSET = 8;

  private final long[] v;
  private final long sum;

  private Projection(long[] v) {
    this.v = v;
    long total = 0;
    for (long element : v) {
      total = Mersenne61.add(total, element);
    }
    this.sum = total;
  }

  /**
   * @param r one element for each column of B
   */
  static Projection of(Bytes32 seed, PrivateVector r) {
    int n = r.size();
    long[] digits = new long[n];
    long offset = 0;
    byte[][] rows = new byte[ROWS_AT_ONCE][];
    long[][] tables = new long[ROWS_AT_ONCE / 2][256];
    for (int j = 0; j < n; j += ROWS_AT_ONCE) {
      for (int row = 0; row < ROWS_AT_ONCE; row++) {
        rows[row] = OperandGenerator.packedRow(seed, Matrix.B_TRANSPOSED, j + row, n);
        offset = Mersenne61.add(offset, Mersenne61.times(OFFSET, r.at(j + row)));
      }
      for (int pair = 0; pair < tables.length; pair++) {
        fill(tables[pair], r.at(j + 2 * pair), r.at(j + 2 * pair + 1));
      }
      addRows(digits, rows, tables);
    }
    for (int k = 0; k < n; k++) {
      digits[k] = Mersenne61.subtract(Mersenne61.reduce(digits[k]), offset);
    }
    return new Projection(digits);
  }

  /** table[16·a + b] = a·first + b·second. */
  private static void fill(long[] table, long first, long second) {
    long high = 0;
    for (int a = 0; a < 16; a++) {
      long value = high;
      for (int b = 0; b < 16; b++) {
        table[16 * a + b] = value;
        value = Mersenne61.add(value, second);
      }
      high = Mersenne61.add(high, first);
    }
  }

  /** A folded sum and four elements stay below 2^64. */
  private static void addRows(long[] digits, byte[][] rows, long[][] tables) {
    byte[] p0 = rows[0];
    byte[] p1 = rows[1];
    byte[] p2 = rows[2];
    byte[] p3 = rows[3];
    byte[] p4 = rows[4];
    byte[] p5 = rows[5];
    byte[] p6 = rows[6];
    byte[] p7 = rows[7];
    long[] t0 = tables[0];
    long[] t1 = tables[1];
    long[] t2 = tables[2];
    long[] t3 = tables[3];
    for (int k = 0; k < p0.length; k++) {
      long even =
          digits[2 * k]
              + t0[high(p0[k], p1[k])]
              + t1[high(p2[k], p3[k])]
              + t2[high(p4[k], p5[k])]
              + t3[high(p6[k], p7[k])];
      long odd =
          digits[2 * k + 1]
              + t0[low(p0[k], p1[k])]
              + t1[low(p2[k], p3[k])]
              + t2[low(p4[k], p5[k])]
              + t3[low(p6[k], p7[k])];
      digits[2 * k] = Mersenne61.fold(even);
      digits[2 * k + 1] = Mersenne61.fold(odd);
    }
  }

  private static int high(byte first, byte second) {
    return (first & 0xf0) | ((second >> 4) & 15);
  }

  private static int low(byte first, byte second) {
    return ((first & 15) << 4) | (second & 15);
  }

  /** Σ A[i,k]·v[k] for a packed row of A. */
  long times(byte[] packedRow) {
    long digits = 0;
    for (int k = 0; k < packedRow.length; k++) {
      digits = Mersenne61.add(digits, Mersenne61.times((packedRow[k] >> 4) & 15, v[2 * k]));
      digits = Mersenne61.add(digits, Mersenne61.times(packedRow[k] & 15, v[2 * k + 1]));
    }
    return Mersenne61.subtract(digits, Mersenne61.times(OFFSET, sum));
  }
}
