package network.assay.contracts.client.follow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.BlockRef;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.rpc.RpcNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads old blocks in ranges: one log query, then the headers of blocks that have logs. A range
 * that a node refuses (too many results, too slow, too large an answer) or that has very many logs
 * is halved; one with few is doubled, up to the configured size.
 */
final class BlockRanges {
  /** The first range: enough to learn how dense the logs are. */
  private static final int FIRST_BLOCKS = 64;

  /** Logs that one answer should have at most: some 12 MB of JSON, far from the answer's bound. */
  private static final int LOGS_WANTED_MAX = 20_000;

  /** So many ranges must go well after a refusal before a larger one is tried: it costs a pause. */
  private static final int GROW_AFTER = 8;

  private final FollowerConfig config;
  private final Set<String> addresses;
  private int size;
  private int growIn;

  BlockRanges(FollowerConfig config) {
    this.config = config;
    this.addresses = config.addressTexts();
    this.size = Math.min(FIRST_BLOCKS, config.rangeBlocksMax());
  }

  /** Blocks with logs, and the range's last one, of a range from {@code from} to {@code endMax}. */
  List<BlockLogs> read(RpcNode node, long from, long endMax, @Nullable BlockRef tip) {
    long to = Math.min(endMax, from + size - 1);
    try {
      List<BlockLogs> blocks = readRange(node, from, to, tip);
      adapt(blocks.stream().mapToInt(block -> block.logs().size()).sum());
      return blocks;
    } catch (RpcException e) {
      size = Math.max(1, size / 2);
      growIn = GROW_AFTER;
      throw e;
    }
  }

  private void adapt(int logs) {
    if (logs > LOGS_WANTED_MAX) {
      size = Math.max(1, size / 2);
    } else if (growIn > 0) {
      growIn--;
    } else if (logs <= LOGS_WANTED_MAX / 2) {
      size = Math.min(config.rangeBlocksMax(), size * 2);
    }
  }

  private List<BlockLogs> readRange(RpcNode node, long from, long to, @Nullable BlockRef tip) {
    BlockHeader end = require(node, to);
    List<ChainLog> logs = node.logs(from, to, addresses);
    TreeMap<Long, List<ChainLog>> byBlock = new TreeMap<>();
    for (ChainLog log : logs) {
      if (log.blockNumber() < from || log.blockNumber() > to) {
        throw new RpcException.Malformed(
            node.name()
                + " answered eth_getLogs from "
                + from
                + " to "
                + to
                + " with a log of block "
                + log.blockNumber(),
            null);
      }
      byBlock.computeIfAbsent(log.blockNumber(), n -> new ArrayList<>()).add(log);
    }
    byBlock.computeIfAbsent(to, n -> new ArrayList<>());
    Map<Long, BlockHeader> headers = headers(node, List.copyOf(byBlock.keySet()));
    List<BlockLogs> blocks = new ArrayList<>();
    byBlock.forEach((number, own) -> {
      BlockHeader header = headers.get(number);
      if (header == null) {
        throw BlockReader.changed(node, number);
      }
      blocks.add(new BlockLogs(header, LogChecks.ofBlock(node, header, addresses, own)));
    });
    checkUnchanged(node, from, tip, end);
    return blocks;
  }

  private static void checkUnchanged(
      RpcNode node, long from, @Nullable BlockRef tip, BlockHeader end) {
    if (!require(node, end.number()).hash().equals(end.hash())) {
      throw BlockReader.changed(node, end.number());
    }
    if (tip != null && !require(node, from).parentHash().equals(tip.hash())) {
      throw BlockReader.changed(node, from);
    }
  }

  private static Map<Long, BlockHeader> headers(RpcNode node, List<Long> numbers) {
    Map<Long, BlockHeader> headers = new HashMap<>();
    for (int i = 0; i < numbers.size(); i += RpcNode.BATCH_MAX) {
      for (Optional<BlockHeader> header :
          node.headers(numbers.subList(i, Math.min(numbers.size(), i + RpcNode.BATCH_MAX)))) {
        header.ifPresent(h -> headers.put(h.number(), h));
      }
    }
    return headers;
  }

  private static BlockHeader require(RpcNode node, long number) {
    return node.header(number).orElseThrow(() -> BlockReader.changed(node, number));
  }
}
