package network.assay.oracle.verify.work.gemm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.MatrixDraw;
import network.assay.contracts.protocol.work.MatrixRoots;
import network.assay.contracts.protocol.work.OperandGenerator;
import network.assay.contracts.protocol.work.OperandGenerator.Matrix;
import network.assay.oracle.verify.Finding;
import org.junit.jupiter.api.Test;

/** Honest matrix work passes; each way to forge it that others fell for does not. */
class GemmCheckTest {
  private static final Bytes32 SEED = Keccak.hashUtf8("a seed");
  private static final int N = 64; // every row is opened
  private static final int ROUNDS = 3; // and every round

  private final NaiveProver prover = new NaiveProver(SEED, N, ROUNDS);

  private static MatrixDraw draw(WorkCommit commit) {
    return MatrixDraw.of(
        Keccak.hashUtf8("randomness"),
        commit.jobId(),
        commit.workRoot(),
        commit.units(),
        commit.rows());
  }

  private static Finding check(WorkCommit commit, MatrixDraw draw, byte[] opening) {
    return GemmCheck.check(
        commit, draw, new SplittableRandom(1), new ByteArrayInputStream(opening));
  }

  private static Finding check(NaiveProver prover) {
    WorkCommit commit = prover.commit();
    return check(commit, draw(commit), prover.open(draw(commit)));
  }

  private static void assertRejected(Finding finding, String reason) {
    assertThat(finding).isInstanceOf(Finding.Rejected.class);
    assertThat(((Finding.Rejected) finding).reason()).as(finding.toString()).isEqualTo(reason);
  }

  @Test
  void honestWorkIsAccepted() {
    assertThat(check(prover)).isInstanceOf(Finding.Accepted.class);
    assertThat(check(new NaiveProver(SEED, 192, 1))).isInstanceOf(Finding.Accepted.class);
  }

  @Test
  void aProjectionIsWhatTheDefinitionSays() {
    PrivateVector r = PrivateVector.draw(128, new SplittableRandom(3));
    Projection v = Projection.of(SEED, r);
    int[][] c = NaiveProver.product(SEED, 128);
    for (int i = 0; i < 128; i++) {
      byte[] a = OperandGenerator.packedRow(SEED, Matrix.A, i, 128);
      assertThat(v.times(a)).isEqualTo(r.times(c[i]));
    }
  }

  @Test
  void oneWrongEntryIsRejected() {
    prover.rounds.get(2)[17][5] += 1;
    assertRejected(check(prover), "WRONG_PRODUCT");
  }

  @Test
  void theRowsOfAnotherSeedAreRejected() {
    // A replayed transcript, or one computed before the seed was known.
    NaiveProver earlier = new NaiveProver(Keccak.hashUtf8("an earlier seed"), N, ROUNDS);
    WorkCommit of = earlier.commit();
    WorkCommit claimed = withSeed(of, SEED);
    assertRejected(check(claimed, draw(claimed), earlier.open(draw(claimed))), "WRONG_PRODUCT");
  }

  private static WorkCommit withSeed(WorkCommit of, Bytes32 seed) {
    return new WorkCommit(
        of.jobId(),
        of.device(),
        of.specHash(),
        seed,
        of.units(),
        of.rows(),
        of.operandRoot(),
        of.workRoot(),
        of.plaintextRoot(),
        of.ciphertextRoot(),
        of.ciphertextBytes());
  }

  @Test
  void skippedRoundsAreRejected() {
    // Round 0 three times over: its rows are right, but not those of the seeds that follow.
    prover.rounds.set(1, prover.rounds.get(0));
    prover.rounds.set(2, prover.rounds.get(0));
    assertRejected(check(prover), "WRONG_PRODUCT");
  }

  @Test
  void otherRowsThanThoseDrawnAreRejected() {
    WorkCommit commit = new NaiveProver(SEED, 192, 1).commit();
    MatrixDraw asked = draw(commit);
    MatrixDraw other = MatrixDraw.of(Keccak.hashUtf8("my own"), 7, commit.workRoot(), 1, 192);
    assertThat(asked).isNotEqualTo(other);
    byte[] opening = new NaiveProver(SEED, 192, 1).open(other);
    assertRejected(check(commit, asked, opening), "OPENING_WITHHELD");
  }

  @Test
  void rowsThatWereNotCommittedAreRejected() {
    // The right rows, after a commitment to wrong ones: only the roots tell.
    WorkCommit right = prover.commit();
    byte[] opening = prover.open(draw(right));
    prover.rounds.get(0)[3][3] += 1;
    assertRejected(check(prover.commit(), draw(right), opening), "WRONG_ROUND_PATH");
  }

