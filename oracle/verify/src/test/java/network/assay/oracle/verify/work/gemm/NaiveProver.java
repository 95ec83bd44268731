package network.assay.oracle.verify.work.gemm;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.MatrixDraw;
import network.assay.contracts.protocol.work.MatrixOpening;
import network.assay.contracts.protocol.work.MatrixOpening.Proved;
import network.assay.contracts.protocol.work.MatrixRoots;
import network.assay.contracts.protocol.work.OperandGenerator;
import network.assay.contracts.protocol.work.OperandGenerator.Matrix;

/**
 * Matrix work by the definition, an entry at a time. Work is public to be spoilt: what is committed
 * afterwards is what stands in {@code rounds} then.
 */
final class NaiveProver {
  final Bytes32 seed;
  final int n;
  final List<Bytes32> seeds = new ArrayList<>();
  final List<int[][]> rounds = new ArrayList<>();

  NaiveProver(Bytes32 seed, int n, int count) {
    this.seed = seed;
    this.n = n;
    for (int round = 0; round < count; round++) {
      seeds.add(round == 0 ? seed : OperandGenerator.nextSeed(tree(round - 1).root()));
      rounds.add(product(seeds.getLast(), n));
    }
  }

  static int[][] product(Bytes32 seed, int n) {
    byte[][] b = new byte[n][];
    for (int j = 0; j < n; j++) {
      b[j] = OperandGenerator.packedRow(seed, Matrix.B_TRANSPOSED, j, n);
    }
    int[][] c = new int[n][n];
    for (int i = 0; i < n; i++) {
      byte[] a = OperandGenerator.packedRow(seed, Matrix.A, i, n);
      for (int j = 0; j < n; j++) {
        c[i][j] = OperandGenerator.entry(a, b[j]);
      }
    }
    return c;
  }

  Merkle.Tree tree(int round) {
    return MatrixRoots.round(
        Arrays.stream(rounds.get(round)).map(row -> MatrixRoots.row(row).root()).toList());
  }

  private Merkle.Tree work() {
    List<Bytes32> roots = new ArrayList<>();
    for (int round = 0; round < rounds.size(); round++) {
      roots.add(tree(round).root());
    }
    return MatrixRoots.work(roots);
  }

  WorkCommit commit() {
    return new WorkCommit(
        7,
        Address.ZERO,
        Bytes32.ZERO,
        seed,
        rounds.size(),
        n,
        Bytes32.ZERO,
        work().root(),
        Bytes32.ZERO,
        Bytes32.ZERO,
        0);
  }

  /** What an honest device answers to this draw. */
  byte[] open(MatrixDraw draw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Merkle.Tree work = work();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (var drawn : draw.rows().entrySet()) {
        int round = drawn.getKey();
        MatrixOpening.write(
            out, new MatrixOpening.Round(round, proved(work, round), previous(work, round)));
        Merkle.Tree tree = tree(round);
        for (int row : drawn.getValue()) {
          MatrixOpening.write(
              out, new MatrixOpening.Row(row, tree.path(row), rounds.get(round)[row]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private Proved proved(Merkle.Tree work, int round) {
    return new Proved(tree(round).root(), work.path(round));
  }

  private Proved previous(Merkle.Tree work, int round) {
    return round == 0 ? MatrixOpening.Round.NOBODY : proved(work, round - 1);
  }
}
