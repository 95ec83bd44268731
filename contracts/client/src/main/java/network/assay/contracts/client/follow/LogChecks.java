package network.assay.contracts.client.follow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.rpc.RpcNode;

/** What a node's logs must satisfy before anybody sees them. */
final class LogChecks {
  private LogChecks() {}

  /**
   * The block's logs in ascending index; refuses foreign addresses, other blocks and repeated
   * indices.
   */
  static List<ChainLog> ofBlock(
      RpcNode node, BlockHeader header, Set<String> addresses, List<ChainLog> logs) {
    List<ChainLog> sorted = new ArrayList<>(logs);
    sorted.sort(Comparator.comparingInt(ChainLog::logIndex));
    int last = -1;
    for (ChainLog log : sorted) {
      if (!log.blockHash().equals(header.hash()) || log.blockNumber() != header.number()) {
        throw BlockReader.changed(node, header.number());
      }
      if (!addresses.contains(log.address())) {
        throw malformed(node, "a log of " + log.address() + ", which nobody asked for");
      }
      if (log.logIndex() <= last) {
        throw malformed(node, "log index " + log.logIndex() + " twice in block " + header.number());
      }
      last = log.logIndex();
    }
    return sorted;
  }

  private static RpcException.Malformed malformed(RpcNode node, String what) {
    return new RpcException.Malformed(node.name() + " answered eth_getLogs with " + what, null);
  }
}
