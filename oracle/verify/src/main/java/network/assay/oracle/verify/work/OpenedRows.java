package network.assay.oracle.verify.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.OpenedRow;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.EmbeddingLeaves;
import network.assay.oracle.verify.Finding;

/**
 * The drawn rows out of all openings that came, each proved to lie under the committed roots.
 *
 * <p>Only bytes that the device signed count: openings pass through many hands. Rows that nobody
 * drew are not looked at, so that nobody can make an oracle work more than the draws allow. A drawn
 * row may be opened more than once; every one of them must hold, so that the order in which
 * openings arrive changes nothing.
 */
public final class OpenedRows {

  /** An opening from each oracle's way of hearing it, and some to spare. */
  public static final int OPENINGS_MAX = 62;

  private final WorkCommit commit;
  private final RowMap rowMap;
  private final List<Opened> opened = new ArrayList<>();
  private final Set<Integer> seen = new TreeSet<>();

  private OpenedRows(WorkCommit commit, RowMap rowMap) {
    this.commit = commit;
    this.rowMap = rowMap;
  }

  /** A row under the committed roots: what the provider claims for a token, and for its unit. */
  @SuppressWarnings("ArrayRecordComponent") // compared number by number, never with equals
  public record Opened(int row, RowMap.Place place, float[] hidden, float[] embedding) {}

  /** What the openings came to; {@code rows} is only worth using where the finding holds. */
  public record Result(Finding finding, List<Opened> rows) {}

  /**
   * Collects the drawn rows.
   *
   * @param openings as received; those that the device did not sign are passed over
   * @throws IllegalArgumentException if the caller collected more than {@link #OPENINGS_MAX}
   */
  public static Result collect(
      WorkCommit commit,
      RowMap rowMap,
      Address device,
      Eip712Domain market,
      List<RevealedDraw> draws,
      List<SignedOpening> openings) {
    if (openings.size() > OPENINGS_MAX) {
      throw new IllegalArgumentException(
          "want at most " + OPENINGS_MAX + " openings, got " + openings.size());
    }
    OpenedRows rows = new OpenedRows(commit, rowMap);
    SortedSet<Integer> drawn = new TreeSet<>();
    draws.forEach(draw -> drawn.addAll(draw.rows(commit)));
    for (SignedOpening opening : openings) {
      if (opening.isBy(device, commit, market)) {
        Finding finding = rows.take(opening, drawn);
        if (!finding.holds()) {
          return new Result(finding, List.of());
        }
      }
    }
    return new Result(rows.completeness(draws), List.copyOf(rows.opened));
  }

  private Finding take(SignedOpening opening, Set<Integer> drawn) {
    List<OpenedRow> rows;
    try {
      rows = OpenedRow.decode(opening.bytes());
    } catch (ProtocolException refused) {
      return Finding.refused(refused, "the bytes of an opening");
    }
    for (OpenedRow row : rows) {
      if (row.row() < commit.rows() && drawn.contains((int) row.row())) {
        Finding finding = take(row);
        if (!finding.holds()) {
          return finding;
        }
      }
    }
    return Finding.accepted("every drawn row of this opening lies under the roots");
  }

  private Finding take(OpenedRow row) {
    RowMap.Place place = rowMap.place(row.row());
    Finding paths = paths(row, place);
    if (!paths.holds()) {
      return paths;
    }
    try {
      EmbeddingLeaves.Row work = EmbeddingLeaves.readWork(row.workLeaf());
      EmbeddingLeaves.Result result = EmbeddingLeaves.readResult(row.resultLeaf());
      Finding places = places(row, place, work, result);
      if (places.holds()) {
        opened.add(new Opened((int) row.row(), place, work.values(), result.values()));
        seen.add((int) row.row());
      }
      return places;
    } catch (ProtocolException refused) {
      return Finding.refused(refused, "the leaves of row " + row.row());
    }
  }

  private Finding paths(OpenedRow row, RowMap.Place place) {
    boolean work =
        Merkle.verify(
            Merkle.leaf(row.workLeaf()),
            row.row(),
            commit.rows(),
            row.workPath(),
            commit.workRoot());
    if (!work) {
      return Finding.rejected(
          "WRONG_WORK_PATH", "a path to another root for row " + row.row(), commit.workRoot());
    }
    boolean result =
        Merkle.verify(
            Merkle.leaf(row.resultLeaf()),
            place.unit(),
            commit.units(),
            row.resultPath(),
            commit.plaintextRoot());
    return result
        ? Finding.accepted("under both roots")
        : Finding.rejected(
            "WRONG_RESULT_PATH",
            "a path to another root for unit " + place.unit(),
            commit.plaintextRoot());
  }

  private static Finding places(
      OpenedRow row, RowMap.Place place, EmbeddingLeaves.Row work, EmbeddingLeaves.Result result) {
    if (work.unit() != place.unit()
        || work.token() != place.token()
        || row.unit() != place.unit()) {
      return Finding.rejected(
          "WRONG_PLACE",
          "unit "
              + work.unit()
              + ", token "
              + work.token()
              + " (opened as unit "
              + row.unit()
              + ")",
          "unit " + place.unit() + ", token " + place.token() + " for row " + row.row());
    }
    if (result.unit() != place.unit()) {
      return Finding.rejected("WRONG_RESULT_UNIT", result.unit(), place.unit());
    }
    return Finding.accepted("where it belongs");
  }

  /** Whether every row is there that somebody may demand. */
  private Finding completeness(List<RevealedDraw> draws) {
    SortedSet<Integer> pending = new TreeSet<>();
    for (RevealedDraw draw : draws) {
      SortedSet<Integer> missing = new TreeSet<>(draw.rows(commit));
      missing.removeAll(seen);
      if (!missing.isEmpty() && draw.due() == RevealedDraw.Due.OVERDUE) {
        return Finding.rejected(
            "OPENING_WITHHELD",
            "no opening of rows " + missing,
            "every row drawn by " + draw.oracle());
      }
      if (draw.due() == RevealedDraw.Due.PENDING) {
        pending.addAll(missing);
      }
    }
    if (!pending.isEmpty()) {
      return Finding.inconclusive("openings of rows " + pending + ", not due yet");
    }
    return seen.isEmpty()
        ? Finding.inconclusive("a draw with its openings")
        : Finding.accepted(seen.size() + " drawn rows opened");
  }
}
