package network.assay.contracts.client.assay;

import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.rpc.RpcNode;
import network.assay.contracts.protocol.Address;

/** Who would judge again what the committee has judged, were it challenged now. */
final class AppealChecks {
  /** Where a chain keeps the hashes of 8,191 blocks. Source: EIP-2935. */
  private static final String HISTORY = "0x0000f90827f1c53a10cb7a02335b175320002935";

  private static final int HASHES_WITHOUT_HISTORY = 256;
  private static final int BLOCKS_LOOKED_AT = 64;

  private final AssayContracts contracts;
  private final Deployment at;
  private final ContractReader reader;
  private final RpcEndpoints rpc;
  private final Findings findings;

  AppealChecks(
      AssayContracts contracts, ContractReader reader, RpcEndpoints rpc, Findings findings) {
    this.contracts = contracts;
    this.at = contracts.deployment();
    this.reader = reader;
    this.rpc = rpc;
    this.findings = findings;
  }

  void run() {
    if (at.find("DisputeCourt").isEmpty() || at.find("PanelDraw").isEmpty()) {
      findings.add(
          new CheckResult.Noted("appeals", "the address book has no DisputeCourt and PanelDraw"));
      return;
    }
    findings.ask("appeals", this::way);
    findings.ask("time to draw a panel", this::time);
    findings.ask("hashes of past blocks", this::history);
  }

  /** Which of the two panels it would be; neither is no mistake, but nobody should overlook it. */
  private CheckResult way() {
    Address draw = at.place("PanelDraw");
    Address court = at.place("DisputeCourt");
    long epoch = contracts.committee().currentEpoch();
    long size = reader.read("the draw's parameters", draw, Abi.call("params")).u32();
    long candidates = count(draw, "candidates", epoch).u32();
    String outside = candidates + " candidates outside epoch " + epoch + "'s committee";
    if (candidates >= size) {
      return new CheckResult.Accepted(
          "appeals", "a panel of " + size + " is drawn from " + outside);
    }
    Words named = count(court, "panelFor", epoch);
    long able = named.u32();
    long quorum = named.u32();
    if (able >= quorum) {
      return new CheckResult.Accepted(
          "appeals",
          "the named panel decides, "
              + able
              + " of it can vote and "
              + quorum
              + " must agree: only "
              + outside
              + ", a drawn one needs "
              + size);
    }
    return new CheckResult.Noted(
        "appeals",
        "nobody judges again what a committee has judged: "
            + outside
            + ", a panel needs "
            + size
            + "; of a named panel "
            + able
            + " can vote, and "
            + quorum
            + " must agree. Matrix work can be challenged all the same");
  }

  private Words count(Address contract, String view, long epoch) {
    return reader.read(view, contract, Abi.call(view, Abi.u64(epoch)));
  }

  /** The seed's block must be over before half of the time to vote is. */
  private CheckResult time() {
    Words draw = reader.read("the draw's parameters", at.place("PanelDraw"), Abi.call("params"));
    draw.u32();
    long delayBlocks = draw.u32();
    Words court = reader.read("court's parameters", at.place("DisputeCourt"), Abi.call("params"));
    court.u32();
    long drawS = court.u32() / 2;
    BlockHeader head = rpc.read("the head", RpcNode::head);
    long back = Math.min(BLOCKS_LOOKED_AT, head.number());
    if (back == 0) {
      return new CheckResult.Noted("time to draw a panel", "no blocks yet to measure");
    }
    BlockHeader before = header(head.number() - back);
    long waitS = (head.timestampS() - before.timestampS()) * (delayBlocks + 1) / back;
    String shown =
        delayBlocks + " blocks take about " + waitS + " s, of " + drawS + " s in which to draw";
    return waitS * 2 <= drawS
        ? new CheckResult.Accepted("time to draw a panel", shown)
        : new CheckResult.Noted(
            "time to draw a panel", shown + ": little or none is left, unless blocks come faster");
  }

  private BlockHeader header(long number) {
    return rpc.read("block " + number, node -> node.header(number))
        .orElseThrow(() -> new RpcException.Unavailable("no block " + number + " here", null));
  }

  private CheckResult history() {
    String code = rpc.read("the code of " + HISTORY, node -> node.code(HISTORY));
    return code.length() > 2
        ? new CheckResult.Accepted("hashes of past blocks", "kept for 8191 blocks")
        : new CheckResult.Noted(
            "hashes of past blocks",
            "this chain has no EIP-2935: a panel must be drawn within "
                + HASHES_WITHOUT_HISTORY
                + " blocks");
  }
}
