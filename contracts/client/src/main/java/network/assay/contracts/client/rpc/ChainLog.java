package network.assay.contracts.client.rpc;

import java.util.List;

/**
 * One event log. Its identity over restarts and reorganisations is (blockHash, logIndex).
 *
 * @param address the contract, 0x lower case
 * @param topics 0 to 4 words, 0x lower case
 * @param data the unindexed bytes, 0x lower case
 * @param logIndex the log's index within its block
 */
public record ChainLog(
    String address,
    List<String> topics,
    String data,
    String blockHash,
    long blockNumber,
    String transactionHash,
    int transactionIndex,
    int logIndex) {
  public ChainLog {
    topics = List.copyOf(topics);
  }
}
