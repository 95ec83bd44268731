package network.assay.oracle.verify.work.gemm;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against Java's own big integers. */
class Mersenne61Test {
  private static final BigInteger P = BigInteger.TWO.pow(61).subtract(BigInteger.ONE);
  private static final long[] EDGES = {
    0, 1, 7, 8, Mersenne61.P - 1, Mersenne61.P - 2, 1L << 60, (1L << 60) + 1
  };
  private static final int[] NUMBERS = {
    0, 1, -1, 8, -8, 4_194_304, -4_194_304, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private static BigInteger big(long element) {
    return BigInteger.valueOf(element);
  }

  @Test
  void arithmeticIsThatOfTheField() {
    SplittableRandom random = new SplittableRandom(61);
    for (int i = 0; i < 20_000; i++) {
      long a = i < 64 ? EDGES[i / 8] : random.nextLong(Mersenne61.P);
      long b = i < 64 ? EDGES[i % 8] : random.nextLong(Mersenne61.P);
      int number = i < 72 ? NUMBERS[i % 9] : random.nextInt();
      assertThat(big(Mersenne61.times(a, b))).isEqualTo(big(a).multiply(big(b)).mod(P));
      assertThat(big(Mersenne61.add(a, b))).isEqualTo(big(a).add(big(b)).mod(P));
      assertThat(big(Mersenne61.subtract(a, b))).isEqualTo(big(a).subtract(big(b)).mod(P));
      assertThat(big(Mersenne61.times(number, a)))
          .isEqualTo(BigInteger.valueOf(number).multiply(big(a)).mod(P));
    }
  }

  @Test
  void all64BitsAreReducedAsAnUnsignedNumber() {
    for (long bits : new long[] {0, -1, Mersenne61.P, Mersenne61.P + 1, Long.MIN_VALUE, -8}) {
      BigInteger unsigned = new BigInteger(Long.toUnsignedString(bits));
      assertThat(big(Mersenne61.reduce(bits))).isEqualTo(unsigned.mod(P));
      assertThat(big(Mersenne61.fold(bits)).mod(P)).isEqualTo(unsigned.mod(P));
      assertThat(Mersenne61.fold(bits)).isBetween(0L, Mersenne61.P + 7);
    }
  }
}
