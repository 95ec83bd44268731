package network.assay.contracts.client.follow;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import network.assay.contracts.protocol.Address;

/**
 * What is followed, and how.
 *
 * @param name for logs and health
 * @param addresses 1 to 64 contracts whose logs are wanted
 * @param startBlock the first block that matters: the deployment's
 * @param windowBlocks how deep a reorganisation is survived, at least 64
 * @param rangeBlocksMax blocks a log query spans at most while catching up, 1 to 2,000
 * @param pollInterval pause when there is nothing new
 * @param staleAfter without a successful look at the chain for so long, health is DOWN
 */
public record FollowerConfig(
    String name,
    Set<Address> addresses,
    long startBlock,
    int windowBlocks,
    int rangeBlocksMax,
    Duration pollInterval,
    Duration staleAfter) {
  private static final int ADDRESSES_MAX = 64;

  public FollowerConfig {
    addresses = Set.copyOf(addresses);
    want(
        !addresses.isEmpty() && addresses.size() <= ADDRESSES_MAX,
        "1 to 64 addresses",
        addresses.size());
    want(startBlock >= 0, "startBlock of at least 0", startBlock);
    want(windowBlocks >= 64, "windowBlocks of at least 64", windowBlocks);
    want(
        rangeBlocksMax >= 1 && rangeBlocksMax <= 2_000,
        "rangeBlocksMax from 1 to 2000",
        rangeBlocksMax);
    want(pollInterval.toMillis() > 0, "pollInterval above 0", pollInterval);
    want(staleAfter.compareTo(pollInterval) > 0, "staleAfter above pollInterval", staleAfter);
  }

  /** A window of 128 blocks, ranges of 2,000, a look every 250 ms, stale after 15 s. */
  public static FollowerConfig of(String name, Set<Address> addresses, long startBlock) {
    return new FollowerConfig(
        name, addresses, startBlock, 128, 2_000, Duration.ofMillis(250), Duration.ofSeconds(15));
  }

  /** Lower-case hexadecimal, sorted, as nodes are asked. */
  Set<String> addressTexts() {
    Set<String> texts = new TreeSet<>();
    addresses.forEach(a -> texts.add(a.hex()));
    return texts;
  }

  private static void want(boolean holds, String wanted, Object got) {
    if (!holds) {
      throw new IllegalArgumentException("want " + wanted + ", got " + got);
    }
  }
}
