package network.assay.contracts.client.rpc;

/** One block: its height and its hash (0x, lower case). */
public record BlockRef(long number, String hash) {
  public BlockRef {
    if (number < 0) {
      throw new IllegalArgumentException("want a block number of at least 0, got " + number);
    }
    hash = RpcHex.hash(hash);
  }
}
