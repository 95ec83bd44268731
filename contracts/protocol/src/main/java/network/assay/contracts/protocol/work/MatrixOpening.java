package network.assay.contracts.protocol.work;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ProtocolException;

/**
 * Opened rows of matrix work as bytes, written and read as they pass by: three rounds of 128 rows
 * are 25 MB at n = 16,384.
 *
 * <p>For each drawn round, ascending: {@code u32 round ‖ root ‖ path}, for every round but the
 * first {@code root ‖ path} of the round before, then for each drawn row, ascending, {@code u32 row
 * ‖ path ‖ n × int32}. A path is {@code u8 count ‖ hashes}, bottom up. Which rows there are follows
 * from the draw, so nothing counts them, and nothing follows the last.
 */
public final class MatrixOpening {
  private static final int PATH_MAX = 32;

  private MatrixOpening() {}

  /**
   * A round that is opened.
   *
   * @param root its own
   * @param previous the root from which this round's seed follows, with its own path; in round 0
   *     nobody's: the seed is the commitment's
   */
  public record Round(int round, Proved root, Proved previous) {
    /** What stands where round 0 has no round before it. */
    public static final Proved NOBODY = new Proved(Bytes32.ZERO, List.of());
  }

  /** A round's root and its path to the work root. */
  public record Proved(Bytes32 root, List<Bytes32> path) {
    public Proved {
      path = List.copyOf(path);
    }
  }

  /**
   * A row that is opened.
   *
   * @param path from the row's root to the round's
   * @param entries n of them
   */
  @SuppressWarnings("ArrayRecordComponent") // megabytes, multiplied once, never compared
  public record Row(int row, List<Bytes32> path, int[] entries) {
    public Row {
      path = List.copyOf(path);
    }
  }

  public static void write(DataOutputStream out, Round round) throws IOException {
    out.writeInt(round.round());
    proved(out, round.root());
    if (round.round() > 0) {
      proved(out, round.previous());
    }
  }

  public static void write(DataOutputStream out, Row row) throws IOException {
    out.writeInt(row.row());
    path(out, row.path());
    byte[] entries = new byte[row.entries().length * Integer.BYTES];
    ByteBuffer.wrap(entries).asIntBuffer().put(row.entries());
    out.write(entries);
  }

  private static void proved(DataOutputStream out, Proved proved) throws IOException {
    out.write(proved.root().toArray());
    path(out, proved.path());
  }

  private static void path(DataOutputStream out, List<Bytes32> path) throws IOException {
    out.writeByte(path.size());
    for (Bytes32 hash : path) {
      out.write(hash.toArray());
    }
  }

  /**
   * Reads the round that must come next.
   *
   * @throws ProtocolException where another comes, or the bytes end
   */
  public static Round readRound(DataInputStream in, int want) throws IOException {
    try {
      requireNumber("round", in.readInt(), want);
      Proved root = proved(in);
      return new Round(want, root, want > 0 ? proved(in) : Round.NOBODY);
    } catch (EOFException e) {
      throw new ProtocolException("TRUNCATED", "round " + want, "the end of the opening");
    }
  }

  /**
   * Reads the row that must come next.
   *
   * @param n entries of a row
   * @throws ProtocolException where another comes, or the bytes end
   */
  public static Row readRow(DataInputStream in, int want, int n) throws IOException {
    try {
      requireNumber("row", in.readInt(), want);
      List<Bytes32> path = path(in);
      byte[] bytes = in.readNBytes(n * Integer.BYTES);
      if (bytes.length < n * Integer.BYTES) {
        throw new EOFException();
      }
      int[] entries = new int[n];
      ByteBuffer.wrap(bytes).asIntBuffer().get(entries);
      return new Row(want, path, entries);
    } catch (EOFException e) {
      throw new ProtocolException("TRUNCATED", "row " + want, "the end of the opening");
    }
  }

  /** Refuses bytes after the last row. */
  public static void readEnd(DataInputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new ProtocolException("TRAILING_BYTES", "none", "more after the last row");
    }
  }

  private static void requireNumber(String what, int got, int want) {
    if (got != want) {
      throw new ProtocolException(
          "OPENING_WITHHELD", what + " " + want, what + " " + Integer.toUnsignedString(got));
    }
  }

  private static Proved proved(DataInputStream in) throws IOException {
    return new Proved(hash(in), path(in));
  }

  private static List<Bytes32> path(DataInputStream in) throws IOException {
    int count = in.readUnsignedByte();
    if (count > PATH_MAX) {
      throw new ProtocolException("TOO_LONG", PATH_MAX + " steps", count);
    }
    List<Bytes32> path = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      path.add(hash(in));
    }
    return path;
  }

  private static Bytes32 hash(DataInputStream in) throws IOException {
    byte[] hash = new byte[Bytes32.SIZE];
    in.readFully(hash);
    return Bytes32.of(hash);
  }
}
