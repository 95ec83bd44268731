package network.assay.contracts.cli;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.client.assay.DeploymentStep;
import network.assay.contracts.client.assay.DeploymentSteps;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.service.Json;

/** Every transaction of a deployment, with its address, its parameters and their units. */
final class PlanPage {
  private final RpcEndpoints rpc;
  private final Address deployer;
  private final DeploymentSteps steps;

  PlanPage(RpcEndpoints rpc, Address deployer, DeploymentSteps steps) {
    this.rpc = rpc;
    this.deployer = deployer;
    this.steps = steps;
  }

  /**
   * One transaction.
   *
   * @param done whether the contract is there, so that nothing will be sent
   * @param madeBy the contract whose transaction makes this one, too
   */
  private record Transaction(
      String contract,
      Optional<String> madeBy,
      Address address,
      boolean done,
      long gasLimit,
      int initCodeBytes,
      Optional<Bytes32> salt,
      Optional<Bytes32> initCodeHash,
      List<DeploymentStep.Argument> arguments) {}

  private record Plan(
      long chainId,
      Address deployer,
      BigInteger balanceWei,
      long gasLimitOfWhatIsMissing,
      Bytes32 fingerprint,
      List<Transaction> transactions) {}

  void print(PrintWriter out, boolean json) {
    List<Transaction> transactions = transactions();
    BigInteger balance = rpc.read("the deployer's balance", node -> node.balance(deployer.hex()));
    long gas = transactions.stream().filter(t -> !t.done()).mapToLong(Transaction::gasLimit).sum();
    Plan plan = new Plan(rpc.chainId(), deployer, balance, gas, steps.fingerprint(), transactions);
    if (json) {
      out.println(Json.write(plan));
    } else {
      text(out, plan);
    }
  }

  private List<Transaction> transactions() {
    List<Transaction> all = new ArrayList<>();
    Address proxy = DeploymentSteps.DETERMINISTIC_PROXY;
    if (!hasCode(proxy)) {
      all.add(ready("deterministic deployment proxy", proxy, 121_000, 69));
    }
    int bytes = DeploymentSteps.factoryCalldata().length() / 2 - 33;
    all.add(ready("ContractFactory", DeploymentSteps.factory(), 2_000_000, bytes));
    for (DeploymentStep step : steps.list()) {
      all.add(
          new Transaction(
              step.name(),
              step.maker(),
              step.address(),
              hasCode(step.address()),
              step.gasLimit(),
              step.initCodeBytes(),
              step.maker().isEmpty() ? Optional.of(step.salt()) : Optional.empty(),
              Optional.of(step.initCodeHash()),
              step.arguments()));
    }
    return all;
  }

  private Transaction ready(String contract, Address address, long gasLimit, int initCodeBytes) {
    return new Transaction(
        contract,
        Optional.empty(),
        address,
        hasCode(address),
        gasLimit,
        initCodeBytes,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private boolean hasCode(Address place) {
    return rpc.read("code at " + place, node -> node.code(place.hex())).length() > 2;
  }

  private static void text(PrintWriter out, Plan plan) {
    out.println(
        "Chain "
            + plan.chainId()
            + ", from "
            + plan.deployer()
            + " with "
            + plan.balanceWei()
            + " wei");
    int number = 0;
    for (Transaction each : plan.transactions()) {
      String what =
          each.done()
              ? "is there, nothing to send"
              : each.madeBy()
                  .map(maker -> "made by " + maker + "'s transaction")
                  .orElse("one transaction, gas limit " + each.gasLimit());
      out.printf("%2d  %-24s %s  %s%n", ++number, each.contract(), each.address(), what);
      for (DeploymentStep.Argument argument : each.arguments()) {
        out.println(
            ("      " + argument.name() + " = " + argument.value() + "   " + argument.unit())
                .stripTrailing());
      }
    }
    out.println(
        "Gas limit of what is missing: "
            + plan.gasLimitOfWhatIsMissing()
            + "; nothing was sent. --yes does it");
  }
}
