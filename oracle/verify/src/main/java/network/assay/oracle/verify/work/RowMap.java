package network.assay.oracle.verify.work;

import java.util.Arrays;
import java.util.List;

/** Numbers the rows of an embeddings job over all its passages: row ↔ (unit, token). */
public final class RowMap {

  /**
   * By unit: number of its first row; one entry more than units, the last is the number of all
   * rows.
   */
  private final long[] firstRow;

  private RowMap(long[] firstRow) {
    this.firstRow = firstRow;
  }

  /** Where a row lies. */
  public record Place(int unit, int token) {}

  /** The rows of these passages, as this model cuts them into tokens. */
  public static RowMap of(List<String> passages, ModelRunner.Model model) {
    long[] firstRow = new long[passages.size() + 1];
    for (int unit = 0; unit < passages.size(); unit++) {
      firstRow[unit + 1] = firstRow[unit] + model.tokens(passages.get(unit));
    }
    return new RowMap(firstRow);
  }

  /** Number of units. */
  public int units() {
    return firstRow.length - 1;
  }

  /** Number of rows over all units. */
  public long rows() {
    return firstRow[units()];
  }

  /**
   * Where {@code row} lies.
   *
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public Place place(long row) {
    if (row < 0 || row >= rows()) {
      throw new IndexOutOfBoundsException("want a row below " + rows() + ", got " + row);
    }
    int found = Arrays.binarySearch(firstRow, row);
    int unit = found >= 0 ? found : -found - 2;
    return new Place(unit, (int) (row - firstRow[unit]));
  }
}
