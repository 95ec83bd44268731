package network.assay.contracts.client.assay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.ProtocolException;

/**
 * Whether an address book names a working deployment on this chain: code, wiring, signing domains,
 * committee, parameters. Reads only; compared between two endpoints where two are configured.
 */
public final class DeploymentCheck {
  /** EIP-170 allows 24,576. */
  private static final int CODE_BYTES_MAX = 1 << 16;

  private final RpcEndpoints rpc;
  private final Deployment at;
  private final ContractReader reader;
  private final AssayContracts contracts;
  private final List<CheckResult> results = new ArrayList<>();

  private DeploymentCheck(RpcEndpoints rpc, Deployment at) {
    this.rpc = rpc;
    this.at = at;
    this.reader = new ContractReader(rpc);
    this.contracts = new AssayContracts(rpc, at);
  }

  /** All checks. Where code is missing nothing that builds on it is asked. */
  public static List<CheckResult> run(RpcEndpoints rpc, Deployment at) {
    DeploymentCheck check = new DeploymentCheck(rpc, at);
    check.equal("chain id", Long.toString(rpc.chainId()), Long.toString(at.chainId()));
    if (check.allHaveCode()) {
      check.codeHashes();
      check.wiring();
      check.domains();
      check.committee();
      check.parameters();
    }
    return List.copyOf(check.results);
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
    int before = results.size();
    places().forEach((name, address) -> guarded("code of " + name, () -> code(name, address)));
    return results.subList(before, results.size()).stream().noneMatch(CheckResult::isBad);
  }

  private CheckResult code(String name, Address address) {
    String code =
        rpc.compareRead("the code of " + name, q -> q.node().code(address.hex(), q.blockNumber()));
    return code.length() > 2
        ? new CheckResult.Accepted(
            "code of " + name, (code.length() / 2 - 1) + " bytes at " + address)
        : new CheckResult.Rejected(
            "code of " + name,
            "none at " + address,
            "a contract; is this the chain of the address book?");
  }

  /** What runs is what was deployed: immutables are part of the code, so a hash covers them too. */
  private void codeHashes() {
    at.contracts()
        .forEach((name, each) ->
            guarded(
                "code hash of " + name,
                () -> {
                  String code =
                      rpc.compareRead(
                          "the code of " + name,
                          q -> q.node().code(each.address().hex(), q.blockNumber()));
                  return equality(
                      "code hash of " + name,
                      Keccak.hash(Hex.decode(code, CODE_BYTES_MAX)).hex(),
                      each.codeHash().hex());
                }));
  }

  /** Each contract's own idea of the others. */
  private void wiring() {
    wire(
        "vault",
        at.vault(),
        Map.of(
            "token",
            at.token(),
            "stake",
            at.stake(),
            "market",
            at.market(),
            "settlement",
            at.settlement()));
    wire(
        "stake",
        at.stake(),
        Map.of("vault", at.vault(), "market", at.market(), "settlement", at.settlement()));
    wire(
        "market",
        at.market(),
        Map.of(
            "vault",
            at.vault(),
            "stake",
            at.stake(),
            "devices",
            at.devices(),
            "committee",
            at.committee(),
            "settlement",
            at.settlement()));
    wire(
        "settlement",
        at.settlement(),
        Map.of("stake", at.stake(), "market", at.market(), "committee", at.committee()));
  }

  private void wire(String name, Address contract, Map<String, Address> want) {
    new TreeMap<>(want)
        .forEach((getter, address) ->
            guarded(
                name + "." + getter,
                () ->
                    equality(
                        name + "." + getter,
                        reader.read(getter, contract, Abi.call(getter)).address().hex(),
                        address.hex())));
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
    guarded(
        check,
        () ->
            equality(
                check,
                reader.read(check, contract, Abi.call(getter)).bytes32().hex(),
                want.separator().hex()));
  }

  private void committee() {
    guarded(
        "committee",
        () -> {
          long epoch = contracts.committee().currentEpoch();
          Committee committee =
              contracts.committee().committee(epoch); // refuses any n but 3f+1 in 4 to 31
          String digest = contracts.committee().epochDigest(epoch).hex();
          CheckResult result =
              equality(
                  "committee's digest",
                  digest,
                  committee.digest(at.chainId(), at.committee()).hex());
          results.add(result);
          long able =
              committee.keys().stream()
                  .filter(key -> !contracts.committee().isRemoved(key))
                  .count();
          String size =
              able
                  + " of "
                  + committee.n()
                  + " keys can sign in epoch "
                  + epoch
                  + ", a quorum is "
                  + committee.quorum();
          return able >= committee.quorum()
              ? new CheckResult.Accepted("committee", size)
              : new CheckResult.Rejected("committee", size, "a quorum: rotate to a new committee");
        });
    at.find("DisputeCourt")
        .ifPresentOrElse(
            court -> wire("settlement", at.settlement(), Map.of("court", court)),
            () ->
                results.add(
                    new CheckResult.Noted(
                        "disputes",
                        "the address book has no DisputeCourt: a quorum's verdict stands once its window ends")));
  }

  private void parameters() {
    guarded(
        "parameters",
        () -> {
          MarketParams p = contracts.market().params();
          long unbondingS =
              reader.read("unbonding delay", at.stake(), Abi.call("unbondingDelayS")).u32();
          long longestJobS = 3 * p.windowMaxS() + p.reportExtensionS() + 2 * p.bucketS();
          return unbondingS > longestJobS
              ? new CheckResult.Accepted(
                  "unbonding delay", unbondingS + " s, a job may take " + longestJobS + " s")
              : new CheckResult.Rejected(
                  "unbonding delay",
                  unbondingS + " s",
                  "more than " + longestJobS + " s, or stake can leave before a verdict");
        });
    guarded(
        "new jobs",
        () ->
            contracts.market().newJobsPaused()
                ? new CheckResult.Noted("new jobs", "paused by the governor; running jobs go on")
                : new CheckResult.Accepted("new jobs", "open"));
    guarded(
        "governor",
        () -> {
          String governor =
              reader.read("governor", at.market(), Abi.call("governor")).address().hex();
          String other =
              reader.read("governor", at.committee(), Abi.call("governor")).address().hex();
          return governor.equals(other)
              ? new CheckResult.Accepted("governor", governor)
              : new CheckResult.Noted(
                  "governor", "of the market " + governor + ", of the committee " + other);
        });
  }

  private void equal(String check, String got, String want) {
    results.add(equality(check, got, want));
  }

  private static CheckResult equality(String check, String got, String want) {
    return got.equals(want)
        ? new CheckResult.Accepted(check, got)
        : new CheckResult.Rejected(check, got, want);
  }

  /**
   * A question without an answer is Inconclusive; an answer that is none, or a revert, is Rejected.
   */
  private void guarded(String check, Supplier<CheckResult> ask) {
    try {
      results.add(ask.get());
    } catch (RpcException.ErrorAnswer e) {
      results.add(
          new CheckResult.Rejected(
              check,
              "the contract refuses: " + e.nodeMessage(),
              "an answer; is this another contract?"));
    } catch (RpcException e) {
      results.add(new CheckResult.Inconclusive(check, String.valueOf(e.getMessage())));
    } catch (ProtocolException e) {
      results.add(
          new CheckResult.Rejected(check, String.valueOf(e.getMessage()), "a well-formed answer"));
    }
  }
}
