package network.assay.contracts.client.assay;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;

/**
 * Whether an address book names a sound deployment on this chain: code, wiring, signing domains,
 * parameters, roles, and a committee that can answer. Reads only; compared between two endpoints
 * where two are configured. {@link LivenessCheck} looks at what goes on there.
 */
public final class DeploymentCheck {
  /** EIP-170 allows 24,576. */
  private static final int CODE_BYTES_MAX = 1 << 16;

  private final RpcEndpoints rpc;
  private final Deployment at;
  private final ContractReader reader;
  private final AssayContracts contracts;
  private final Findings findings = new Findings();

  private DeploymentCheck(RpcEndpoints rpc, Deployment at) {
    this.rpc = rpc;
    this.at = at;
    this.reader = new ContractReader(rpc);
    this.contracts = new AssayContracts(rpc, at);
  }

  /** All checks. Where code is missing nothing that builds on it is asked. */
  public static List<CheckResult> run(RpcEndpoints rpc, Deployment at) {
    DeploymentCheck check = new DeploymentCheck(rpc, at);
    check.findings.equal("chain id", Long.toString(rpc.chainId()), Long.toString(at.chainId()));
    if (check.allHaveCode()) {
      check.codeHashes();
      check.wiring();
      check.domains();
      new ParameterChecks(check.reader, check.findings).run(at);
      check.bounds();
      new RoleChecks(at, check.reader, new EventSearch(rpc), check.findings).run();
      new CommitteeChecks(check.contracts, check.reader, check.findings).able();
      new AppealChecks(check.contracts, check.reader, rpc, check.findings).run();
      check.newJobs();
    }
    return check.findings.all();
  }

  private Map<String, Address> places() {
    Map<String, Address> places = new TreeMap<>();
    places.put("token", at.token());
    places.put("devices", at.devices());
    places.put("committee", at.committee());
    places.put("vault", at.vault());
    places.put("stake", at.stake());
    places.put("market", at.market());
    places.put("settlement", at.settlement());
    return places;
  }

  private boolean allHaveCode() {
    int before = findings.all().size();
    places().forEach((name, address) -> findings.ask("code of " + name, () -> code(name, address)));
    List<CheckResult> all = findings.all();
    return all.subList(before, all.size()).stream().noneMatch(CheckResult::isBad);
  }

  private CheckResult code(String name, Address address) {
    String code = codeAt(name, address);
    return code.length() > 2
        ? new CheckResult.Accepted(
            "code of " + name, (code.length() / 2 - 1) + " bytes at " + address)
        : new CheckResult.Rejected(
            "code of " + name,
            "none at " + address,
            "a contract; is this the chain of the address book?");
  }

  private String codeAt(String name, Address address) {
    return rpc.compareRead(
        "the code of " + name, q -> q.node().code(address.hex(), q.blockNumber()));
  }

  /** What runs is what was deployed: immutables are part of the code, so a hash covers them too. */
  private void codeHashes() {
    if (at.contracts().isEmpty()) {
      findings.add(
          new CheckResult.Inconclusive(
              "code hashes", "the address book lists no contracts: nothing was compared"));
    }
    at.contracts()
        .forEach((name, each) ->
            findings.ask(
                "code hash of " + name,
                () ->
                    Findings.equality(
                        "code hash of " + name,
                        Keccak.hash(Hex.decode(codeAt(name, each.address()), CODE_BYTES_MAX)).hex(),
                        each.codeHash().hex())));
  }

  /** Each contract's own idea of the others. */
  private void wiring() {
    wire("vault", at.vault(), List.of("token", "stake", "market", "settlement"));
    wire("stake", at.stake(), List.of("vault", "market", "settlement"));
    wire("market", at.market(), List.of("vault", "stake", "devices", "committee", "settlement"));
    wire("settlement", at.settlement(), List.of("stake", "market", "committee"));
    at.find("DisputeCourt")
        .ifPresentOrElse(
            court -> wire("settlement", at.settlement(), "court", court),
            () ->
                findings.add(
                    new CheckResult.Noted(
                        "disputes",
                        "the address book has no DisputeCourt: a quorum's verdict stands once its window ends")));
  }

  private void wire(String name, Address contract, List<String> getters) {
    Map<String, Address> places = places();
    getters.forEach(getter -> {
      Address want = places.get(getter);
      if (want != null) {
        wire(name, contract, getter, want);
      }
    });
  }

  private void wire(String name, Address contract, String getter, Address want) {
    String check = name + "." + getter;
    findings.ask(
        check,
        () ->
            Findings.equality(
                check,
                reader.read(getter, contract, Abi.call(getter)).address().hex(),
                want.hex()));
  }

  /** A wrong name or version here would make every wallet's signature worthless. */
  private void domains() {
    domain(
        "vault's signing domain",
        at.vault(),
        "domainSeparator",
        Eip712Domain.assay(at.chainId(), at.vault()));
    domain("token's signing domain", at.token(), "DOMAIN_SEPARATOR", at.tokenDomain());
  }

  private void domain(String check, Address contract, String getter, Eip712Domain want) {
    findings.ask(
        check,
        () ->
            Findings.equality(
                check,
                reader.read(check, contract, Abi.call(getter)).bytes32().hex(),
                want.separator().hex()));
  }

  /** Relations between parameters that no contract can see by itself. */
  private void bounds() {
    findings.ask(
        "unbonding delay",
        () -> {
          MarketParams p = contracts.market().params();
          long unbondingS =
              reader.read("unbonding delay", at.stake(), Abi.call("unbondingDelayS")).u32();
          long longestS = 3 * p.windowMaxS() + p.reportExtensionS() + 2 * p.bucketS() + disputeS();
          return unbondingS > longestS
              ? new CheckResult.Accepted(
                  "unbonding delay",
                  unbondingS + " s, a job and its dispute may take " + longestS + " s")
              : new CheckResult.Rejected(
                  "unbonding delay",
                  unbondingS + " s",
                  "more than " + longestS + " s, or stake can leave before a verdict");
        });
    findings.ask(
        "overlap of committees",
        () -> {
          long want = contracts.market().params().overlapS() - 1;
          long got = reader.read("overlap", at.committee(), Abi.call("overlapS")).u32();
          return got >= want
              ? new CheckResult.Accepted("overlap of committees", got + " s")
              : new CheckResult.Rejected(
                  "overlap of committees",
                  got + " s",
                  "at least " + want + " s, or a job's committee retires before its report");
        });
  }

  private long disputeS() {
    return at.find("DisputeCourt")
        .map(court -> {
          Words in = reader.read("court's parameters", court, Abi.call("params"));
          return Math.max(in.u32(), in.u32()) + in.u32();
        })
        .orElse(0L);
  }

  private void newJobs() {
    findings.ask(
        "new jobs",
        () ->
            contracts.market().newJobsPaused()
                ? new CheckResult.Noted(
                    "new jobs", "paused by governance or the guardian; running jobs go on")
                : new CheckResult.Accepted("new jobs", "open"));
  }
}
