package network.assay.contracts.client.follow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.ChainLog;

/**
 * Receives a chain's blocks in order, from one thread.
 *
 * <p><b>Delivery.</b> Heights strictly increase between two roll-backs. Near the head every block
 * is delivered, also one without logs; while catching up only blocks with logs and each range's
 * last block are. Logs come in the order of their index.
 *
 * <p><b>Exactly once or at least once.</b> What a handler writes through {@code tx} commits
 * together with the checkpoint, so that after a crash it is there once or not at all. What it
 * writes anywhere else is delivered at least once: the commit may be lost after that write. Such a
 * consumer drops what it has by the identity (blockHash, logIndex).
 *
 * <p>A handler that throws stops nothing: its transaction is rolled back, the follower reports DOWN
 * with the reason and delivers the same again later. It must not commit, nor keep the connection.
 */
public interface ChainHandler {

  /**
   * Effects: whatever the consumer derives from the block.
   *
   * @param tx the checkpoint store's transaction
   */
  void onBlock(BlockHeader header, List<ChainLog> logs, Connection tx) throws SQLException;

  /**
   * The chain dropped every delivered block above {@code toBlock}. Effects: the consumer must
   * forget what it derived from them; the new branch follows.
   *
   * @param toBlock the highest block that still stands; startBlock − 1 where none does
   */
  void onRollback(long toBlock, Connection tx) throws SQLException;
}
