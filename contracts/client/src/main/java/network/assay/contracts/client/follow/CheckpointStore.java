package network.assay.contracts.client.follow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import network.assay.contracts.client.rpc.BlockRef;

/** Where a follower keeps which blocks were delivered. The last one is the checkpoint. */
public interface CheckpointStore {

  /** The consumer's share of a transaction. */
  @FunctionalInterface
  interface Work {
    void run(Connection tx) throws SQLException;
  }

  /** The stored window in ascending height; empty before the first delivery. */
  List<BlockRef> window();

  /**
   * Effects, in one durable transaction: the work, then the blocks added, then everything below the
   * highest block at or under {@code keepFrom} forgotten.
   */
  void append(List<BlockRef> blocks, long keepFrom, Work work);

  /**
   * Effects, in one durable transaction: the work, then all blocks above {@code toBlock} forgotten.
   */
  void rollback(long toBlock, Work work);
}
