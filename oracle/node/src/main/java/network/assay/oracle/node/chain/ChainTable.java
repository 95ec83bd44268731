package network.assay.oracle.node.chain;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.client.assay.AssayEvent;
import network.assay.contracts.client.assay.AssayEvents;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.JobCard;

/**
 * The logs themselves, and what is folded from them: what a reorganisation takes back is deleted,
 * and every answer is right again.
 */
final class ChainTable {
  static final String COMPONENT = "oracle-chain";

  static final List<String> STEPS =
      List.of(
          """
          CREATE TABLE chain_event(
            block INTEGER NOT NULL, log_index INTEGER NOT NULL, at_s INTEGER NOT NULL, kind TEXT NOT NULL,
            key_a INTEGER NOT NULL, key_b INTEGER NOT NULL, address TEXT NOT NULL, topics TEXT NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY(block, log_index)
          ) STRICT\
          """,
          "CREATE INDEX chain_event_key ON chain_event(kind, key_a, key_b)",
          "CREATE TABLE chain_committee(epoch INTEGER PRIMARY KEY, block INTEGER NOT NULL, blob BLOB NOT NULL) STRICT",
          "CREATE TABLE chain_head(one INTEGER PRIMARY KEY CHECK(one = 1), block INTEGER NOT NULL, at_s INTEGER NOT NULL) STRICT");

  private static final String JOB = "JOB";
  private static final String REPORT = "REPORT";

  /** A report that the chain has taken, and where. */
  record Accepted(long block, long epoch, long seq) {}

  private final AssayEvents events;

  ChainTable(AssayEvents events) {
    this.events = events;
  }

  /** Keeps the log where it is one of a job's or a report's. */
  void put(Connection tx, ChainLog log, AssayEvent event, long atS) throws SQLException {
    switch (event) {
      case AssayEvent.OfJob job -> put(tx, log, atS, JOB, job.jobId(), 0);
      case AssayEvent.ReportAccepted report ->
          put(tx, log, atS, REPORT, report.epoch(), report.seq());
      default -> {}
    }
  }

  private static void put(Connection tx, ChainLog log, long atS, String kind, long keyA, long keyB)
      throws SQLException {
    try (PreparedStatement insert =
        tx.prepareStatement("INSERT OR REPLACE INTO chain_event VALUES(?,?,?,?,?,?,?,?,?)")) {
      insert.setLong(1, log.blockNumber());
      insert.setInt(2, log.logIndex());
      insert.setLong(3, atS);
      insert.setString(4, kind);
      insert.setLong(5, keyA);
      insert.setLong(6, keyB);
      insert.setString(7, log.address());
      insert.setString(8, String.join(" ", log.topics()));
      insert.setString(9, log.data());
      insert.executeUpdate();
    }
  }

  Optional<JobOnChain> job(Connection tx, long jobId) throws SQLException {
    return fold(tx, jobId).job();
  }

  /** What the market wants to be shown of a job. */
  Optional<JobCard> card(Connection tx, long jobId) throws SQLException {
    return fold(tx, jobId).card();
  }

  private JobFold fold(Connection tx, long jobId) throws SQLException {
    String query =
        "SELECT block, log_index, at_s, address, topics, data FROM chain_event WHERE kind=? AND key_a=? ORDER BY block, log_index";
    try (PreparedStatement ask = tx.prepareStatement(query)) {
      ask.setString(1, JOB);
      ask.setLong(2, jobId);
      JobFold fold = new JobFold(jobId);
      try (ResultSet row = ask.executeQuery()) {
        while (row.next()) {
          if (events.decode(log(row)).orElseThrow() instanceof AssayEvent.OfJob event) {
            fold.take(event, row.getLong(3));
          }
        }
      }
      return fold;
    }
  }

  private static ChainLog log(ResultSet row) throws SQLException {
    List<String> topics = List.of(row.getString(5).split(" ", -1));
    return new ChainLog(
        row.getString(4), topics, row.getString(6), "", row.getLong(1), "", 0, row.getInt(2));
  }

  static List<Accepted> reports(Connection tx) throws SQLException {
    return accepted(
        tx, "SELECT block, key_a, key_b FROM chain_event WHERE kind=? ORDER BY block, log_index");
  }

  static boolean reported(Connection tx, long epoch, long seq) throws SQLException {
    return !accepted(
            tx,
            "SELECT block, key_a, key_b FROM chain_event WHERE kind=? AND key_a=? AND key_b=?",
            epoch,
            seq)
        .isEmpty();
  }

  private static List<Accepted> accepted(Connection tx, String query, long... keys)
      throws SQLException {
    try (PreparedStatement ask = tx.prepareStatement(query)) {
      ask.setString(1, REPORT);
      for (int i = 0; i < keys.length; i++) {
        ask.setLong(i + 2, keys[i]);
      }
      List<Accepted> out = new ArrayList<>();
      try (ResultSet row = ask.executeQuery()) {
        while (row.next()) {
          out.add(new Accepted(row.getLong(1), row.getLong(2), row.getLong(3)));
        }
      }
      return out;
    }
  }

  static void putCommittee(Connection tx, long block, Committee committee) throws SQLException {
    try (PreparedStatement insert =
        tx.prepareStatement("INSERT OR REPLACE INTO chain_committee VALUES(?,?,?)")) {
      insert.setLong(1, committee.epoch());
      insert.setLong(2, block);
      insert.setBytes(3, committee.blob());
      insert.executeUpdate();
    }
  }

  static List<Committee> committees(Connection tx) throws SQLException {
    try (PreparedStatement ask =
            tx.prepareStatement("SELECT epoch, blob FROM chain_committee ORDER BY epoch");
        ResultSet row = ask.executeQuery()) {
      List<Committee> out = new ArrayList<>();
      while (row.next()) {
        out.add(Committee.fromBlob(row.getLong(1), row.getBytes(2)));
      }
      return out;
    }
  }

  static void putHead(Connection tx, Chain.Head head) throws SQLException {
    try (PreparedStatement insert =
        tx.prepareStatement("INSERT OR REPLACE INTO chain_head VALUES(1,?,?)")) {
      insert.setLong(1, head.block());
      insert.setLong(2, head.timestampS());
      insert.executeUpdate();
    }
  }

  static Optional<Chain.Head> head(Connection tx) throws SQLException {
    try (PreparedStatement ask = tx.prepareStatement("SELECT block, at_s FROM chain_head");
        ResultSet row = ask.executeQuery()) {
      return row.next()
          ? Optional.of(new Chain.Head(row.getLong(1), row.getLong(2)))
          : Optional.empty();
    }
  }

  static void rollback(Connection tx, long toBlock) throws SQLException {
    for (String table : List.of("chain_event", "chain_committee")) {
      try (PreparedStatement delete =
          tx.prepareStatement("DELETE FROM " + table + " WHERE block>?")) {
        delete.setLong(1, toBlock);
        delete.executeUpdate();
      }
    }
  }
}
