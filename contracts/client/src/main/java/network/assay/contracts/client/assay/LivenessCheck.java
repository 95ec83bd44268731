package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.rpc.RpcNode;
import network.assay.contracts.protocol.Address;

/**
 * Whether a sound deployment works today: the committee's stake and reports, the vault's money, and
 * coins for gas of those who must send transactions.
 */
public final class LivenessCheck {
  private final RpcEndpoints rpc;
  private final Deployment at;
  private final Limits limits;
  private final AssayContracts contracts;
  private final Findings findings = new Findings();
  private final CommitteeChecks committee;

  /**
   * What is enough.
   *
   * @param gasMin least balance of an account that sends transactions, wei
   * @param payers accounts beside the oracles' that must have it: coordinators, relayers
   */
  public record Limits(BigInteger gasMin, List<Address> payers) {
    public Limits {
      payers = List.copyOf(payers);
    }
  }

  private LivenessCheck(RpcEndpoints rpc, Deployment at, Limits limits) {
    this.rpc = rpc;
    this.at = at;
    this.limits = limits;
    this.contracts = new AssayContracts(rpc, at);
    this.committee = new CommitteeChecks(contracts, new ContractReader(rpc), findings);
  }

  /** All checks. Ask only where {@link DeploymentCheck} found code. */
  public static List<CheckResult> run(RpcEndpoints rpc, Deployment at, Limits limits) {
    LivenessCheck check = new LivenessCheck(rpc, at, limits);
    check.findings.guarded(
        "the chain's time",
        () -> {
          long nowS = rpc.read("the head", RpcNode::head).timestampS();
          check.committee.overlap(nowS);
          check.committee.bonds(nowS, check.deployedS());
          check.committee.reports(rpc, nowS);
        });
    check.vault();
    check.gas();
    return check.findings.all();
  }

  private long deployedS() {
    return rpc.read("block " + at.deployBlock(), node -> node.header(at.deployBlock()))
        .map(BlockHeader::timestampS)
        .orElseThrow(
            () -> new RpcException.Unavailable("no block " + at.deployBlock() + " here", null));
  }

  /** Every ledger, what was burned, and what accounts that we know may withdraw. */
  private void vault() {
    findings.ask(
        "vault's tokens",
        () -> {
          Set<Address> modules = new TreeSet<>((a, b) -> a.hex().compareTo(b.hex()));
          modules.addAll(List.of(at.stake(), at.market(), at.settlement()));
          at.contracts().values().forEach(each -> modules.add(each.address()));
          BigInteger owed = contracts.money().burned();
          for (Address module : modules) {
            owed = owed.add(contracts.money().ledger(module)).add(contracts.money().credit(module));
          }
          BigInteger has = contracts.money().tokenBalance(at.vault());
          return has.compareTo(owed) >= 0
              ? new CheckResult.Accepted(
                  "vault's tokens", has + " units, of which ledgers and burned are " + owed)
              : new CheckResult.Rejected(
                  "vault's tokens",
                  has + " units",
                  "at least " + owed + ": somebody's money is gone");
        });
  }

  private void gas() {
    findings.guarded(
        "oracles' coins",
        () -> {
          List<Address> all = new ArrayList<>(committee.seated());
          all.forEach(key -> findings.ask("coins of oracle " + key, () -> coins("oracle", key)));
        });
    limits
        .payers()
        .forEach(payer -> findings.ask("coins of payer " + payer, () -> coins("payer", payer)));
  }

  private CheckResult coins(String what, Address account) {
    BigInteger has = rpc.compareBalance(account.hex());
    String check = "coins of " + what + " " + account;
    return has.compareTo(limits.gasMin()) >= 0
        ? new CheckResult.Accepted(check, has + " wei")
        : new CheckResult.Rejected(
            check, has + " wei", "at least " + limits.gasMin() + ": it cannot send for long");
  }
}
