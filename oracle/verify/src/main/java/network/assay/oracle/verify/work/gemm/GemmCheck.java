package network.assay.oracle.verify.work.gemm;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.SortedSet;
import java.util.random.RandomGenerator;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.MatrixDraw;
import network.assay.contracts.protocol.work.MatrixOpening;
import network.assay.contracts.protocol.work.MatrixRoots;
import network.assay.contracts.protocol.work.OperandGenerator;
import network.assay.contracts.protocol.work.OperandGenerator.Matrix;
import network.assay.oracle.verify.Finding;

/**
 * Whether the opened rows of generated matrix work are rows of A·B, and were committed.
 *
 * <p>Each row must be one that was drawn, lie under the committed roots, and satisfy C_i·r =
 * A_i·(B·r) for this oracle's own r, which nobody else ever sees. A wrong row passes with
 * probability 2^−61. Of a work with a part f of each round's rows wrong, a part (1−f)^(rows opened)
 * escapes: 2.8·10^−9 at f = 5 % with three rounds of 128.
 *
 * <p>Memory: a few rows; the opening is read once, as it comes.
 *
 * <p>Assumptions. Breaks safety: the draw was known before the work was committed, or r was. Breaks
 * liveness: nothing.
 */
public final class GemmCheck {
  private final WorkCommit commit;
  private final RandomGenerator own;
  private final int n;

  private GemmCheck(WorkCommit commit, RandomGenerator own) {
    this.commit = commit;
    this.own = own;
    this.n = (int) commit.rows();
  }

  /**
   * Checks an opening.
   *
   * @param commit of generated operands; units are the rounds, rows is n
   * @param draw of this work
   * @param own a secure source of this oracle's secrets; used after the commitment came
   * @param opening {@link MatrixOpening}; that the device signed it is the caller's to check
   */
  public static Finding check(
      WorkCommit commit, MatrixDraw draw, RandomGenerator own, InputStream opening) {
    if (commit.rows() > OperandGenerator.SIZE_MAX
        || !OperandGenerator.isSize((int) commit.rows())) {
      return Finding.rejected(
          "NOT_MATRIX_WORK", "n = " + commit.rows(), "a multiple of 64 up to 65,536");
    }
    if (commit.seed().isZero() || commit.seed().equals(MatrixRoots.OPERANDS_GIVEN)) {
      return Finding.rejected("NOT_MATRIX_WORK", commit.seed(), "the seed of generated operands");
    }
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(opening, 1 << 16))) {
      return new GemmCheck(commit, own).all(draw, in);
    } catch (ProtocolException refused) {
      return Finding.refused(refused, "the rows that were drawn");
    } catch (IOException e) {
      throw new UncheckedIOException("the opening cannot be read", e);
    }
  }

  private Finding all(MatrixDraw draw, DataInputStream in) throws IOException {
    int rows = 0;
    for (var drawn : draw.rows().entrySet()) {
      MatrixOpening.Round round = MatrixOpening.readRound(in, drawn.getKey());
      Finding place = place(round);
      Finding finding = place.holds() ? rows(round, drawn.getValue(), in) : place;
      if (!finding.holds()) {
        return finding;
      }
      rows += drawn.getValue().size();
    }
    MatrixOpening.readEnd(in);
    return Finding.accepted(
        rows + " rows of " + draw.rows().size() + " rounds are rows of the product, n = " + n);
  }

  private Finding place(MatrixOpening.Round round) {
    if (!isUnder(round.root(), round.round())) {
      return Finding.rejected(
          "WRONG_ROUND_PATH", "another root for round " + round.round(), commit.workRoot());
    }
    if (round.round() > 0 && !isUnder(round.previous(), round.round() - 1)) {
      return Finding.rejected(
          "WRONG_ROUND_PATH", "another root for round " + (round.round() - 1), commit.workRoot());
    }
    return Finding.accepted("both roots were committed");
  }

  private boolean isUnder(MatrixOpening.Proved proved, int round) {
    return Merkle.verify(
        MatrixRoots.roundLeaf(proved.root()),
        round,
        commit.units(),
        proved.path(),
        commit.workRoot());
  }

  private Finding rows(MatrixOpening.Round round, SortedSet<Integer> drawn, DataInputStream in)
      throws IOException {
    Bytes32 seed =
        round.round() == 0 ? commit.seed() : OperandGenerator.nextSeed(round.previous().root());
    PrivateVector r = PrivateVector.draw(n, own);
    Projection v = Projection.of(seed, r);
    for (int number : drawn) {
      MatrixOpening.Row row = MatrixOpening.readRow(in, number, n);
      Bytes32 rowRoot = MatrixRoots.row(row.entries()).root();
      if (!Merkle.verify(rowRoot, number, n, row.path(), round.root().root())) {
        return Finding.rejected(
            "WRONG_ROW_PATH",
            "another root for row " + number + " of round " + round.round(),
            round.root().root());
      }
      byte[] a = OperandGenerator.packedRow(seed, Matrix.A, number, n);
      if (r.times(row.entries()) != v.times(a)) {
        return Finding.rejected(
            "WRONG_PRODUCT",
            "row " + number + " of round " + round.round(),
            "the row of A·B, by a secret vector");
      }
    }
    return Finding.accepted("the rows of round " + round.round());
  }
}
