package network.assay.contracts.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.CheckResult;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.DeploymentCheck;
import network.assay.contracts.client.assay.LivenessCheck;
import network.assay.contracts.client.assay.MoneyCalls;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.rpc.RpcNode;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what is wrong, and changes nothing. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Checks this machine and, with --rpc and --deployment, a chain and the contracts on it.")
final class DoctorCommand implements Callable<Integer> {
  /** A head older than this means that the chain or the endpoint stands still. */
  private static final long HEAD_AGE_MAX_S = 60;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ChainOptions chain = new ChainOptions();

  @Option(
      names = "--deployment",
      paramLabel = "FILE",
      description = "the address book of the contracts")
  private @Nullable Path deployment;

  @Option(
      names = "--account",
      paramLabel = "ADDRESS",
      description = "show what this account has: coins, token, credit, stake")
  private List<String> accounts = List.of();

  @Option(
      names = "--payer",
      paramLabel = "ADDRESS",
      description = "an account that must have coins for gas, as the oracles must: a coordinator's")
  private List<String> payers = List.of();

  @Option(
      names = "--gas-min",
      paramLabel = "WEI",
      defaultValue = "10000000000000000",
      description = "what an oracle and a payer must have, default ${DEFAULT-VALUE}")
  private BigInteger gasMin = BigInteger.ZERO;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    if (!chain.isGiven() && (deployment != null || !accounts.isEmpty() || !payers.isEmpty())) {
      throw new ParameterException(spec.commandLine(), "say which chain: --rpc URL");
    }
    List<CheckResult> results =
        new ArrayList<>(
            MachineCheck.run(Optional.ofNullable(System.getenv("PATH")).orElse(""), anvil()));
    if (chain.isGiven()) {
      try (RpcEndpoints rpc = chain.open()) {
        results.addAll(chain(rpc));
        Path book = deployment;
        if (book != null) {
          contracts(rpc, book, results);
        }
      } catch (RpcException e) {
        results.add(new CheckResult.Inconclusive("chain", String.valueOf(e.getMessage())));
      }
    }
    return report(results);
  }

  private static Map<String, Path> anvil() {
    @Nullable String home = System.getProperty("assay.home");
    return home == null
        ? Map.of()
        : Map.of("anvil", Path.of(home, "contracts", "node_modules", ".bin", "anvil"));
  }

  private static List<CheckResult> chain(RpcEndpoints rpc) {
    List<CheckResult> results = new ArrayList<>();
    results.add(
        rpc.health().isUp()
            ? new CheckResult.Accepted("endpoints", rpc.health().reason())
            : new CheckResult.Inconclusive("endpoints", rpc.health().reason()));
    if (rpc.size() == 1) {
      results.add(
          new CheckResult.Noted(
              "endpoints", "only one: what moves money is not compared; give --rpc twice"));
    }
    var head = rpc.read("the head", RpcNode::head);
    long ageS = System.currentTimeMillis() / 1_000 - head.timestampS();
    String at =
        "block "
            + head.number()
            + " of chain "
            + rpc.chainId()
            + ", "
            + ageS
            + " s old by this machine's clock";
    boolean fresh = ageS <= HEAD_AGE_MAX_S && ageS >= -HEAD_AGE_MAX_S;
    results.add(
        fresh
            ? new CheckResult.Accepted("head", at)
            : new CheckResult.Noted(
                "head",
                at + ": the chain stands still (a development chain may), or a clock is wrong"));
    return results;
  }

  private void contracts(RpcEndpoints rpc, Path book, List<CheckResult> results) {
    Deployment at = read(book);
    List<CheckResult> checks = DeploymentCheck.run(rpc, at);
    results.addAll(checks);
    if (checks.stream()
        .noneMatch(result -> result.isBad() && result.check().startsWith("code of"))) {
      LivenessCheck.Limits limits =
          new LivenessCheck.Limits(gasMin, payers.stream().map(Address::fromHex).toList());
      results.addAll(LivenessCheck.run(rpc, at, limits));
      AssayContracts contracts = new AssayContracts(rpc, at);
      accounts.forEach(
          account -> results.add(account(rpc, contracts.money(), Address.fromHex(account))));
    }
  }

  private static CheckResult account(RpcEndpoints rpc, MoneyCalls money, Address account) {
    var coins = rpc.compareBalance(account.hex());
    MoneyCalls.Stake stake = money.stake(account);
    String has =
        coins
            + " wei, "
            + money.tokenBalance(account)
            + " token units, credit "
            + money.credit(account)
            + ", stake "
            + stake.staked()
            + " (locked "
            + stake.locked()
            + ", unbonding "
            + stake.unbonding()
            + ")";
    return coins.signum() > 0
        ? new CheckResult.Accepted("account " + account, has)
        : new CheckResult.Noted(
            "account " + account, has + ": without coins it cannot send transactions");
  }

  private static Deployment read(Path book) {
    try {
      return Deployment.parse(Files.readAllBytes(book));
    } catch (IOException e) {
      throw new ConfigProblem("cannot read the address book " + book + ": " + e.getMessage(), e);
    }
  }

  private int report(List<CheckResult> results) {
    long bad = results.stream().filter(CheckResult::isBad).count();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("good", bad == 0);
      all.put("checks", CheckLines.json(results));
      out.println(Json.write(all));
    } else {
      CheckLines.print(out, results);
      out.println(bad == 0 ? "Nothing to mend." : bad + " to mend.");
    }
    return bad == 0 ? 0 : 1;
  }
}
