package network.assay.contracts.client.assay;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Keccak;

/**
 * Events of a few contracts, over many blocks, in ranges that endpoints answer. Where two endpoints
 * are configured they must agree.
 */
final class EventSearch {
  private static final long RANGE_BLOCKS = 2_000;
  private static final int RANGES_MAX = 5_000;

  private final RpcEndpoints rpc;

  EventSearch(RpcEndpoints rpc) {
    this.rpc = rpc;
  }

  static String topic(String signature) {
    return Keccak.hashUtf8(signature).hex();
  }

  /** All events with one of these signatures, oldest first. */
  List<ChainLog> all(long from, List<Address> contracts, List<String> signatures) {
    List<ChainLog> found = new ArrayList<>();
    long head = rpc.read("the head", node -> node.headNumber());
    requireRanges(from, head);
    for (long low = from; low <= head; low += RANGE_BLOCKS) {
      found.addAll(range(low, Math.min(head, low + RANGE_BLOCKS - 1), contracts, signatures));
    }
    return found;
  }

  /**
   * The newest events, oldest first: back to {@code from}, or until a range has one that is {@code
   * enough}.
   */
  List<ChainLog> newest(
      long from, List<Address> contracts, List<String> signatures, Predicate<ChainLog> enough) {
    List<ChainLog> found = new ArrayList<>();
    long head = rpc.read("the head", node -> node.headNumber());
    int ranges = 0;
    for (long high = head; high >= from; high -= RANGE_BLOCKS) {
      if (++ranges > RANGES_MAX) {
        break;
      }
      List<ChainLog> range =
          range(Math.max(from, high - RANGE_BLOCKS + 1), high, contracts, signatures);
      found.addAll(0, range);
      if (range.stream().anyMatch(enough)) {
        break;
      }
    }
    return found;
  }

  private static void requireRanges(long from, long head) {
    if ((head - from) / RANGE_BLOCKS >= RANGES_MAX) {
      throw new RpcException.Unavailable(
          "events of "
              + (head - from)
              + " blocks, want at most "
              + RANGES_MAX * RANGE_BLOCKS
              + " to read in one go",
          null);
    }
  }

  private List<ChainLog> range(
      long from, long to, List<Address> contracts, List<String> signatures) {
    List<String> addresses = contracts.stream().map(Address::hex).toList();
    List<String> topics = signatures.stream().map(EventSearch::topic).toList();
    return rpc.compareRead(
        "events of blocks " + from + " to " + to,
        q ->
            q.blockNumber() < to
                ? q.node().logs(from, Math.max(from, q.blockNumber()), addresses, topics)
                : q.node().logs(from, to, addresses, topics));
  }
}
