package network.assay.contracts.client.follow;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.store.SqliteStore;

/**
 * Keeps the values of the logs that stand, in the checkpoint's own transactions. A value seen twice
 * would break the key.
 */
final class RecordingHandler implements ChainHandler {
  private final SqliteStore store;
  volatile boolean failing;
  int rollbacks;

  RecordingHandler(SqliteStore store) {
    this.store = store;
    store.migrate(
        "recording",
        List.of(
            "CREATE TABLE seen(block_hash TEXT, log_index INTEGER, block INTEGER, value INTEGER, PRIMARY KEY(block_hash, log_index)) STRICT"));
  }

  @Override
  public void onBlock(BlockHeader header, List<ChainLog> logs, Connection tx) throws SQLException {
    for (ChainLog log : logs) {
      try (PreparedStatement put = tx.prepareStatement("INSERT INTO seen VALUES(?,?,?,?)")) {
        put.setString(1, log.blockHash());
        put.setInt(2, log.logIndex());
        put.setLong(3, log.blockNumber());
        put.setLong(4, new BigInteger(log.data().substring(2), 16).longValueExact());
        put.executeUpdate();
      }
    }
    if (failing) {
      throw new IllegalStateException("the consumer is broken");
    }
  }

  @Override
  public void onRollback(long toBlock, Connection tx) throws SQLException {
    rollbacks++;
    try (PreparedStatement drop = tx.prepareStatement("DELETE FROM seen WHERE block>?")) {
      drop.setLong(1, toBlock);
      drop.executeUpdate();
    }
  }

  List<Long> values() {
    return store.inTransaction(tx -> {
      List<Long> values = new ArrayList<>();
      try (PreparedStatement ask =
              tx.prepareStatement("SELECT value FROM seen ORDER BY block, log_index");
          ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          values.add(rows.getLong(1));
        }
      }
      return values;
    });
  }
}
