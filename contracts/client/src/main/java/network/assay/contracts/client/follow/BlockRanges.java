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
 * that a node refuses (too many results, too slow, too large an answer) is halved; one that it
 * takes is doubled again up to the configured size.
 */
final class BlockRanges {
  /**
   * So many ranges must go well in a row before a larger one is tried again: a refusal costs a
   * pause.
   */
  private static final int GROW_AFTER = 8;

  private final FollowerConfig config;
  private final Set<String> addresses;

  private int size;
  private int taken;

  BlockRanges(FollowerConfig config) {
    this.config = config;
    this.addresses = config.addressTexts();
    this.size = config.rangeBlocksMax();
  }

  /**
   * Blocks with logs, and the range's last one, of a range from {@code from} to at most {@code
   * endMax}.
   */
  List<BlockLogs> read(RpcNode node, long from, long endMax, @Nullable BlockRef tip) {
    long to = Math.min(endMax, from + size - 1);
    try {
      List<BlockLogs> blocks = readRange(node, from, to, tip);
      if (++taken >= GROW_AFTER) {
        size = Math.min(config.rangeBlocksMax(), size * 2);
        taken = 0;
      }
      return blocks;
    } catch (RpcException e) {
      size = Math.max(1, size / 2);
      taken = 0;
      throw e;
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
