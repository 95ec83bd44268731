package network.assay.testchain.bench.work;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.MatrixDraw;
import network.assay.contracts.protocol.work.MatrixOpening;
import network.assay.contracts.protocol.work.MatrixOpening.Proved;
import network.assay.contracts.protocol.work.MatrixRoots;
import network.assay.contracts.protocol.work.OperandGenerator;
import network.assay.contracts.protocol.work.OperandGenerator.Matrix;

/**
 * Matrix work of which only the rows that will be opened were computed: a processor would need
 * hours for the others. Their roots are any numbers, which costs a verifier neither more nor less.
 */
record SampleWork(WorkCommit commit, MatrixDraw draw, byte[] opening) {
  static SampleWork of(int n) {
    Bytes32 seed = Keccak.hashUtf8("assay bench work " + n);
    MatrixDraw draw = MatrixDraw.of(seed, 1, Keccak.hashUtf8("rows to open"), MatrixDraw.ROUNDS, n);
    List<SortedSet<Integer>> drawn = List.copyOf(draw.rows().values()); // three of three rounds
    List<Merkle.Tree> rounds = new ArrayList<>();
    List<SortedMap<Integer, int[]>> opened = new ArrayList<>();
    for (int round = 0; round < MatrixDraw.ROUNDS; round++) {
      Bytes32 its = round == 0 ? seed : OperandGenerator.nextSeed(rounds.getLast().root());
      opened.add(rows(its, drawn.get(round), n));
      rounds.add(tree(opened.getLast(), n));
    }
    Merkle.Tree work = MatrixRoots.work(rounds.stream().map(Merkle.Tree::root).toList());
    WorkCommit commit =
        new WorkCommit(
            1,
            Address.ZERO,
            Bytes32.ZERO,
            seed,
            rounds.size(),
            n,
            Bytes32.ZERO,
            work.root(),
            Bytes32.ZERO,
            Bytes32.ZERO,
            0);
    return new SampleWork(commit, draw, write(work, rounds, opened));
  }

  /** A row of A, and the row of C that it becomes, an entry at a time. */
  @SuppressWarnings("ArrayRecordComponent") // filled here, never compared
  private record Row(short[] operands, int[] entries) {
    void fill(int column, short[] b) {
      int sum = 0;
      for (int k = 0; k < operands.length; k++) {
        sum += operands[k] * b[k];
      }
      entries[column] = sum;
    }
  }

  private static SortedMap<Integer, int[]> rows(Bytes32 seed, SortedSet<Integer> wanted, int n) {
    SortedMap<Integer, int[]> rows = new TreeMap<>();
    List<Row> all = new ArrayList<>();
    for (int i : wanted) {
      int[] entries = new int[n];
      rows.put(i, entries);
      all.add(new Row(operands(OperandGenerator.packedRow(seed, Matrix.A, i, n)), entries));
    }
    for (int j = 0; j < n; j++) {
      short[] b = operands(OperandGenerator.packedRow(seed, Matrix.B_TRANSPOSED, j, n));
      for (Row row : all) {
        row.fill(j, b);
      }
    }
    return rows;
  }

  private static short[] operands(byte[] packed) {
    short[] operands = new short[packed.length * 2];
    for (int k = 0; k < operands.length; k++) {
      operands[k] = (short) OperandGenerator.operand(packed, k);
    }
    return operands;
  }

  private static Merkle.Tree tree(SortedMap<Integer, int[]> opened, int n) {
    List<Bytes32> roots = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      int[] entries = opened.get(i);
      roots.add(
          entries == null
              ? Keccak.hash(Bytes.start().u32(i).toArray())
              : MatrixRoots.row(entries).root());
    }
    return MatrixRoots.round(roots);
  }

  private static byte[] write(
      Merkle.Tree work, List<Merkle.Tree> rounds, List<SortedMap<Integer, int[]>> opened) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      Proved previous = MatrixOpening.Round.NOBODY;
      for (int round = 0; round < rounds.size(); round++) {
        Merkle.Tree tree = rounds.get(round);
        Proved root = new Proved(tree.root(), work.path(round));
        MatrixOpening.write(out, new MatrixOpening.Round(round, root, previous));
        for (var row : opened.get(round).entrySet()) {
          MatrixOpening.write(
              out, new MatrixOpening.Row(row.getKey(), tree.path(row.getKey()), row.getValue()));
        }
        previous = root;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
