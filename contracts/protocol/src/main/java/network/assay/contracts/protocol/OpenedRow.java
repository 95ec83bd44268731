package network.assay.contracts.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * One opened row with the embedding of its unit.
 *
 * @param workLeaf {@code u32 unit ‖ u32 token ‖ dim × float32}
 * @param resultLeaf {@code u32 unit ‖ dim × float32}
 */
public record OpenedRow(
    long row,
    long unit,
    byte[] workLeaf,
    List<Bytes32> workPath,
    byte[] resultLeaf,
    List<Bytes32> resultPath) {
  /** Four draws of at most 31 oracles. */
  public static final int COUNT_MAX = 124;

  private static final int LEAF_BYTES_MAX = 8 + 4 * 8192;
  private static final int PATH_MAX = 32;

  public OpenedRow {
    workPath = List.copyOf(workPath);
    resultPath = List.copyOf(resultPath);
  }

  /** The opening's bytes, whose hash is {@code Opening.openingsHash}. */
  public static byte[] encode(List<OpenedRow> rows) {
    if (rows.isEmpty() || rows.size() > COUNT_MAX) {
      throw new ProtocolException("OUT_OF_RANGE", "1 to " + COUNT_MAX + " rows", rows.size());
    }
    Bytes out = Bytes.start().u16(rows.size());
    for (OpenedRow row : rows) {
      out.u32(row.row()).u32(row.unit());
      out.u16(row.workLeaf().length).raw(row.workLeaf());
      path(out, row.workPath());
      out.u16(row.resultLeaf().length).raw(row.resultLeaf());
      path(out, row.resultPath());
    }
    return out.toArray();
  }

  private static void path(Bytes out, List<Bytes32> path) {
    out.u8(path.size());
    path.forEach(out::raw);
  }

  /** Refuses anything but ascending rows, bounded leaves and no trailing bytes. */
  public static List<OpenedRow> decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int count = in.u16();
    if (count < 1 || count > COUNT_MAX) {
      throw new ProtocolException("OUT_OF_RANGE", "1 to " + COUNT_MAX + " rows", count);
    }
    List<OpenedRow> rows = new ArrayList<>(count);
    long last = -1;
    for (int i = 0; i < count; i++) {
      OpenedRow row =
          new OpenedRow(in.u32(), in.u32(), leaf(in), readPath(in), leaf(in), readPath(in));
      if (row.row() <= last) {
        throw new ProtocolException("NOT_ASCENDING", "a row above " + last, row.row());
      }
      last = row.row();
      rows.add(row);
    }
    in.end();
    return rows;
  }

  private static byte[] leaf(ByteReader in) {
    int length = in.u16();
    if (length > LEAF_BYTES_MAX) {
      throw new ProtocolException("TOO_LONG", LEAF_BYTES_MAX + " bytes", length);
    }
    return in.raw(length);
  }

  private static List<Bytes32> readPath(ByteReader in) {
    int length = in.u8();
    if (length > PATH_MAX) {
      throw new ProtocolException("TOO_LONG", PATH_MAX + " steps", length);
    }
    List<Bytes32> path = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      path.add(in.bytes32());
    }
    return path;
  }
}
