package network.assay.oracle.node.store;

import java.util.List;

/**
 * The node's tables. Steps are applied once and in order; a step that was released never changes.
 */
public final class Schema {
  public static final String COMPONENT = "oracle-node";

  public static final List<String> STEPS =
      List.of(
          // Whose store this is: another key or chain in the same file would void every promise in
          // it.
          """
          CREATE TABLE identity(
            one INTEGER PRIMARY KEY CHECK(one = 1), oracle BLOB NOT NULL, chain_id INTEGER NOT NULL, committee BLOB NOT NULL
          ) STRICT\
          """,
          """
          CREATE TABLE bundle(
            job_id INTEGER NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL, stored_at_s INTEGER NOT NULL,
            PRIMARY KEY(job_id, hash)
          ) STRICT\
          """,
          """
          CREATE TABLE ack(
            job_id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, bundle_hash BLOB NOT NULL, signature BLOB NOT NULL
          ) STRICT\
          """,
          """
          CREATE TABLE draw_seed(
            job_id INTEGER NOT NULL, bundle_hash BLOB NOT NULL, seed BLOB NOT NULL, PRIMARY KEY(job_id, bundle_hash)
          ) STRICT\
          """,
          """
          CREATE TABLE certificate(
            job_id INTEGER PRIMARY KEY, bundle_hash BLOB NOT NULL, message BLOB NOT NULL
          ) STRICT\
          """,
          """
          CREATE TABLE draw_reveal(
            job_id INTEGER NOT NULL, oracle BLOB NOT NULL, words BLOB NOT NULL, signature BLOB NOT NULL,
            PRIMARY KEY(job_id, oracle)
          ) STRICT\
          """,
          """
          CREATE TABLE opening(
            job_id INTEGER NOT NULL, hash BLOB NOT NULL, message BLOB NOT NULL, PRIMARY KEY(job_id, hash)
          ) STRICT\
          """,
          """
          CREATE TABLE telemetry_nonce(
            job_id INTEGER PRIMARY KEY, device BLOB NOT NULL, words BLOB NOT NULL, signature BLOB NOT NULL
          ) STRICT\
          """,
          """
          CREATE TABLE telemetry(
            job_id INTEGER NOT NULL, seq INTEGER NOT NULL, digest BLOB NOT NULL, words BLOB NOT NULL,
            signature BLOB NOT NULL, PRIMARY KEY(job_id, seq)
          ) STRICT\
          """,
          """
          CREATE TABLE telemetry_conflict(job_id INTEGER PRIMARY KEY, message BLOB NOT NULL) STRICT\
          """,
          """
          CREATE TABLE job(
            job_id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, phase TEXT NOT NULL, note TEXT NOT NULL,
            bundle_hash BLOB NOT NULL, attempt INTEGER NOT NULL, verdict BLOB, leaf BLOB, findings TEXT NOT NULL,
            seq INTEGER, closed INTEGER NOT NULL, changed_at_s INTEGER NOT NULL
          ) STRICT\
          """,
          "CREATE INDEX job_open ON job(closed, changed_at_s)",
          """
          CREATE TABLE committee_record(
            ord INTEGER PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL,
            bytes BLOB NOT NULL
          ) STRICT\
          """,
          "CREATE INDEX committee_record_epoch ON committee_record(epoch, ord)",
          // One report for one (epoch, seq), whatever happens.
          """
          CREATE TABLE report_claim(
            epoch INTEGER NOT NULL, seq INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY(epoch, seq)
          ) STRICT\
          """,
          """
          CREATE TABLE decision(
            epoch INTEGER NOT NULL, seq INTEGER NOT NULL, message BLOB NOT NULL, reported INTEGER NOT NULL,
            PRIMARY KEY(epoch, seq)
          ) STRICT\
          """,
          """
          CREATE TABLE equivocation(
            ord INTEGER PRIMARY KEY AUTOINCREMENT, signer BLOB NOT NULL, kind TEXT NOT NULL, first_words BLOB NOT NULL,
            first_signature BLOB NOT NULL, second_words BLOB NOT NULL, second_signature BLOB NOT NULL, seen_at_s INTEGER NOT NULL
          ) STRICT\
          """);

  private Schema() {}
}
