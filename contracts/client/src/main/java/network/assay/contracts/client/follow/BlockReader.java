package network.assay.contracts.client.follow;

import java.util.List;
import java.util.Optional;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.BlockRef;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.rpc.RpcNode;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one endpoint and says what comes next after the delivered blocks. Near the head blocks
 * are read one by one ({@link NearBlocks}), further back in ranges ({@link BlockRanges}).
 */
final class BlockReader {
  private final FollowerConfig config;
  private final NearBlocks near;
  private final BlockRanges ranges;

  BlockReader(FollowerConfig config) {
    this.config = config;
    this.near = new NearBlocks(config);
    this.ranges = new BlockRanges(config);
  }

  /**
   * @param window what was delivered, ascending; empty at the start
   * @throws RpcException.Unavailable where the chain changed while it was read: look again
   * @throws FollowException where the reorganisation is deeper than the window
   */
  LookAhead look(RpcNode node, List<BlockRef> window) {
    long head = node.headNumber();
    if (window.isEmpty()) {
      return head < config.startBlock() ? new LookAhead.Idle(head) : next(node, head, null);
    }
    BlockRef tip = window.getLast();
    if (head < tip.number()) {
      return isOurs(node, window, head)
          ? new LookAhead.Behind(head)
          : reorganised(node, window, head);
    }
    if (!hashAt(node, tip.number()).equals(Optional.of(tip.hash()))) {
      return reorganised(node, window, head);
    }
    return head == tip.number() ? new LookAhead.Idle(head) : next(node, head, tip);
  }

  private LookAhead next(RpcNode node, long head, @Nullable BlockRef tip) {
    long from = tip == null ? config.startBlock() : tip.number() + 1;
    long farEnd = head - config.windowBlocks();
    List<BlockLogs> blocks =
        from <= farEnd ? ranges.read(node, from, farEnd, tip) : near.read(node, from, head, tip);
    return blocks.isEmpty() ? new LookAhead.Idle(head) : new LookAhead.Next(head, blocks);
  }

  private static boolean isOurs(RpcNode node, List<BlockRef> window, long head) {
    // Stored heights are sparse where we caught up in ranges: the next stored one below the head
    // decides.
    for (BlockRef ref : window.reversed()) {
      if (ref.number() <= head) {
        return hashAt(node, ref.number()).equals(Optional.of(ref.hash()));
      }
    }
    return true; // below the whole window: a node that is still syncing
  }

  private LookAhead reorganised(RpcNode node, List<BlockRef> window, long head) {
    for (BlockRef ref : window.reversed()) {
      if (ref.number() <= head && hashAt(node, ref.number()).equals(Optional.of(ref.hash()))) {
        return new LookAhead.Reorganised(head, ref.number());
      }
    }
    if (window.getFirst().number() <= config.startBlock()) {
      return new LookAhead.Reorganised(head, config.startBlock() - 1);
    }
    throw new FollowException(
        config.name()
            + ": none of the stored blocks "
            + window.getFirst().number()
            + " to "
            + window.getLast().number()
            + " is on the chain of "
            + node.name()
            + " any more: the reorganisation is deeper than the window of "
            + config.windowBlocks()
            + " blocks, or this is another chain. Follow again from the start with an empty store");
  }

  private static Optional<String> hashAt(RpcNode node, long number) {
    return node.header(number).map(BlockHeader::hash);
  }

  static RpcException.Unavailable changed(RpcNode node, long number) {
    return new RpcException.Unavailable(
        node.name() + " changed block " + number + " while it was read", null);
  }
}
