package network.assay.coordinator.app.flow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import network.assay.contracts.client.follow.ChainHandler;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.coordinator.app.store.JobEvent;

/** Hands the follower's blocks to the {@link ChainFeed}. */
public final class Feed implements ChainHandler {
  private final ContractsChain chain;
  private final ChainFeed feed;

  public Feed(ContractsChain chain, ChainFeed feed) {
    this.chain = chain;
    this.feed = feed;
  }

  @Override
  public void onBlock(BlockHeader header, List<ChainLog> logs, Connection tx) throws SQLException {
    List<JobEvent> events = logs.stream().flatMap(log -> chain.event(log).stream()).toList();
    feed.onBlock(events, header.timestampS(), tx);
  }

  @Override
  public void onRollback(long toBlock, Connection tx) throws SQLException {
    feed.onRollback(toBlock, tx);
  }
}
