package network.assay.contracts.client.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.BlockRef;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcNode;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks near the head one by one: parents by hash, logs by their block's hash, so that no
 * reorganisation slips between.
 */
final class NearBlocks {
  /** Blocks that one look delivers at most: bounds memory and the length of a transaction. */
  private static final int BLOCKS_MAX = 32;

  private final Set<String> addresses;

  NearBlocks(FollowerConfig config) {
    this.addresses = config.addressTexts();
  }

  List<BlockLogs> read(RpcNode node, long from, long head, @Nullable BlockRef tip) {
    List<Long> numbers =
        LongStream.rangeClosed(from, Math.min(head, from + BLOCKS_MAX - 1)).boxed().toList();
    List<BlockLogs> blocks = new ArrayList<>();
    @Nullable String parent = tip == null ? null : tip.hash();
    for (Optional<BlockHeader> found : node.headers(numbers)) {
      if (found.isEmpty()) {
        break; // the chain became shorter meanwhile
      }
      BlockHeader header = found.get();
      if (parent != null && !header.parentHash().equals(parent)) {
        throw BlockReader.changed(node, header.number());
      }
      blocks.add(new BlockLogs(header, logs(node, header)));
      parent = header.hash();
    }
    return blocks;
  }

  private List<ChainLog> logs(RpcNode node, BlockHeader header) {
    List<ChainLog> logs = node.logsOf(header.hash(), addresses);
    if (logs.isEmpty() && bloomMentions(header)) {
      // A node that just dropped (or does not have yet) the block may answer "no logs". Only one
      // that still has it is believed.
      if (node.header(header.hash()).isEmpty()) {
        throw BlockReader.changed(node, header.number());
      }
      logs = node.logsOf(header.hash(), addresses);
    }
    return LogChecks.ofBlock(node, header, addresses, logs);
  }

  /**
   * True where the header's bloom filter may hold one of our addresses (false positives happen).
   * Source: Yellow Paper, 4.3.1.
   */
  private boolean bloomMentions(BlockHeader header) {
    byte[] bloom = Hex.decode(header.logsBloom(), 256);
    return addresses.stream()
        .anyMatch(address -> mentions(bloom, Keccak.hash(Hex.decode(address, 20)).toArray()));
  }

  private static boolean mentions(byte[] bloom, byte[] hash) {
    for (int pair = 0; pair < 6; pair += 2) {
      int bit = ((hash[pair] & 0xff) << 8 | (hash[pair + 1] & 0xff)) & 2047;
      if ((bloom[255 - bit / 8] >> (bit % 8) & 1) == 0) {
        return false;
      }
    }
    return true;
  }
}
