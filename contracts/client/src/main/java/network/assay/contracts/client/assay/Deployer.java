package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.client.rpc.TxReceipt;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.send.TxOutcome;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;

/**
 * Carries out a plan from one account. What is on the chain already is not sent again, whatever
 * happened to this process or its files: the place of each contract follows from the plan.
 *
 * <p>Assumptions. Breaks safety: none; another sender can neither take a contract's place nor
 * change its code. Breaks liveness: the account runs out of coins; the chain has no deterministic
 * deployment proxy and refuses its keyless transaction.
 */
public final class Deployer {
  private static final long STEP_TIMEOUT_S = 180;

  /**
   * The keyless transaction that makes {@link DeploymentSteps#DETERMINISTIC_PROXY}, the account
   * that it is from, and what that account must have to pay for it (100,000 gas at 100 gwei).
   */
  private static final String PROXY_TRANSACTION =
      "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffff"
          + "ffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba022222222"
          + "22222222222222222222222222222222222222222222222222222222a0222222222222222222222222222222222222222222222222"
          + "2222222222222222";

  private static final Address PROXY_SENDER =
      Address.fromHex("0x3fab184622dc19b6109349b94811493bf2a45362");
  private static final BigInteger PROXY_COST_WEI = BigInteger.TEN.pow(16);

  private final RpcEndpoints rpc;
  private final TransactionSender sender;
  private final Consumer<String> progress;

  public Deployer(RpcEndpoints rpc, TransactionSender sender) {
    this(rpc, sender, line -> {});
  }

  /**
   * @param progress gets a sentence for each step
   */
  public Deployer(RpcEndpoints rpc, TransactionSender sender, Consumer<String> progress) {
    this.rpc = rpc;
    this.sender = sender;
    this.progress = progress;
  }

  /** Makes what is missing of the plan, and returns the address book once all of it is there. */
  public Deployment deploy(DeploymentPlan plan) {
    DeploymentSteps steps = DeploymentSteps.of(sender.address(), plan);
    makeFactory();
    Map<DeploymentStep, CompletableFuture<TxOutcome>> sent = new LinkedHashMap<>();
    long before = rpc.read("the head", node -> node.headNumber());
    List<DeploymentStep> found = new ArrayList<>();
    for (DeploymentStep step : steps.list()) {
      if (hasCode(step.address())) {
        found.add(step);
        progress.accept(step.name() + " is there: " + step.address());
      } else if (step.maker().isEmpty()) {
        sent.put(step, sender.submit(intent(step, steps)));
      }
    }
    sent.forEach(this::await);
    Map<String, Deployment.Contract> contracts = new LinkedHashMap<>();
    for (DeploymentStep step : steps.list()) {
      requireCode(step.name(), step.address());
      contracts.put(step.name(), contract(step));
    }
    long block = found.isEmpty() ? before : firstBlock(steps.list(), before);
    return steps.book(rpc.chainId(), block, contracts);
  }

  private static TxIntent intent(DeploymentStep step, DeploymentSteps steps) {
    String data =
        Abi.call(
            "deploy", Abi.bytes32(step.salt()), Abi.bytes(Hex.decode(step.initCode(), 1 << 17)));
    String id = "deploy " + step.name() + " " + steps.fingerprint();
    return TxIntent.call(id, DeploymentSteps.factory(), data).withGas(step.gasLimit());
  }

  private void makeFactory() {
    Address factory = DeploymentSteps.factory();
    if (hasCode(factory)) {
      return;
    }
    if (!hasCode(DeploymentSteps.DETERMINISTIC_PROXY)) {
      makeProxy();
    }
    TxIntent make =
        TxIntent.call(
                "make the contract factory " + factory,
                DeploymentSteps.DETERMINISTIC_PROXY,
                DeploymentSteps.factoryCalldata())
            .withGas(2_000_000);
    await("the contract factory", sender.submit(make));
    requireCode("the contract factory", factory);
    progress.accept("the contract factory is at " + factory);
  }

  private void makeProxy() {
    String what = "the deterministic deployment proxy";
    BigInteger has = rpc.read("its sender's balance", node -> node.balance(PROXY_SENDER.hex()));
    if (has.compareTo(PROXY_COST_WEI) < 0) {
      TxIntent pay = TxIntent.pay("pay for " + what, PROXY_SENDER, PROXY_COST_WEI.subtract(has));
      await("paying for " + what, sender.submit(pay));
    }
    try {
      rpc.read(what, node -> node.sendRaw(PROXY_TRANSACTION));
    } catch (RpcException.ErrorAnswer e) {
      throw new DeploymentException(
          "this chain has no "
              + what
              + " at "
              + DeploymentSteps.DETERMINISTIC_PROXY
              + " and refuses the transaction that makes it ("
              + e.nodeMessage()
              + "): put it into the genesis block, or allow transactions without a chain id once",
          e);
    }
    for (int i = 0; i < STEP_TIMEOUT_S && !hasCode(DeploymentSteps.DETERMINISTIC_PROXY); i++) {
      pause();
    }
    requireCode(what, DeploymentSteps.DETERMINISTIC_PROXY);
  }

  private static void pause() {
    try {
      Thread.sleep(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeploymentException("interrupted; run it again to go on", e);
    }
  }

  private void await(DeploymentStep step, CompletableFuture<TxOutcome> outcome) {
    TxReceipt receipt = await(step.name(), outcome);
    requireCode(step.name(), step.address());
    progress.accept(step.name() + ": " + step.address() + " by " + receipt.transactionHash());
  }

  private static TxReceipt await(String what, CompletableFuture<TxOutcome> outcome) {
    try {
      return outcome.get(STEP_TIMEOUT_S, TimeUnit.SECONDS).requireIncluded();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeploymentException(
          "interrupted while " + what + " was deployed; run it again to go on", e);
    } catch (ExecutionException e) {
      throw new DeploymentException("deploying " + what + " failed: " + e.getMessage(), e);
    } catch (TimeoutException e) {
      throw new DeploymentException(
          what + " was not mined within " + STEP_TIMEOUT_S + " s; run it again to go on", e);
    }
  }

  private boolean hasCode(Address place) {
    return rpc.read("code at " + place, node -> node.code(place.hex())).length() > 2;
  }

  private void requireCode(String what, Address place) {
    if (!hasCode(place)) {
      throw new DeploymentException(
          what + " is not at " + place + " after its transaction was mined", null);
    }
  }

  private Deployment.Contract contract(DeploymentStep step) {
    String code = rpc.read("code of " + step.name(), node -> node.code(step.address().hex()));
    return new Deployment.Contract(
        step.address(),
        Keccak.hash(Hex.decode(code, 1 << 17)),
        step.initCodeHash(),
        step.constructorArguments(),
        step.arguments());
  }

  /**
   * The last block before any of these had code, by bisection; 0 where the endpoint keeps no old
   * states, which costs a follower time and nothing else.
   */
  private long firstBlock(List<DeploymentStep> steps, long head) {
    long without = 0;
    long with = head;
    try {
      while (with - without > 1) {
        long middle = (with + without) >>> 1;
        boolean any =
            steps.stream()
                .anyMatch(step ->
                    rpc.read(
                                "old code of " + step.name(),
                                node -> node.code(step.address().hex(), middle))
                            .length()
                        > 2);
        if (any) {
          with = middle;
        } else {
          without = middle;
        }
      }
      return without;
    } catch (RpcException e) {
      return 0;
    }
  }
}