  @Test
  void aRowUnderAnotherRoundsRootIsRejected() {
    WorkCommit commit = prover.commit();
    byte[] opening = prover.open(draw(commit));
    int entryOfTheFirstRow = 4 + 33 + 2 * 32 + 4 + 1 + 6 * 32 + 3;
    opening[entryOfTheFirstRow] ^= 1;
    assertRejected(check(commit, draw(commit), opening), "WRONG_ROW_PATH");
  }

  @Test
  void lowRankAndHankelMatricesAreRejected() {
    int[][] honest = prover.rounds.get(0);
    int[][] lowRank = new int[N][];
    int[][] hankel = new int[N][N];
    for (int i = 0; i < N; i++) {
      lowRank[i] = honest[i % 2].clone();
      for (int j = 0; j < N; j++) {
        hankel[i][j] = honest[0][(i + j) % N];
      }
    }
    for (int[][] forged : new int[][][] {lowRank, hankel, new int[N][N]}) {
      prover.rounds.set(0, forged);
      assertRejected(check(prover), "WRONG_PRODUCT");
    }
  }

  /** C·r alone would pass with any matrix whose product with r is right. */
  @Test
  void aForgeryAgainstOneLeakedVectorFailsAgainstAnother() {
    PrivateVector leaked = PrivateVector.draw(N, new SplittableRandom(8));
    long x = leaked.at(0);
    long y = leaked.at(1);
    int[][] honest = prover.rounds.get(0);
    // Row + (a, b, 0, …) with a·x + b·y = 0 in the field: small a and b from the lattice's
    // reduction.
    long[] small = shortRelation(x, y);
    int[] forged = honest[4].clone();
    forged[0] += Math.toIntExact(small[0]);
    forged[1] += Math.toIntExact(small[1]);
    assertThat(forged).isNotEqualTo(honest[4]);
    assertThat(leaked.times(forged)).isEqualTo(leaked.times(honest[4]));
    honest[4] = forged;
    assertRejected(check(prover), "WRONG_PRODUCT");
  }

  /** Gauss's reduction of the lattice {(a, b): a·x + b·y ≡ 0}; both are about 2^30.5. */
  private static long[] shortRelation(long x, long y) {
    BigInteger p = BigInteger.valueOf(Mersenne61.P);
    BigInteger slope =
        BigInteger.valueOf(x).negate().multiply(BigInteger.valueOf(y).modInverse(p)).mod(p);
    BigInteger[] u = {BigInteger.ZERO, p};
    BigInteger[] v = {BigInteger.ONE, slope};
    BigInteger bound = BigInteger.TWO.pow(31);
    while (v[0].abs().max(v[1].abs()).compareTo(bound) >= 0) {
      BigInteger q = u[1].divide(v[1]);
      BigInteger[] next = {u[0].subtract(q.multiply(v[0])), u[1].subtract(q.multiply(v[1]))};
      u = v;
      v = next;
    }
    return new long[] {v[0].longValueExact(), v[1].longValueExact()};
  }

  @Test
  void aCutOpeningIsWithheldAndBytesAfterItAreRefused() {
    WorkCommit commit = prover.commit();
    MatrixDraw draw = draw(commit);
    byte[] whole = prover.open(draw);
    for (int length : new int[] {0, 1, 50, 400, whole.length / 2, whole.length - 1}) {
      assertRejected(check(commit, draw, Arrays.copyOf(whole, length)), "TRUNCATED");
    }
    assertRejected(check(commit, draw, Arrays.copyOf(whole, whole.length + 1)), "TRAILING_BYTES");
  }

  @Test
  void everyBitOfAnOpeningCounts() {
    NaiveProver small = new NaiveProver(SEED, N, 1);
    WorkCommit commit = small.commit();
    byte[] whole = small.open(draw(commit));
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 300; i++) {
      byte[] spoilt = whole.clone();
      int at = i < 60 ? i : random.nextInt(whole.length);
      spoilt[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(check(commit, draw(commit), spoilt))
          .as("byte " + at)
          .isInstanceOf(Finding.Rejected.class);
    }
  }

  @Test
  void whatIsNoMatrixWorkIsRejectedBeforeAnythingIsComputed() {
    WorkCommit commit = prover.commit();
    MatrixDraw draw = draw(commit);
    assertRejected(check(withSeed(commit, Bytes32.ZERO), draw, new byte[0]), "NOT_MATRIX_WORK");
    assertRejected(
        check(withSeed(commit, MatrixRoots.OPERANDS_GIVEN), draw, new byte[0]), "NOT_MATRIX_WORK");
  }
}
