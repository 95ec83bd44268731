package network.assay.contracts.client.follow;

import java.util.List;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.ChainLog;

/** One block to deliver. */
record BlockLogs(BlockHeader header, List<ChainLog> logs) {
  BlockLogs {
    logs = List.copyOf(logs);
  }
}
