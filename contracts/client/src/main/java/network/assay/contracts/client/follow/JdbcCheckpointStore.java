package network.assay.contracts.client.follow;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.client.rpc.BlockRef;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.store.Transactions;

/**
 * A checkpoint in a table of the consumer's own database, SQLite or PostgreSQL. One table serves
 * several followers by name.
 */
public final class JdbcCheckpointStore implements CheckpointStore {
  /** The table; apply it with the database's own migrations ({@link #over} does so for SQLite). */
  public static final String TABLE =
      "CREATE TABLE follower_block(follower TEXT NOT NULL, number BIGINT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY(follower, number))";

  private final String follower;
  private final Transactions transactions;

  /** Over any database that has {@link #TABLE}. */
  public JdbcCheckpointStore(String follower, Transactions transactions) {
    this.follower = follower;
    this.transactions = transactions;
  }

  /** Over SQLite, making the table where it lacks. */
  public static JdbcCheckpointStore over(SqliteStore store, String follower) {
    store.migrate("follower", List.of(TABLE));
    return new JdbcCheckpointStore(follower, store);
  }

  @Override
  public List<BlockRef> window() {
    return transactions.inTransaction(tx -> {
      List<BlockRef> refs = new ArrayList<>();
      try (PreparedStatement ask =
          tx.prepareStatement(
              "SELECT number, hash FROM follower_block WHERE follower=? ORDER BY number")) {
        ask.setString(1, follower);
        try (ResultSet rows = ask.executeQuery()) {
          while (rows.next()) {
            refs.add(new BlockRef(rows.getLong(1), rows.getString(2)));
          }
        }
      }
      return refs;
    });
  }

  @Override
  public void append(List<BlockRef> blocks, long keepFrom, Work work) {
    transactions.inTransaction(tx -> {
      work.run(tx);
      try (PreparedStatement put =
          tx.prepareStatement("INSERT INTO follower_block(follower, number, hash) VALUES(?,?,?)")) {
        for (BlockRef block : blocks) {
          put.setString(1, follower);
          put.setLong(2, block.number());
          put.setString(3, block.hash());
          put.addBatch();
        }
        put.executeBatch();
      }
      try (PreparedStatement prune =
          tx.prepareStatement(
              "DELETE FROM follower_block WHERE follower=? AND number <"
                  + " (SELECT MAX(number) FROM follower_block WHERE follower=? AND number<=?)")) {
        prune.setString(1, follower);
        prune.setString(2, follower);
        prune.setLong(3, keepFrom);
        prune.executeUpdate();
      }
      return true;
    });
  }

  @Override
  public void rollback(long toBlock, Work work) {
    transactions.inTransaction(tx -> {
      work.run(tx);
      deleteAbove(tx, toBlock);
      return true;
    });
  }

  private void deleteAbove(Connection tx, long toBlock) throws SQLException {
    try (PreparedStatement drop =
        tx.prepareStatement("DELETE FROM follower_block WHERE follower=? AND number>?")) {
      drop.setString(1, follower);
      drop.setLong(2, toBlock);
      drop.executeUpdate();
    }
  }
}
