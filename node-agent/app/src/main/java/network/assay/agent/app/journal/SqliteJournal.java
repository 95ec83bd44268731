package network.assay.agent.app.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.agent.execute.Assignment;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.Phase;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.store.StoreException;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.TelemetryBatch;

/**
 * The journal in SQLite: every method that writes is one transaction, committed with a full sync.
 */
public final class SqliteJournal implements Journal {
  private static final List<String> STEPS =
      List.of(
          "CREATE TABLE job(id TEXT PRIMARY KEY, turn INTEGER NOT NULL UNIQUE, assignment BLOB NOT NULL, phase TEXT NOT NULL,"
              + " note TEXT NOT NULL) STRICT",
          "CREATE INDEX job_open ON job(turn) WHERE phase <> 'CLOSED'",
          "CREATE TABLE signed(slot TEXT PRIMARY KEY, digest TEXT NOT NULL) STRICT",
          "CREATE TABLE artifact(job TEXT NOT NULL REFERENCES job(id), name TEXT NOT NULL, bytes BLOB NOT NULL,"
              + " PRIMARY KEY(job, name)) STRICT",
          "CREATE TABLE unit(job TEXT NOT NULL REFERENCES job(id), unit INTEGER NOT NULL, rows BLOB NOT NULL, result BLOB NOT NULL,"
              + " PRIMARY KEY(job, unit)) STRICT",
          "CREATE TABLE batch(job TEXT NOT NULL REFERENCES job(id), seq INTEGER NOT NULL, words BLOB NOT NULL, samples BLOB NOT NULL,"
              + " PRIMARY KEY(job, seq)) STRICT",
          "CREATE TABLE promise(job TEXT PRIMARY KEY, assignment BLOB NOT NULL, input BLOB NOT NULL) STRICT");

  private final SqliteStore store;

  /** Makes its tables in the store where they are missing. */
  public SqliteJournal(SqliteStore store) {
    this.store = store;
    store.migrate("agent_journal", STEPS);
  }

  @Override
  public void reserve(String slot, Bytes32 digest) {
    String known =
        store.inTransaction(tx -> {
          update(tx, "INSERT INTO signed VALUES(?,?) ON CONFLICT DO NOTHING", slot, digest.hex());
          return text(tx, "SELECT digest FROM signed WHERE slot=?", slot).orElseThrow();
        });
    if (!known.equals(digest.hex())) {
      throw new AlreadySignedException(slot, digest, Bytes32.fromHex(known));
    }
  }

  @Override
  public void open(Assignment assignment) {
    store.inTransaction(tx -> open(tx, assignment));
  }

  private static int open(Connection tx, Assignment assignment) throws SQLException {
    return update(
        tx,
        "INSERT INTO job SELECT ?, coalesce(max(turn),0)+1, ?, ?, '' FROM job WHERE true ON CONFLICT DO NOTHING",
        JobIds.text(assignment.jobId()),
        assignment.encode(),
        Phase.ASSIGNED.name());
  }

  @Override
  public void promise(Promise promise) {
    store.inTransaction(tx ->
        update(
            tx,
            "INSERT INTO promise VALUES(?,?,?) ON CONFLICT DO NOTHING",
            JobIds.text(promise.assignment().jobId()),
            promise.assignment().encode(),
            promise.input()));
  }

  @Override
  public List<Promise> promises() {
    return store.inTransaction(tx -> {
      try (PreparedStatement ask =
          tx.prepareStatement("SELECT assignment, input FROM promise ORDER BY job")) {
        List<Promise> out = new ArrayList<>();
        try (ResultSet row = ask.executeQuery()) {
          while (row.next()) {
            out.add(new Promise(Assignment.decode(row.getBytes(1)), row.getBytes(2)));
          }
        }
        return out;
      }
    });
  }

  @Override
  public void openPromised(Promise promise) {
    String job = JobIds.text(promise.assignment().jobId());
    store.inTransaction(tx -> {
      int _ = open(tx, promise.assignment());
      int _ =
          update(
              tx,
              "INSERT INTO artifact VALUES(?,?,?) ON CONFLICT DO NOTHING",
              job,
              Artifact.INPUT.name(),
              promise.input());
      return update(tx, "DELETE FROM promise WHERE job=?", job);
    });
  }

  @Override
  public void dropPromise(long jobId) {
    store.inTransaction(tx -> update(tx, "DELETE FROM promise WHERE job=?", JobIds.text(jobId)));
  }

  @Override
  public void phase(long jobId, Phase phase, String note) {
    int rows =
        store.inTransaction(tx ->
            update(
                tx,
                "UPDATE job SET phase=?, note=? WHERE id=?",
                phase.name(),
                note,
                JobIds.text(jobId)));
    if (rows != 1) {
      throw new StoreException("want job " + JobIds.text(jobId) + " in the journal, got none");
    }
  }

  @Override
  public Optional<Entry> find(long jobId) {
    return entries("WHERE id=?", JobIds.text(jobId)).stream().findFirst();
  }

