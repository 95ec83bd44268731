package network.assay.agent.runtime;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import network.assay.agent.execute.Journal.StoredUnit;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.OpenedRow;
import network.assay.contracts.protocol.ProtocolException;

/**
 * Everything a job computed, as hashes: the roots to commit to and the paths to open. The rows
 * themselves stay where they were stored, for a job may have a hundred megabytes of them.
 */
public final class Transcript {
  private final Merkle.Tree work;
  private final Merkle.Tree result;
  private final int[] firstRow;
  private final int dim;
  private final IntFunction<StoredUnit> units;

  private Transcript(
      Merkle.Tree work,
      Merkle.Tree result,
      int[] firstRow,
      int dim,
      IntFunction<StoredUnit> units) {
    this.work = work;
    this.result = result;
    this.firstRow = firstRow;
    this.dim = dim;
    this.units = units;
  }

  /**
   * Reads every stored unit once.
   *
   * @param units reads a unit from 0 to {@code count} − 1
   */
  public static Transcript read(int count, IntFunction<StoredUnit> units) {
    List<Bytes32> workLeaves = new ArrayList<>();
    List<Bytes32> resultLeaves = new ArrayList<>();
    int[] firstRow = new int[count];
    int dim = 0;
    for (int unit = 0; unit < count; unit++) {
      StoredUnit stored = units.apply(unit);
      dim = Leaves.dim(stored.result());
      firstRow[unit] = workLeaves.size();
      int width = Leaves.workLeafBytes(dim);
      for (int at = 0; at < stored.rows().length; at += width) {
        workLeaves.add(Merkle.leaf(Arrays.copyOfRange(stored.rows(), at, at + width)));
      }
      resultLeaves.add(Merkle.leaf(stored.result()));
    }
    return new Transcript(Merkle.tree(workLeaves), Merkle.tree(resultLeaves), firstRow, dim, units);
  }

  public int unitCount() {
    return firstRow.length;
  }

  public int rowCount() {
    return work.size();
  }

  public Bytes32 workRoot() {
    return work.root();
  }

  public Bytes32 plaintextRoot() {
    return result.root();
  }

  /** {@code u32 units ‖ u32 dim ‖ units × dim × float32}. */
  public byte[] resultPlaintext() {
    ByteBuffer out =
        ByteBuffer.allocate(Math.addExact(8, Math.multiplyExact(unitCount(), 4 * dim)));
    out.putInt(unitCount()).putInt(dim);
    for (int unit = 0; unit < unitCount(); unit++) {
      out.put(Leaves.vector(units.apply(unit).result()));
    }
    return out.array();
  }

  /** One row with its unit's embedding and both paths. */
  public OpenedRow open(int row) {
    if (row < 0 || row >= rowCount()) {
      throw new ProtocolException("OUT_OF_RANGE", "a row below " + rowCount(), row);
    }
    int found = Arrays.binarySearch(firstRow, row);
    int unit = found >= 0 ? found : -found - 2;
    StoredUnit stored = units.apply(unit);
    int width = Leaves.workLeafBytes(dim);
    int at = (row - firstRow[unit]) * width;
    return new OpenedRow(
        row,
        unit,
        Arrays.copyOfRange(stored.rows(), at, at + width),
        work.path(row),
        stored.result(),
        result.path(unit));
  }
}
