package network.assay.contracts.client.assay;

import java.util.List;

/**
 * How appeal panels are drawn, fixed at deployment; see IPanelDraw.Params.
 *
 * @param size members of a panel, 1 to 31
 * @param delayBlocks from a challenge to the block whose randomness draws; far less than half of
 *     the court's voteWindowS takes
 * @param ageS seconds for which a candidate had its stake
 * @param randao whether headers carry the beacon chain's RANDAO; else block hashes draw
 */
public record DrawParams(int size, long delayBlocks, long ageS, boolean randao) {
  /** For a chain of one's own, whose validators are known. */
  public static DrawParams development() {
    return new DrawParams(3, 2, 10, false);
  }

  List<Param> members() {
    return List.of(
        Param.u8("size", size, "members of a drawn appeal panel"),
        Param.u32("delayBlocks", delayBlocks, "blocks from a challenge to the one that draws"),
        Param.u32("ageS", ageS, "seconds for which a candidate had its stake"),
        Param.bool("randao", randao, "1: the header's RANDAO draws; 0: the block's hash"));
  }
}