  @Override
  public List<Entry> recent(int limit) {
    return entries("ORDER BY turn DESC LIMIT ?", limit);
  }

  @Override
  public List<Entry> unfinished() {
    return entries("WHERE phase <> 'CLOSED' ORDER BY turn");
  }

  private List<Entry> entries(String condition, Object... values) {
    return store.inTransaction(tx -> {
      try (PreparedStatement ask =
          tx.prepareStatement("SELECT assignment, phase, note FROM job " + condition)) {
        bind(ask, values);
        List<Entry> out = new ArrayList<>();
        try (ResultSet row = ask.executeQuery()) {
          while (row.next()) {
            out.add(
                new Entry(
                    Assignment.decode(row.getBytes(1)),
                    Phase.valueOf(row.getString(2)),
                    row.getString(3)));
          }
        }
        return out;
      }
    });
  }

  @Override
  public Optional<byte[]> artifact(long jobId, Artifact artifact) {
    return store.inTransaction(tx -> artifact(tx, JobIds.text(jobId), artifact));
  }

  private static Optional<byte[]> artifact(Connection tx, String job, Artifact artifact)
      throws SQLException {
    return blob(tx, "SELECT bytes FROM artifact WHERE job=? AND name=?", job, artifact.name());
  }

  @Override
  public byte[] putOnce(long jobId, Artifact artifact, byte[] bytes) {
    String job = JobIds.text(jobId);
    return store.inTransaction(tx -> {
      update(
          tx,
          "INSERT INTO artifact VALUES(?,?,?) ON CONFLICT DO NOTHING",
          job,
          artifact.name(),
          bytes);
      return artifact(tx, job, artifact).orElseThrow();
    });
  }

  @Override
  public int unitCount(long jobId) {
    return store.inTransaction(
        tx -> number(tx, "SELECT count(*) FROM unit WHERE job=?", JobIds.text(jobId)));
  }

  @Override
  public void putUnit(long jobId, int unit, byte[] rows, byte[] result) {
    String job = JobIds.text(jobId);
    store.inTransaction(tx -> {
      int next = number(tx, "SELECT count(*) FROM unit WHERE job=?", job);
      if (next != unit) {
        throw new StoreException(
            "want unit " + next + " of job " + job + " next, got unit " + unit);
      }
      return update(tx, "INSERT INTO unit VALUES(?,?,?,?)", job, unit, rows, result);
    });
  }

  @Override
  public StoredUnit unit(long jobId, int unit) {
    String job = JobIds.text(jobId);
    return store.inTransaction(tx ->
        new StoredUnit(
            blob(tx, "SELECT rows FROM unit WHERE job=? AND unit=?", job, unit)
                .orElseThrow(() -> noUnit(job, unit)),
            blob(tx, "SELECT result FROM unit WHERE job=? AND unit=?", job, unit)
                .orElseThrow(() -> noUnit(job, unit))));
  }

  private static StoreException noUnit(String job, int unit) {
    return new StoreException("want unit " + unit + " of job " + job + ", got none");
  }

  @Override
  public void putBatch(TelemetryBatch batch, byte[] samples) {
    store.inTransaction(tx ->
        update(
            tx,
            "INSERT INTO batch VALUES(?,?,?,?)",
            JobIds.text(batch.jobId()),
            batch.seq(),
            batch.words(),
            samples));
  }

  @Override
  public List<StoredBatch> batches(long jobId) {
    return store.inTransaction(tx -> {
      try (PreparedStatement ask =
          tx.prepareStatement("SELECT words, samples FROM batch WHERE job=? ORDER BY seq")) {
        bind(ask, JobIds.text(jobId));
        List<StoredBatch> out = new ArrayList<>();
        try (ResultSet row = ask.executeQuery()) {
          while (row.next()) {
            out.add(new StoredBatch(TelemetryBatch.fromWords(row.getBytes(1)), row.getBytes(2)));
          }
        }
        return out;
      }
    });
  }

  @Override
  public void forget(long jobId) {
    String job = JobIds.text(jobId);
    store.inTransaction(tx -> {
      update(tx, "DELETE FROM artifact WHERE job=?", job);
      update(tx, "DELETE FROM unit WHERE job=?", job);
      return update(tx, "DELETE FROM batch WHERE job=?", job);
    });
  }

  private static int update(Connection tx, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = tx.prepareStatement(sql)) {
      bind(statement, values);
      return statement.executeUpdate();
    }
  }

  private static Optional<String> text(Connection tx, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement ask = tx.prepareStatement(sql)) {
      bind(ask, values);
      try (ResultSet row = ask.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  private static Optional<byte[]> blob(Connection tx, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement ask = tx.prepareStatement(sql)) {
      bind(ask, values);
      try (ResultSet row = ask.executeQuery()) {
        return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
      }
    }
  }

  private static int number(Connection tx, String sql, Object... values) throws SQLException {
    try (PreparedStatement ask = tx.prepareStatement(sql)) {
      bind(ask, values);
      try (ResultSet row = ask.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }
}
