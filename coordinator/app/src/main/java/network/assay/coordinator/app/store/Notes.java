package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.query;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What we and the agents say about a job, for people. */
public final class Notes {
  /** A job that goes well has about ten; an agent that talks on is not heard. */
  private static final int NOTES_MAX = 200;

  private Notes() {}

  /** One line of the time line; {@code source} is coordinator or agent. */
  public record Note(long atMs, String source, String phase, String text) {}

  public static void add(Connection tx, long jobId, Note note) throws SQLException {
    update(
        tx,
        "INSERT INTO notes(job_id, at_ms, source, phase, text) SELECT ?,?,?,?,?"
            + " WHERE (SELECT count(*) FROM notes WHERE job_id=?) < ?",
        jobId,
        note.atMs(),
        note.source(),
        note.phase(),
        note.text(),
        jobId,
        NOTES_MAX);
  }

  public static List<Note> of(Connection tx, long jobId) throws SQLException {
    return query(
        tx,
        row -> new Note(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)),
        "SELECT at_ms, source, phase, text FROM notes WHERE job_id=? ORDER BY id",
        jobId);
  }
}
